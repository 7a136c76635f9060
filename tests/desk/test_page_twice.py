"""What cannot be taken back needs a second tap on the page, in a real browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk.browser import CHROMIUM, Page
from tests.desk.hall import Hall, drained
from tests.desk.test_page_parts import arrived, used
from vj.core.types import Event, Trigger
from vj.desk.remote import Remote

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
LOCK = '[data-trigger="remote.lock"]'
WORDS = f"document.querySelector('{LOCK}').innerText"


def asked_for(hall: Hall, events: list[Event], action: str) -> int:
    """How often the stage was told to do it."""
    found = drained(hall.events, events)
    return len([e for e in found if isinstance(e, Trigger) and e.action == action])


async def opened(page: Page) -> None:
    await page.click('#tabs [data-tab="setup"]')
    await page.until(f"document.querySelector('{LOCK}') !== null")
    await page.until("!document.getElementById('mapping').hidden")
    await page.ask("['more', 'mapping'].forEach((id) => (document.getElementById(id).open = true))")


@pytest.fixture
def hall(make_hall: Callable[..., Hall]) -> Hall:
    """A hall whose stage has one output, with corners to put back."""
    found = make_hall()
    known = {param.name: param.default for param in found.gig.table}
    mapping = [{"display": "", "points": [[0, 0], [1, 0], [1, 1], [0, 1]], "mesh": None}]
    found.house.state.post({"values": known, "scene": "01_ink", "mapping": mapping})
    found.mirror.poll(time.monotonic())
    return found


@pytest.mark.parametrize("mobile", [True, False])
def test_one_tap_locks_nobody_out(hall: Hall, remote: Remote, tmp_path: Path, mobile: bool) -> None:
    events: list[Event] = []

    async def use(page: Page) -> None:
        await opened(page)
        button = f"document.querySelector('{LOCK}')"
        place = f"(b => [b.offsetLeft, b.offsetTop, b.offsetWidth].join())({button})"
        shade = f"getComputedStyle({button}).backgroundColor"
        calm = [await page.ask(look) for look in (WORDS, place, shade)]
        assert calm[0] == "remote lock"
        await page.ask(f"[1, 2, 3].forEach(() => {button}.click())")  # a finger that bounces
        await page.until(f"{WORDS} === 'tap again to lock out'")
        assert await page.ask(place) == calm[1]  # it stays under the finger
        assert await page.ask(shade) != calm[2]
        await page.until(f"{WORDS} === 'remote lock'", 5)
        assert await page.ask(shade) == calm[2]
        await page.click(LOCK)  # the question is forgotten: this tap asks anew
        await asyncio.sleep(0.6)
        assert asked_for(hall, events, "remote.lock") == 0

    used(remote.url, tmp_path, use, mobile=mobile)


@pytest.mark.parametrize(("button", "action"), [(LOCK, "remote.lock"), ("#map-reset", "map.reset")])
def test_two_taps_do_it_once(
    hall: Hall, remote: Remote, tmp_path: Path, button: str, action: str
) -> None:
    events: list[Event] = []

    async def use(page: Page) -> None:
        await opened(page)
        await page.click(button)
        await page.until(f"document.querySelector('{button}').classList.contains('asks')")
        await asyncio.sleep(0.6)
        assert asked_for(hall, events, action) == 0
        await page.click(button)
        await arrived(hall, events, lambda: asked_for(hall, events, action) == 1)
        assert not await page.ask(f"document.querySelector('{button}').classList.contains('asks')")

    used(remote.url, tmp_path, use)
