"""The remote over real sockets, visited by those who should not get in or not get all of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest

from tests.desk.hall import Hall
from tests.desk.visitor import JPEG, hear, origin, visit
from vj.core.house import PHONE_BYTES
from vj.desk.crowd import EACH
from vj.desk.remote import PAGE, Remote


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
            for entrance in ("ws", "camera"):
                with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                    await session.ws_connect(f"{url}/{entrance}", headers=headers)
                assert refusal.value.status == status
        async with session.get(f"{url}/", headers={"Host": "evil.example:8080"}) as answer:
            assert answer.status == 421
        async with session.post(f"{url}/", data='{"trigger": "panic"}') as answer:
            assert answer.status == 405
        for path in (
            "/../process.py",
            "/%2e%2e/process.py",
            "/remote.py",
            "/style/../../rig.yaml",
            "/scene/..%2f..%2frig",
            "/scene/nobody",
            "/style/nobody",
            "/page/remote.js",
        ):
            async with session.get(f"{url}{path}") as answer:
                assert answer.status == 404

    visit(remote.url, talk)
    assert not hall.events.drain()


def test_page_forbids_foreign_content(remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        for path in ("/", "/operator", *(f"/{file.name}" for file in PAGE.glob("*.*"))):
            async with session.get(f"{url}{path}") as answer:
                assert answer.status == 200
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
                assert "Access-Control-Allow-Origin" not in answer.headers
                text = (await answer.text()).replace("http://www.w3.org/2000/svg", "")
                assert "http://" not in text
                assert "https://" not in text
                assert "innerHTML" not in text

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
            for _ in range(2000):
                await socket.send_json({"trigger": "tap"})
            await hear(socket, "health")

    visit(remote.url, talk)
    assert 240 <= len(hall.events.drain()) < 1000


def test_six_values_that_move_together_all_arrive(hall: Hall, remote: Remote) -> None:
    """A pad and four faders, as often as the page says where they are."""
    names = [param.name for param in hall.gig.table if param.kind == "float"][:6]

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            for step in range(80):
                for name in names:
                    await socket.send_json({"set": name, "norm": step / 80})
                await asyncio.sleep(0.025)
            await hear(socket, "health")

    visit(remote.url, talk)
    assert len(hall.events.drain()) == 480


def test_nine_pages_are_one_too_many(remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        pages = [await session.ws_connect(f"{url}/ws", headers=origin(url)) for _ in range(8)]
        for page in pages:
            await page.send_json({})
            await hear(page, "show")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(f"{url}/ws", headers=origin(url))
        assert refusal.value.status == 503
        for page in pages:
            await page.close()

    visit(remote.url, talk)


def test_pages_that_say_nothing_and_cameras_keep_nobody_out(remote: Remote) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        silent = [await session.ws_connect(f"{url}/ws", headers=origin(url)) for _ in range(12)]
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as page:
            await page.send_json({})
            await hear(page, "show")
        cameras = [await session.ws_connect(f"{url}/camera", headers=origin(url)) for _ in range(9)]
        for camera in cameras[:3]:
            await camera.send_json({})
            await camera.send_bytes(JPEG)
            assert (await camera.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT
        for socket in silent + cameras:
            await socket.close()

    visit(remote.url, talk)


def test_whoever_never_reads_holds_few_connections(remote: Remote) -> None:
    """Hundreds that ask for pages and never take them in: the page itself still opens."""

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        host, port = urlsplit(url).netloc.split(":")
        greedy = [await asyncio.open_connection(host, int(port), limit=1) for _ in range(200)]
        for _, writer in greedy:
            with contextlib.suppress(ConnectionError):
                writer.write(f"GET /remote.css HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * 400)
        await asyncio.sleep(0.3)
        mine = [one for one in psutil.Process().net_connections("tcp") if one.laddr]
        held = [c for c in mine if c.laddr.port == int(port) and c.status == "ESTABLISHED"]
        assert len(held) <= EACH
        async with session.get(f"{url}/") as answer:
            assert answer.status == 200
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as page:
            await page.send_json({})
            await hear(page, "show")
        for _, writer in greedy:
            writer.transport.abort()

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
        with contextlib.suppress(ConnectionResetError):  # hung up on before all was read
            assert await asyncio.wait_for(idle[0][0].read(), 5) == b""
        for _, writer in idle:
            writer.close()

    visit(remote.url, talk)


def test_a_camera_gives_small_pictures_one_phone_at_a_time_and_not_too_many(
    hall: Hall, remote: Remote
) -> None:
    box = hall.house.phone

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async def open_camera() -> aiohttp.ClientWebSocketResponse:
            socket = await session.ws_connect(f"{url}/camera", headers=origin(url))
            await socket.send_json({})
            return socket

        begun = time.monotonic()
        first = await open_camera()
        await first.send_bytes(JPEG)
        await first.receive(timeout=5)
        await first.send_str('{"trigger": "panic"}')
        await first.send_bytes(b"\x89PNG no JPEG at all")
        for _ in range(200):
            await first.send_bytes(JPEG)
        with contextlib.suppress(TimeoutError):  # until all of them were read
            while True:
                await first.receive(timeout=0.5)
        assert 2 <= box.newest <= 31 + 30 * (time.monotonic() - begun)
        second = await open_camera()
        await second.send_bytes(JPEG)
        await second.receive(timeout=5)
        while (last := await first.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert (last.type, last.data) == (aiohttp.WSMsgType.CLOSE, 4409)
        await second.send_bytes(JPEG + bytes(PHONE_BYTES))
        while not (await second.receive(timeout=5)).type.name.startswith("CLOS"):
            pass
        third = await open_camera()
        await third.send_bytes(JPEG)
        assert (await third.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT

    visit(remote.url, talk)
    assert not hall.events.drain()
