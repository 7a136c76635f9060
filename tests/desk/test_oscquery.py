"""OSCQuery over real sockets, asked the way other programs ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.web_request import BaseRequest
from pythonosc.osc_message import OscMessage

from tests.desk.hall import Hall
from tests.desk.tablet import packet
from tests.desk.visitor import visit
from vj.core.table import Table
from vj.core.types import Set, Trigger
from vj.desk.announce import server_name
from vj.desk.osc import OscHand
from vj.desk.oscquery import OscQuery


def ask(query: OscQuery, path: str, **headers: str) -> tuple[int, Any]:
    """GET a path; the status, and the JSON where there is some."""
    found: list[Any] = []

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}{path}", headers=headers) as answer:
            text = await answer.text()
            plain = answer.content_type == "application/json"
            assert "Access-Control-Allow-Origin" not in answer.headers
            found.extend((answer.status, json.loads(text) if plain else None))

    visit(f"http://127.0.0.1:{query.port}", talk)
    return found[0], found[1]


async def values(socket: aiohttp.ClientWebSocketResponse, *wanted: str) -> dict[str, Any]:
    """Read binary OSC until each wanted address was told; address -> newest arguments."""
    found: dict[str, Any] = {}
    while not set(wanted) <= set(found):
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.BINARY, message
        told = OscMessage(message.data)
        found[told.address] = told.params
    return found


async def listen(socket: aiohttp.ClientWebSocketResponse, *addresses: str) -> None:
    for address in addresses:
        await socket.send_json({"COMMAND": "LISTEN", "DATA": address})


def test_the_port_is_oscs_own_number(hand: OscHand, query: OscQuery) -> None:
    assert query.port == hand.port


def test_host_info_says_where_osc_is(hand: OscHand, query: OscQuery) -> None:
    for path in ("/?HOST_INFO", "?HOST_INFO", "/style?HOST_INFO"):
        status, found = ask(query, path)
        assert status == 200
        assert found["OSC_PORT"] == hand.port
        assert found["OSC_TRANSPORT"] == "UDP"
        assert found["OSC_IP"] == found["WS_IP"] == "127.0.0.1"
        assert found["WS_PORT"] == query.port
        assert found["EXTENSIONS"]["LISTEN"] is True


def test_the_whole_tree_a_branch_and_one_attribute(hall: Hall, query: OscQuery) -> None:
    hall.play(edges__canny_low=33.0)
    status, root = ask(query, "/")
    assert status == 200
    assert ask(query, "/edges") == ask(query, "/edges/") == (200, root["CONTENTS"]["edges"])
    node = root["CONTENTS"]["edges"]["CONTENTS"]["canny_low"]
    assert node["VALUE"] == [33]
    assert ask(query, "/edges/canny_low?VALUE") == (200, {"VALUE": [33]})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/nothing?VALUE", 404),
        ("/edges/canny_low?COLOUR", 400),
        ("/edges/canny_low?VALUE&RANGE", 400),
        ("/edges/canny_low?LISTEN=true", 400),
        ("/edges/canny_low?UNIT", 204),
        ("/edges?VALUE", 204),
        ("/scene/next?VALUE", 204),
        ("/../../rig.yaml", 404),
    ],
)
def test_manners(query: OscQuery, path: str, status: int) -> None:
    assert ask(query, path) == (status, None)


def test_listeners_are_told_values_as_osc(hall: Hall, query: OscQuery) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            await listen(socket, "/style/strength", "/edges/canny", "/style/person", "/nothing")
            told = await values(socket, "/style/strength", "/edges/canny", "/style/person")
            assert told["/style/strength"] == [1.0]
            assert told["/edges/canny"] == [True]
            assert told["/style/person"] == [hall.gig.table.params["style.person"].choices[0]]
            hall.play(style__strength=0.5, edges__canny_low=9.0)
            assert await values(socket, "/style/strength") == {"/style/strength": [0.5]}
            await socket.send_json({"COMMAND": "IGNORE", "DATA": "/style/strength"})
            await listen(socket, "/edges/canny_low/norm")
            await values(socket, "/edges/canny_low/norm")
            hall.play(style__strength=0.25, edges__canny=0.0)
            assert await values(socket, "/edges/canny", "/edges/canny_low/norm") == {
                "/edges/canny": [False],
                "/edges/canny_low/norm": [pytest.approx(1 / 255, abs=1e-6)],
            }

    visit(f"http://127.0.0.1:{query.port}", talk)


def test_osc_may_come_in_by_the_websocket(hall: Hall, query: OscQuery, until: Any) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            await listen(socket, "/style/strength")
            await values(socket, "/style/strength")
            for data in (b"junk", packet("/************z", 1.0), b"#bundle\0" + bytes(12)):
                await socket.send_bytes(data)
            await socket.send_bytes(packet("/style/strength", 0.25))
            await socket.send_bytes(packet("/scene/next"))
            hand = "query:1"
            events: list[Any] = []
            while len(events) < 2:
                events += hall.events.drain()
                await asyncio.sleep(0.005)
            assert events == [Set("style.strength", 0.25, hand), Trigger("scene.next", None, hand)]
            hall.play(style__strength=0.25, matte__feather=0.75)
            await listen(socket, "/matte/feather")
            assert set(await values(socket, "/matte/feather")) == {"/matte/feather"}, (
                "its own finger is on the other one"
            )
            await socket.send_bytes(packet("/matte/smooth", "?"))
            assert await values(socket, "/matte/smooth") == {"/matte/smooth": [0.5]}

    visit(f"http://127.0.0.1:{query.port}", talk)


def test_questions_may_come_in_by_the_websocket(query: OscQuery) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            await socket.send_str("/style/strength?VALUE")
            assert json.loads(await socket.receive_str(timeout=5)) == {"VALUE": [1.0]}
            await socket.send_str("/?HOST_INFO")
            assert json.loads(await socket.receive_str(timeout=5))["WS_PORT"] == query.port

    visit(f"http://127.0.0.1:{query.port}", talk)


def test_nonsense_is_heard_without_harm(hall: Hall, query: OscQuery) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            for text in (
                "",
                "[]",
                "null",
                "{",
                '{"COMMAND": ["LISTEN"], "DATA": "/freeze"}',
                '{"COMMAND": "LISTEN", "DATA": {"/freeze": 1}}',
                '{"COMMAND": "LISTEN"}',
                '{"COMMAND": "IGNORE", "DATA": "/never"}',
                '{"COMMAND": "PATH_REMOVED", "DATA": "/"}',
                '{"COMMAND": "LISTEN", "DATA": NaN}',
                "[" * 4000,
            ):
                await socket.send_str(text)
            await listen(socket, "/freeze")
            assert await values(socket, "/freeze") == {"/freeze": [False]}

    visit(f"http://127.0.0.1:{query.port}", talk)
    assert not hall.events.drain()


def test_listeners_are_told_what_comes_during_the_show(
    hall: Hall, hand: OscHand, query: OscQuery, tmp_path: Path
) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            await socket.send_str("/")  # its answer says that we are listened to
            await socket.receive_str(timeout=5)
            lava = tmp_path / "lava.frag"
            lava.write_text("uniform float size; // 0..2 = 0.5: how large\n")
            theirs = Table(hall.gig.table.params, hall.gig.table.effects)
            theirs.learn_styles(["zz-late"])
            theirs.learn_effect(lava)
            hall.house.state.post({"values": {}, "scene": "01_ink", "late": theirs.news()})
            hall.mirror.poll(1.0)
            hand.tick(1.0)
            told = [json.loads(await socket.receive_str(timeout=5)) for _ in range(3)]
            assert {(one["COMMAND"], one["DATA"]) for one in told} == {
                ("PATH_ADDED", "/lava"),
                ("PATH_CHANGED", "/style/person"),
                ("PATH_CHANGED", "/style/background"),
            }
            branch = next(one for one in told if one["DATA"] == "/lava")
            assert branch["CONTENTS"]["size"]["RANGE"] == [{"MIN": 0.0, "MAX": 2.0}]
            async with session.get(f"{url}/style/person?RANGE") as answer:
                assert (await answer.json())["RANGE"][0]["VALS"][-1] == "zz-late"

    visit(f"http://127.0.0.1:{query.port}", talk)


def test_who_does_not_get_in(hall: Hall, query: OscQuery) -> None:
    for name in ("evil.example", "evil.example:7000", "127.0.0.1.evil.example"):
        assert ask(query, "/", Host=name)[0] == 421
    assert ask(query, "/", Host=f"{server_name()}.:7000")[0] == 200

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(url, headers={"Origin": origin})
            assert refusal.value.status == 403
        async with session.post(url, data=b"x") as answer:
            assert answer.status == 405
        async with session.ws_connect(url, headers={"Origin": url}) as socket:
            await socket.send_str("x" * 5000)
            while not (await socket.receive(timeout=5)).type.name.startswith("CLOS"):
                pass
        sockets = [await session.ws_connect(url) for _ in range(16)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(url)
        assert refusal.value.status == 503
        for socket in sockets:
            await socket.close()

    visit(f"http://127.0.0.1:{query.port}", talk)
    assert not hall.events.drain()


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1", True),
        ("192.168.7.7", True),
        ("169.254.1.1", True),
        ("8.8.8.8", False),
        ("9.9.9.9", True),
        ("", False),
    ],
)
def test_only_neighbours_and_hosts_of_the_rig(
    open_to_all: Callable[..., tuple[Hall, OscQuery]],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    known: bool,
) -> None:
    _, query = open_to_all(hosts=["9.9.9.9"])
    monkeypatch.setattr(BaseRequest, "remote", host)
    assert ask(query, "/freeze?VALUE")[0] == (200 if known else 403)


def test_many_messages_are_read_no_faster_than_one_wants(hall: Hall, query: OscQuery) -> None:
    """Three thousand LISTENs at once: all are heard, none is dropped."""

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            for _ in range(3000):
                await listen(socket, "/nothing")
            await listen(socket, "/freeze")
            await values(socket, "/freeze")

    visit(f"http://127.0.0.1:{query.port}", talk)
