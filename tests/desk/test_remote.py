"""The remote over real sockets: what a page is told, and what it can move."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import numpy as np

from tests.desk.hall import Hall, drained
from tests.desk.visitor import hear, origin, visit
from vj.core.table import Table
from vj.core.types import Event, Set, Trigger
from vj.desk.remote import Remote


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
            await socket.send_json({"preview": ["output"]})
            while (message := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
                pass
            assert struct.unpack_from("<HHI", message.data) == (320, 180, 1)
            assert tuple(message.data[12:16]) == (10, 20, 30, 255)

    visit(remote.url, talk)


def test_health_names_who_is_alive(hall: Hall, remote: Remote) -> None:
    hall.house.status["stage"].post({"stage_fps": 59.5, "latency_ms": {"p50": 80, "p95": 120}})
    hall.house.status["infer"].post({"fps": 21, "error": "no such weights"})
    hall.house.crew.post({"growing": ["infer takes 60 MiB more than an hour ago"]})

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            heard = await hear(socket, "health")
            assert heard["trouble"] == ["infer takes 60 MiB more than an hour ago"]
            found = heard["processes"]
            assert found["stage"] == {"alive": True, "fps": 59.5, "delay_ms": 80.0, "error": ""}
            assert found["infer"]["error"] == "no such weights"
            assert "record" not in found

    visit(remote.url, talk)


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


def test_a_page_is_told_of_a_style_that_comes(hall: Hall, remote: Remote) -> None:
    picture = hall.gig.folder / "styles" / "late-guest.png"
    stage = Table(hall.gig.table.params, hall.gig.table.effects)
    stage.learn_styles(["late-guest"])

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as socket:
            await socket.send_json({})
            await hear(socket, "show")
            picture.write_bytes(b"\x89PNG of a guest")
            hall.house.state.post({"values": {}, "scene": "01_ink", "late": stage.news()})
            hall.mirror.poll(1.0)
            show = await hear(socket, "show")
            choices = [p["choices"] for p in show["params"] if p["name"] == "style.person"]
            assert choices[0][-1] == "late-guest"
            async with session.get(f"{url}/style/late-guest") as answer:
                assert await answer.read() == b"\x89PNG of a guest"

    visit(remote.url, talk)
