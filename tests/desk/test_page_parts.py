"""The parts of the page in a real browser: pad, fingers, learn, monitor, mapping, camera."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.desk.browser import CHROMIUM, Page, open_page
from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall, drained
from vj.capture.jpeg import is_plain_jpeg
from vj.core.types import Event, Set, Trigger
from vj.desk.midi import MidiHand
from vj.desk.remote import Remote

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
Use = Callable[[Page], Awaitable[None]]


def used(url: str, profile: Path, use: Use, *flags: str, mobile: bool = True) -> None:
    """Open the page on a phone, wait until it is alive, and use it."""

    async def run() -> None:
        async with asyncio.timeout(90), open_page(url, profile, *flags) as page:
            size = (390, 844) if mobile else (1440, 900)
            await page.size(*size, mobile=mobile)
            await page.until("document.body.dataset.link === 'open'", 30)
            await use(page)

    asyncio.run(run())


async def arrived(hall: Hall, events: list[Event], wanted: Callable[[], bool]) -> None:
    """Wait until what the page did has come to the stage."""
    end = time.monotonic() + 15
    while not wanted():
        assert time.monotonic() < end, events
        drained(hall.events, events)
        await asyncio.sleep(0.02)


def newest(events: list[Event], name: str) -> float | None:
    values = [event.value for event in events if isinstance(event, Set) and event.param == name]
    return values[-1] if values else None


def test_a_finger_on_the_pad_mixes_styles(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []

    async def use(page: Page) -> None:
        await page.click('#tabs [data-tab="looks"]')
        x, y, width = await page.middle("#pad .square")
        await page.mouse("mousePressed", x, y)
        await page.mouse("mouseMoved", x + width / 4, y - width / 4)
        await page.mouse("mouseReleased", x + width / 4, y - width / 4)
        await arrived(
            hall, events, lambda: min(newest(events, f"style.pad_{way}") or 0 for way in "xy") > 0.7
        )
        assert newest(events, "style.pad_x") == pytest.approx(0.75, abs=0.02)
        assert newest(events, "style.pad_y") == pytest.approx(0.75, abs=0.02)
        assert newest(events, "style.pad_person") == newest(events, "style.pad_background") == 1.0
        hall.play(style__pad_x=0.1, style__pad_y=0.2, style__pad_person=1.0)
        await page.until(
            "document.querySelector('.square').style.getPropertyValue('--x') === '0.1'"
        )
        await page.until(
            """document.querySelector('[data-name="style.pad_person"]').ariaPressed === 'true'"""
        )

    used(remote.url, tmp_path, use)


def test_two_fingers_move_two_faders(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []
    hall.play(style__strength=0.2, edges__canny_low=20)

    async def use(page: Page) -> None:
        await page.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
        await page.until("document.querySelectorAll('#faders .fader').length >= 2")
        x, y, width = await page.middle("#faders .fader")
        low = await page.ask(
            "document.querySelectorAll('#faders .fader')[1].getBoundingClientRect().y + 30"
        )
        await page.touch("touchStart", (x, y), (x, low))
        for step in range(1, 9):
            way = width / 4 * step / 8
            await page.touch("touchMove", (x + way, y), (x + way / 2, low))
        await page.touch("touchEnd")
        await arrived(
            hall,
            events,
            lambda: (
                (newest(events, "style.strength") or 0) > 0.4
                and (newest(events, "edges.canny_low") or 0) > 20
            ),
        )

    used(remote.url, tmp_path, use)


def test_two_pages_stay_in_step(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    async def use(page: Page) -> None:
        async with open_page(remote.url, tmp_path / "other") as other:
            await other.until("document.body.dataset.link === 'open'", 30)
            events: list[Event] = []
            await page.drag("#faders .fader", -0.4)
            await arrived(hall, events, lambda: newest(events, "style.strength") is not None)
            await asyncio.sleep(0.2)
            drained(hall.events, events)
            hall.play(style__strength=newest(events, "style.strength") or 0.0)
            where = "document.querySelector('#faders .fader').style.getPropertyValue('--at')"
            there = await page.ask(where)
            await other.until(f"Math.abs({where} - {there}) < 0.01")

    used(remote.url, tmp_path / "one", use)


@pytest.fixture
def played(hall: Hall, running: Any, until: Any) -> tuple[Remote, MidiHand, FakeMidi]:
    """A remote that knows a MIDI hand with one controller."""
    backend = FakeMidi("nano")
    midi = MidiHand(hall.gig, hall.mirror, hall.sender, lambda: backend)
    hall.sender.desk = midi.learner.asks
    found = Remote(hall.house, hall.mirror, hall.sender, midi)
    running(midi.run)
    running(found.run)
    until(lambda: found.url and backend.opened, "remote and controller")
    return found, midi, backend


def test_a_fader_that_is_not_caught_leaves_its_ghost(
    hall: Hall, played: tuple[Remote, MidiHand, FakeMidi], tmp_path: Path
) -> None:
    remote, _, backend = played
    hall.play(style__strength=0.9)
    mark = "document.querySelector('#faders .fader .ghost')"

    async def use(page: Page) -> None:
        await page.until("document.querySelector('#faders .fader') !== null")
        backend.opened["nano"].speak(0xB0, 21, 32)
        await page.until(f"!{mark}.hidden && {mark}.textContent.startsWith('turn')")
        at = await page.ask(f"Number({mark}.style.getPropertyValue('--at'))")
        assert at == pytest.approx(32 / 127, abs=0.01)
        for value in (60, 90, 114):
            backend.opened["nano"].speak(0xB0, 21, value)
        await page.until("document.querySelector('#faders .fader').classList.contains('caught')")
        assert await page.ask(f"{mark}.hidden")

    used(remote.url, tmp_path, use)


def test_a_control_is_learned_from_the_page(
    hall: Hall, played: tuple[Remote, MidiHand, FakeMidi], until: Any, tmp_path: Path
) -> None:
    remote, _, backend = played
    scene = hall.gig.folder / "scenes" / "01_ink.yaml"

    async def use(page: Page) -> None:
        await page.until("document.querySelector('#faders .fader') !== null")
        await page.click(".hands [data-learn]")
        await page.click("#faders .fader")
        await page.until("document.querySelector('#faders .fader').classList.contains('waits')")
        for value in range(20, 60, 4):
            backend.opened["nano"].speak(0xB0, 77, value)
        await page.until("document.querySelector('.learn-line').textContent.includes('cc/1/77')")
        await page.click(".hands [data-learn]")
        assert "cc/1/77" in scene.read_text()

    used(remote.url, tmp_path, use)


def test_the_monitor_shows_filters_and_pauses(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    journal = hall.sender.journal

    async def use(page: Page) -> None:
        await page.click('#tabs [data-tab="setup"]')
        await page.ask("document.getElementById('monitor').open = true")
        journal.note("osc:10.0.0.9", "/style/strength", (0.5,), (Set("style.strength", 0.5),))
        journal.note("osc:10.0.0.9", "/nonsense<b>", (1,), (), "unknown address")
        await page.until("document.querySelectorAll('#heard li').length >= 2")
        text = await page.ask("document.getElementById('heard').textContent")
        assert "style.strength = 0.5" in text
        assert "unknown address" in text
        assert await page.ask("document.querySelector('#heard li b b') === null")
        await page.ask(
            "(f => {f.value = 'nonsense'; f.dispatchEvent(new Event('input'))})"
            "(document.getElementById('filter'))"
        )
        shown = "[...document.querySelectorAll('#heard li')].filter(l => !l.hidden).length"
        assert await page.ask(shown) == 1

    used(remote.url, tmp_path, use)


def test_a_corner_of_the_picture_is_dragged(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []
    corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
    known = {param.name: param.default for param in hall.gig.table}
    mapping = [{"display": "Beamer", "points": corners, "mesh": None}]
    hall.house.state.post({"values": known, "scene": "01_ink", "mapping": mapping})
    hall.mirror.poll(time.monotonic())

    async def use(page: Page) -> None:
        await page.click('#tabs [data-tab="setup"]')
        await page.until("document.querySelectorAll('.pin').length === 4")
        await page.ask("document.getElementById('mapping').open = true")
        x, y, _ = await page.middle(".pin")
        await page.mouse("mousePressed", x, y)
        await page.mouse("mouseMoved", x + 30, y + 20)
        await page.mouse("mouseReleased", x + 30, y + 20)
        await arrived(hall, events, lambda: any(isinstance(e, Trigger) for e in events))
        moves = [e for e in events if isinstance(e, Trigger) and e.action == "map.move"]
        place, across, down = str(moves[-1].argument).split()
        assert place == "0/0"
        assert 0.05 < float(across) < 0.2
        assert 0.05 < float(down) < 0.3

    used(remote.url, tmp_path, use)


def test_a_phones_camera_arrives_as_pictures(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    async def use(page: Page) -> None:
        await page.click('#tabs [data-tab="setup"]')
        await page.ask("document.getElementById('film').closest('details').open = true")
        assert hall.house.phone.newest == 0
        await page.click("#camera-go")
        await page.until("document.getElementById('film').videoWidth > 0", 20)
        end = time.monotonic() + 20
        while hall.house.phone.newest < 5 and time.monotonic() < end:
            await asyncio.sleep(0.05)
        found = hall.house.phone.take()
        assert found is not None
        assert is_plain_jpeg(found[1])
        picture = cv2.imdecode(np.frombuffer(found[1], np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert max(picture.shape) <= 960
        assert float(picture.std()) > 10
        await page.click("#camera-go")
        await asyncio.sleep(0.5)
        last = hall.house.phone.newest
        await asyncio.sleep(0.5)
        assert hall.house.phone.newest == last

    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    used(remote.url, tmp_path, use, *fake)
