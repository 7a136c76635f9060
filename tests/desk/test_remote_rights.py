"""What the links of a show on the network open: all of it, only a look, or nothing any more."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import numpy as np
import pytest

from tests.desk.hall import Hall
from tests.desk.visitor import JPEG, hear, origin, visit
from vj.core.house import Options
from vj.desk.remote import Remote
from vj.desk.remote_gate import PANES


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

        for path in ("style/aa-ink", "scene/01_ink"):
            async with session.get(f"{url}/{path}") as answer:
                assert answer.status == 403
        async with session.ws_connect(f"{url}/camera", headers=origin(url)) as camera:
            await camera.send_json({})
            await camera.send_bytes(JPEG)
            assert (await camera.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
            assert camera.close_code == 4403
        assert hall.house.phone.newest == 0
        proof = {"Authorization": f"Bearer {token}"}
        async with session.ws_connect(f"{url}/camera", headers=origin(url)) as camera:
            await camera.send_json({"token": token})
            await camera.send_bytes(JPEG)
            assert (await camera.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT
        assert hall.house.phone.newest == 1
        async with session.get(f"{url}/style/aa-ink", headers=proof) as answer:
            assert answer.status == 200
        socket = await enter("wrong")
        await socket.send_json({"trigger": "panic"})
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4403
        async with await enter(token) as socket:
            await hear(socket, "show")
        for _ in range(2):
            await (await enter("wrong")).receive(timeout=5)
        assert (await (await enter(token)).receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE

    visit(url, talk)
    assert not hall.events.drain()


@pytest.fixture
def shared(
    make_hall: Callable[..., Hall], running: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Hall, Remote]:
    """A remote that other machines reach, as far as it knows."""
    monkeypatch.setattr("vj.desk.remote.addresses_here", lambda: ["127.0.0.1"])
    hall = make_hall(Options(lan=True))
    hall.play()
    remote = Remote(hall.house, hall.mirror, hall.sender)
    hall.sender.desk = remote.asks
    running(remote.run)
    until(lambda: remote.url, "the address")
    return hall, remote


def test_who_may_only_look_moves_nothing_and_sees_no_camera(shared: tuple[Hall, Remote]) -> None:
    hall, remote = shared
    token = remote.look_url.split("#")[1]
    picture = np.zeros((*hall.house.camera.shape, 4), np.uint8)

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as page:
            await page.send_json({"token": token})
            shown = await hear(page, "show")
            assert shown["may"] == "look"
            assert shown["code"] == [], "the code is the link that plays"
            for wish in (
                {"set": "blackout", "value": 1.0},
                {"set": "blackout", "value": 1.0, "hold": True},
                {"trigger": "panic"},
                {"trigger": "remote.lock"},
                {"monitor": True},
                {"preview": ["source", "output", "matte"]},
            ):
                await page.send_json(wish)
            hall.house.camera.publish(picture, 1)
            hall.house.screen.publish(np.zeros((*hall.house.screen.shape, 4), np.uint8), 1)
            seen = set()
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                message = await page.receive(timeout=5)
                if message.type is aiohttp.WSMsgType.BINARY:
                    seen.add(PANES[message.data[8]])
                else:
                    assert json.loads(message.data)["kind"] != "heard"
            assert seen == {"output"}
        proof = {"Authorization": f"Bearer {token}"}
        async with session.get(f"{url}/style/aa-ink", headers=proof) as answer:
            assert answer.status == 200
        async with session.ws_connect(f"{url}/camera", headers=origin(url)) as camera:
            await camera.send_json({"token": token})
            await camera.send_bytes(JPEG)
            assert (await camera.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
            assert camera.close_code == 4403

    visit(remote.url, talk)
    assert not hall.events.drain()
    assert hall.house.phone.newest == 0
    assert remote.look_url.split("#")[1] == token, "nothing was locked"


def test_locked_all_are_out_and_only_the_new_link_opens(
    shared: tuple[Hall, Remote], until: Any
) -> None:
    _, remote = shared
    before = remote.url, remote.look_url
    code = remote.code

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async def enter(path: str, given: str) -> aiohttp.ClientWebSocketResponse:
            socket = await session.ws_connect(f"{url}/{path}", headers=origin(url))
            await socket.send_json({"token": given.split("#")[1]})
            return socket

        pages = [await enter("ws", link) for link in before]
        for page in pages:
            await hear(page, "show")
        camera = await enter("camera", remote.url)
        await camera.send_bytes(JPEG)
        await camera.receive(timeout=5)
        await pages[0].send_json({"trigger": "remote.lock"})
        for page in (*pages, camera):
            message = await page.receive(timeout=5)
            while message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                message = await page.receive(timeout=5)
            assert (page.close_code, message.extra) == (4403, "locked")
        for link in before:
            page = await enter("ws", link)
            assert (await page.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        page = await enter("ws", remote.url)
        assert (await hear(page, "show"))["code"] == remote.code != code
        await page.close()

    visit(remote.url, talk)
    assert remote.url != before[0] and remote.look_url != before[1]
    assert remote.url.split("#")[0] == before[0].split("#")[0]
    until(lambda: remote.status()["clients"] == 0, "all have gone")
