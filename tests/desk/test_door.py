"""The door lets in who asks for us by name, and finds a port when ours is taken."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.desk.visitor import visit
from vj.desk.door import Door, address_of, bind, ports_from


@pytest.fixture
def house(running: Any, until: Any) -> str:
    """A server that says on which address it was found; returns its own address."""
    found = bind("127.0.0.1", [0])

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=address_of(request))

    def serve(stop: threading.Event) -> None:
        door = Door({"vj-laptop.local"})
        app = web.Application(middlewares=[door.guard])
        app.router.add_get("/", answer)
        asyncio.run(door.serve(app, found, stop))

    running(serve)
    return f"http://127.0.0.1:{found.getsockname()[1]}"


@pytest.mark.parametrize(
    ("name", "status"),
    [("localhost", 200), ("127.0.0.1:1", 200), ("VJ-Laptop.local:7000", 200), ("evil.net", 421)],
)
def test_only_our_own_names_are_answered(house: str, name: str, status: int) -> None:
    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(url, headers={"Host": name}) as answer:
            assert answer.status == status
            assert status != 200 or await answer.text() == "127.0.0.1"

    visit(house, talk)


def test_a_taken_port_is_passed_over() -> None:
    with bind("127.0.0.1", [0]) as taken:
        port = taken.getsockname()[1]
        with bind("127.0.0.1", [port, 0]) as found:
            assert found.getsockname()[1] not in (0, port)
        with pytest.raises(OSError):
            bind("127.0.0.1", [port])


def test_ports_to_try() -> None:
    assert ports_from(7000) == [*range(7000, 7020), 0]
    assert ports_from(65535) == [65535, 0]
    assert ports_from(0) == [0]
