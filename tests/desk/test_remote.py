"""The remote over real sockets, and its page in a real browser where there is one."""

from __future__ import annotations

import asyncio
import json
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import numpy as np
import pytest

from tests.desk.browser import CHROMIUM, open_page
from tests.desk.hall import Hall, drained
from vj.core.house import Options
from vj.core.types import Event, Set, Trigger
from vj.desk.remote import Remote

Conversation = Callable[[aiohttp.ClientSession, str], Awaitable[None]]


@pytest.fixture
def remote(hall: Hall, running: Any, until: Any) -> Remote:
    found = Remote(hall.house, hall.mirror, hall.sender)
    running(found.run)
    until(lambda: found.url, "the address")
    return found


def visit(url: str, conversation: Conversation) -> None:
    """Run a conversation with the server at `url` (without its fragment)."""

    async def run() -> None:
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            await conversation(session, url.split("#")[0].rstrip("/"))

    asyncio.run(run())


def origin(url: str) -> dict[str, str]:
    return {"Origin": f"http://{urlsplit(url).netloc}"}


async def hear(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """Wait for the next message of a kind."""
    while True:
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        found: dict[str, Any] = json.loads(message.data)
        if found["kind"] == kind:
            return found


def test_a_page_is_told_the_show_and_moves_it(hall: Hall, remote: Remote, until: Any) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            show = await hear(socket, "show")
            assert [scene["name"] for scene in show["scenes"]] == ["01_ink", "02_neon_night"]
            assert [scene["title"] for scene in show["scenes"]] == ["Ink", "A night in neon"]
            assert {param["name"] for param in show["params"]} == set(hall.gig.table.params)
            scene = await hear(socket, "scene")
            assert [f["name"] for f in scene["faders"]][:2] == ["style.strength", "edges.canny_low"]
            state = await hear(socket, "state")
            assert state["scene"] == "01_ink"
            assert state["values"]["style.strength"] == [1.0, 1.0]
            assert remote.status()["clients"] == 1

            await socket.send_json({"set": "style.strength", "norm": 0.5})
            await socket.send_json({"trigger": "scene.go", "argument": 2})
            await socket.send_str("nonsense")
            hall.play("02_neon_night", style__strength=0.5)
            scene = await hear(socket, "scene")
            assert [fader["name"] for fader in scene["faders"]] == ["style.strength"]
            state = await hear(socket, "state")
            assert state["scene"] == "02_neon_night"
            assert state["values"]["style.strength"] == [0.5, 0.5]

    visit(remote.url, talk)
    events: list[Event] = []
    until(lambda: len(drained(hall.events, events)) >= 2, "two events")
    assert events == [Set("style.strength", 0.5, "web:1"), Trigger("scene.go", 2.0, "web:1")]
    until(lambda: remote.status()["clients"] == 0, "the page's leaving")


def test_preview_comes_only_when_asked_for(hall: Hall, remote: Remote) -> None:
    picture = np.full((180, 320, 4), (10, 20, 30, 0), np.uint8)
    hall.house.screen.publish(picture, 0)

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            for _ in range(2):
                await hear(socket, "health")  # half a second without a picture
            await socket.send_json({"preview": True})
            while (message := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
                pass
            assert struct.unpack_from("<HHI", message.data) == (320, 180, 1)
            assert tuple(message.data[8:12]) == (10, 20, 30, 255)

    visit(remote.url, talk)


def test_health_names_who_is_alive(hall: Hall, remote: Remote) -> None:
    hall.house.status["stage"].post({"stage_fps": 59.5, "latency_ms": {"p50": 80, "p95": 120}})
    hall.house.status["infer"].post({"fps": 21, "error": "no such weights"})

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            found = (await hear(socket, "health"))["processes"]
            assert found["stage"] == {"alive": True, "fps": 59.5, "delay_ms": 80.0, "error": ""}
            assert found["infer"]["error"] == "no such weights"
            assert "record" not in found

    visit(remote.url, talk)


def test_the_two_attacks_that_worked_on_plain_aiohttp_fail(hall: Hall, remote: Remote) -> None:
    """A foreign page's WebSocket (its own Origin, even its own Host) and a rebound DNS name."""

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        foreign = {"Origin": "https://evil.example"}
        for headers, status in (
            (foreign, 403),
            ({}, 403),
            (foreign | {"Host": "evil.example"}, 421),
            ({"Origin": "http://evil.example", "Host": "evil.example"}, 421),
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(f"{url}/ws", headers=headers)
            assert refusal.value.status == status
        async with session.get(f"{url}/", headers={"Host": "evil.example:8080"}) as answer:
            assert answer.status == 421
        async with session.post(f"{url}/", data='{"trigger": "panic"}') as answer:
            assert answer.status == 405
        for path in ("/../process.py", "/%2e%2e/process.py", "/remote.py", "/style/../../rig.yaml"):
            async with session.get(f"{url}{path}") as answer:
                assert answer.status == 404

    visit(remote.url, talk)
    assert not hall.events.drain()


def test_page_forbids_foreign_content(remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        for path in ("/", "/remote.css", "/remote.js"):
            async with session.get(f"{url}{path}") as answer:
                assert answer.status == 200
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
                assert "Access-Control-Allow-Origin" not in answer.headers
                text = await answer.text()
                assert "http://" not in text
                assert "https://" not in text

    visit(remote.url, talk)


def test_a_long_message_ends_only_its_own_page(hall: Hall, remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            await hear(socket, "show")
            await socket.send_str("x" * 5000)
            while not (await socket.receive(timeout=5)).type.name.startswith("CLOS"):
                pass
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            await hear(socket, "show")

    visit(remote.url, talk)


def test_messages_are_counted_and_a_flood_is_cut(hall: Hall, remote: Remote, until: Any) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            for _ in range(600):
                await socket.send_json({"trigger": "tap"})
            await hear(socket, "health")

    visit(remote.url, talk)
    assert 60 <= len(hall.events.drain()) < 300


def test_nine_pages_are_one_too_many(remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        pages = [await session.ws_connect(f"{url}/ws", headers=origin(url)) for _ in range(8)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(f"{url}/ws", headers=origin(url))
        assert refusal.value.status == 503
        for page in pages:
            await page.close()

    visit(remote.url, talk)


def test_idle_connections_do_not_keep_a_page_out(remote: Remote) -> None:
    """A hundred sockets that never finish a request are hung up on, the oldest first."""

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        host, port = urlsplit(url).netloc.split(":")
        idle = [await asyncio.open_connection(host, int(port)) for _ in range(100)]
        for _, writer in idle:
            writer.write(b"GET / HTTP/1.1\r\nHost: x")
        async with session.get(f"{url}/") as answer:
            assert answer.status == 200
        closed = await asyncio.wait_for(idle[0][0].read(), 5)
        assert closed == b""
        for _, writer in idle:
            writer.close()

    visit(remote.url, talk)


def test_on_a_network_only_the_token_opens(
    make_hall: Callable[..., Hall], running: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vj.desk.remote.addresses_here", lambda: ["127.0.0.1"])
    hall = make_hall(Options(lan=True))
    hall.play()
    remote = Remote(hall.house, hall.mirror, hall.sender)
    running(remote.run)
    url = until(lambda: remote.url, "the address")
    token = url.split("#")[1]
    assert len(token) >= 22  # 128 bits

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async def enter(given: str) -> aiohttp.ClientWebSocketResponse:
            socket = await session.ws_connect(f"{url}/ws", headers=origin(url))
            await socket.send_json({"token": given})
            return socket

        async with session.get(f"{url}/style/aa-ink") as answer:
            assert answer.status == 403
        proof = {"Authorization": f"Bearer {token}"}
        async with session.get(f"{url}/style/aa-ink", headers=proof) as answer:
            assert answer.status == 200
        socket = await enter("wrong")
        await socket.send_json({"trigger": "panic"})
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4403
        async with await enter(token) as socket:
            await hear(socket, "show")
        for _ in range(4):
            await (await enter("wrong")).receive(timeout=5)
        assert (await (await enter(token)).receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE

    visit(url, talk)
    assert not hall.events.drain()


def test_a_taken_port_moves_to_the_next(
    make_hall: Callable[..., Hall], remote: Remote, running: Any, until: Any
) -> None:
    taken = urlsplit(remote.url).port
    hall = make_hall(remote_port=taken)
    other = Remote(hall.house, hall.mirror, hall.sender)
    running(other.run)
    found = urlsplit(until(lambda: other.url, "the address")).port
    assert found is not None
    assert taken is not None
    assert taken < found <= taken + 20


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
            await page.click('[data-scene="01_ink"]')
            await page.click('[data-trigger="blackout.toggle"]')
            await arrives(
                lambda: (
                    {t.action for t in events if isinstance(t, Trigger)}
                    >= {"scene.go", "blackout.toggle"}
                ),
                "two buttons",
            )

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
