"""The remote's page in a real browser, where there is one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.desk.browser import CHROMIUM, open_page
from tests.desk.hall import Hall, drained
from vj.core.types import Event, Set, Trigger
from vj.desk.remote import Remote


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
def test_fingers_on_the_page_move_the_show(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    """A fader dragged, a scene and blackout tapped in a browser; the page follows the stage."""
    hall.house.screen.publish(np.full((90, 160, 4), (200, 40, 10, 255), np.uint8), 0)
    hall.play(style__strength=0.5)
    events: list[Event] = []

    def dragged() -> bool:
        strengths = [e.value for e in events if isinstance(e, Set) and e.param == "style.strength"]
        return any(abs(value - 0.75) < 0.02 for value in strengths)

    async def arrives(wanted: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 10
        while not wanted():
            assert time.monotonic() < end, f"{what}: {events}"
            drained(hall.events, events)
            await asyncio.sleep(0.02)

    async def use() -> None:
        async with asyncio.timeout(60), open_page(remote.url, tmp_path) as page:
            await page.size(390, 844, mobile=True)
            await page.until("document.body.dataset.link === 'open'")
            await page.until("document.querySelector('#faders .fader') !== null")
            assert await page.ask("document.documentElement.scrollWidth") == 390
            assert await page.until("document.getElementById('scene').textContent") == "Ink"

            await page.until("document.getElementById('preview').classList.contains('on')")
            middle = """[...document.querySelector('#preview canvas').getContext('2d')
                .getImageData(80, 45, 1, 1).data]"""
            assert await page.ask(middle) == [200, 40, 10, 255]

            await page.drag("#faders .fader", 0.25)
            await arrives(dragged, "the dragged fader")
            hall.play("02_neon_night", style__strength=0.75, blackout=1.0)
            await page.until("document.getElementById('scene').textContent === 'A night in neon'")
            await page.until(
                """document.querySelector('[data-trigger="blackout.toggle"]')
                .getAttribute('aria-pressed') === 'true'"""
            )
            await page.click('#tabs [data-tab="scenes"]')
            await page.click('[data-scene="01_ink"]')
            await page.click('#tabs [data-tab="play"]')
            await page.click('[data-trigger="blackout.toggle"]')
            await arrives(
                lambda: (
                    any(isinstance(e, Trigger) and e.action == "scene.go" for e in events)
                    and any(
                        isinstance(e, Set) and (e.param, e.value) == ("blackout", 0.0)
                        for e in events
                    )
                ),
                "two buttons",
            )

    asyncio.run(use())


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
def test_a_mistake_stands_on_top_until_it_is_mended(
    hall: Hall, remote: Remote, tmp_path: Path
) -> None:
    stage, box = hall.house.status["stage"], "document.getElementById('trouble')"

    async def use() -> None:
        async with asyncio.timeout(60), open_page(remote.url, tmp_path) as page:
            await page.size(390, 844, mobile=True)
            stage.post({"errors": ["scenes/01_ink.yaml:7: unknown parameter"]})
            await page.until(f"!{box}.hidden && {box}.textContent.includes('01_ink.yaml:7')")
            await page.click("#trouble")
            await page.until(f"{box}.hidden")
            old, new = "scenes/01_ink.yaml:7: unknown parameter", "scenes/01_ink.yaml:8: another"
            stage.post({"errors": [old, new]})
            await page.until(f"!{box}.hidden && {box}.textContent === '{new}'")
            stage.post({"errors": ["a third"]})
            await page.until(f"{box}.textContent === 'a third'")
            stage.post({"errors": [old, new]})  # mended, and made again
            await page.until(f"{box}.textContent.includes('01_ink.yaml:7')")
            stage.post({"errors": []})
            await page.until(f"{box}.hidden")

    asyncio.run(use())


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
def test_the_page_comes_back_by_itself(hall: Hall, until: Any, tmp_path: Path) -> None:
    """The desk is killed and started again on the same port: the page goes on without a hand."""
    stop = threading.Event()
    first = Remote(hall.house, hall.mirror, hall.sender)
    thread = threading.Thread(target=first.run, args=(stop,))
    thread.start()
    url = until(lambda: first.url, "the address")
    port = urlsplit(url).port
    changed = hall.house.gig.rig.model_copy(update={"remote_port": port})
    object.__setattr__(hall.house.gig, "rig", changed)
    again = Remote(hall.house, hall.mirror, hall.sender)
    stop_again = threading.Event()
    thread_again = threading.Thread(target=again.run, args=(stop_again,))

    async def use() -> None:
        async with asyncio.timeout(60), open_page(url, tmp_path) as page:
            await page.until("document.body.dataset.link === 'open'")
            stop.set()
            await page.until("document.body.dataset.link === 'lost'")
            thread_again.start()
            await page.until("document.body.dataset.link === 'open'", 15)

    try:
        asyncio.run(use())
        assert again.url == url
    finally:
        stop.set()
        stop_again.set()
        for started in (thread, thread_again):
            if started.ident is not None:
                started.join(5)
