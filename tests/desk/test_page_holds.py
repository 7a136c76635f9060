"""What is held on the page, in a real browser: it lasts no longer than finger, page and network."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.desk.browser import CHROMIUM, Page, open_page
from tests.desk.hall import Hall, drained
from vj.core.types import Event, Set
from vj.desk.holds import LEASE_S
from vj.desk.remote import Remote

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
SPRING, BLACKOUT = '[data-name="matte.smooth"].spring', '[data-trigger="blackout.toggle"]'
HIGH, LOW = 0.9, 0.1
Use = Callable[[Page], Awaitable[None]]


class Air:
    """The network between a page and the desk, which may go away without a word."""

    def __init__(self, port: int) -> None:
        self._desk = port
        self.there = asyncio.Event()
        self.there.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, out = await asyncio.open_connection("127.0.0.1", self._desk)
        await asyncio.gather(self._way(reader, out), self._way(back, writer))

    async def _way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self.there.wait()
                writer.write(data)
        writer.close()


@asynccontextmanager
async def held(remote: Remote, profile: Path, where: str) -> AsyncIterator[tuple[Page, Air]]:
    """A finger that is down on a control, on a page that came over the air."""
    air = Air(urlsplit(remote.url).port or 0)
    server = await asyncio.start_server(air.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(60), open_page(f"http://127.0.0.1:{port}/", profile) as page:
        await page.size(390, 844, mobile=True)
        await page.until("document.body.dataset.link === 'open'", 30)
        await page.until(f"document.querySelector('{where}') !== null")
        x, y, _ = await page.middle(where)
        await page.mouse("mousePressed", x, y)
        yield page, air
    server.close()


def of(events: list[Event], name: str) -> list[float]:
    return [event.value for event in events if isinstance(event, Set) and event.param == name]


async def until(hall: Hall, events: list[Event], wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not wanted():
        assert time.monotonic() < end, events
        drained(hall.events, events)
        await asyncio.sleep(0.02)


def test_it_lasts_as_long_as_the_finger(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []

    async def use() -> None:
        async with held(remote, tmp_path, SPRING) as (page, _):
            await until(hall, events, lambda: HIGH in of(events, "matte.smooth"))
            await asyncio.sleep(2 * LEASE_S)
            assert of(drained(hall.events, events), "matte.smooth") == [HIGH], "said once"
            assert await page.ask(f"document.querySelector('{SPRING}').classList.contains('held')")
            x, y, _ = await page.middle(SPRING)
            await page.mouse("mouseReleased", x, y)
            await until(hall, events, lambda: of(events, "matte.smooth")[-1] == LOW)
            await asyncio.sleep(2 * LEASE_S)
            assert of(drained(hall.events, events), "matte.smooth")[-1] == LOW

    asyncio.run(use())


@pytest.mark.parametrize("way", ["air", "killed", "closed", "hidden"])
def test_it_is_let_go_without_the_finger(
    hall: Hall, remote: Remote, tmp_path: Path, way: str
) -> None:
    """The network goes, the tab is killed, closed or turned away from."""
    events: list[Event] = []

    async def use() -> None:
        async with held(remote, tmp_path, SPRING) as (page, air):
            await until(hall, events, lambda: HIGH in of(events, "matte.smooth"))
            if way == "air":
                air.there.clear()
            elif way == "killed":
                for process in tabs(tmp_path):
                    os.kill(process, signal.SIGKILL)
            elif way == "closed":
                await page.call("Target.closeTarget", targetId=await target(page))
            else:
                await page.ask("Object.defineProperty(document, 'hidden', {value: true})")
                await page.ask("document.dispatchEvent(new Event('visibilitychange'))")
            await until(hall, events, lambda: of(events, "matte.smooth")[-1] == LOW)
            await asyncio.sleep(2 * LEASE_S)
            assert of(drained(hall.events, events), "matte.smooth")[-1] == LOW

    asyncio.run(use())


def test_a_new_scene_is_not_touched(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []

    async def use() -> None:
        async with held(remote, tmp_path, SPRING) as (page, _):
            await until(hall, events, lambda: HIGH in of(events, "matte.smooth"))
            hall.play("02_neon_night")
            await page.until(f"document.querySelector('{SPRING}') === null")
            await page.mouse("mouseReleased", 10, 10)
            await asyncio.sleep(2 * LEASE_S)
            assert of(drained(hall.events, events), "matte.smooth") == [HIGH]

    asyncio.run(use())


def tabs(profile: Path) -> list[int]:
    """Return the processes of a browser's tabs."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes()
            if b"--type=renderer" in words and os.fsencode(profile) in words:
                found.append(int(entry.name))
    return found


async def target(page: Page) -> str:
    found = await page.call("Target.getTargetInfo")
    return str(found["targetInfo"]["targetId"])


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_a_tap_stays_and_a_longer_press_does_not(
    hall: Hall, remote: Remote, tmp_path: Path, seconds: float
) -> None:
    events: list[Event] = []

    async def use() -> None:
        async with held(remote, tmp_path, BLACKOUT) as (page, _):
            x, y, _ = await page.middle(BLACKOUT)
            await asyncio.sleep(seconds)
            await page.mouse("mouseReleased", x, y)
            await until(hall, events, lambda: len(of(events, "blackout")) > 1)
            await asyncio.sleep(2 * LEASE_S)
            found = of(drained(hall.events, events), "blackout")
            assert found[0] == 1.0 and found[-1] == (0.0 if seconds else 1.0)

    asyncio.run(use())


def test_keys_and_screen_readers_press_too(hall: Hall, remote: Remote, tmp_path: Path) -> None:
    events: list[Event] = []

    async def use() -> None:
        async with held(remote, tmp_path, BLACKOUT) as (page, _):
            x, y, _ = await page.middle(BLACKOUT)
            await page.mouse("mouseReleased", x, y)
            await until(hall, events, lambda: of(events, "blackout") == [1.0, 1.0])
            await page.ask(f"document.querySelector('{BLACKOUT}').click()")
            await until(hall, events, lambda: of(events, "blackout")[-1] == 0.0)
            await page.ask(f"document.querySelector('{BLACKOUT}').focus()")
            for kind in ("rawKeyDown", "keyUp"):
                await page.call(
                    "Input.dispatchKeyEvent", type=kind, key=" ", code="Space",
                    windowsVirtualKeyCode=32,
                )  # fmt: skip
            await until(hall, events, lambda: of(events, "blackout")[-2:] == [1.0, 1.0])

    asyncio.run(use())
