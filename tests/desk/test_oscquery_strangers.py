"""What somebody on the network whom the rig does not name may do by OSCQuery's WebSocket."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import pytest
from aiohttp.web_request import BaseRequest

from tests.desk.hall import Hall
from tests.desk.tablet import packet
from tests.desk.visitor import visit
from vj.core.types import Trigger
from vj.desk.oscquery import OscQuery

STRANGER = "192.0.2.7"
WRITING = ("/scene/save", "/scene/duplicate", "/record/toggle", "/map/save", "/remote/lock")


@pytest.fixture
def ask_for(monkeypatch: pytest.MonkeyPatch) -> Callable[[Hall, OscQuery], list[str]]:
    """Ask for all that writes, and then for the next scene; what the stage is told of it."""
    monkeypatch.setattr(BaseRequest, "remote", STRANGER)

    def ask(hall: Hall, query: OscQuery) -> list[str]:
        async def talk(session: aiohttp.ClientSession, url: str) -> None:
            async with session.ws_connect(url) as socket:
                for address in (*WRITING, "/scene/next"):
                    await socket.send_bytes(packet(address))
                await socket.send_str("/freeze?VALUE")  # its answer says that all was heard
                await socket.receive_str(timeout=5)

        visit(f"http://127.0.0.1:{query.port}", talk)
        return [event.action for event in hall.events.drain() if isinstance(event, Trigger)]

    return ask


def test_a_stranger_plays_by_the_websocket_but_writes_nothing(
    open_to_all: Callable[..., tuple[Hall, OscQuery]],
    ask_for: Callable[[Hall, OscQuery], list[str]],
) -> None:
    """Only what came by UDP was looked at: anybody could save scenes and put the pages out."""
    hall, query = open_to_all()
    assert ask_for(hall, query) == ["scene.next"]
    journal = hall.sender.journal.since(0)
    refused = [entry.what for entry in journal if "rig.yaml" in entry.why]
    assert refused == list(WRITING)
    assert len(journal) == len(WRITING) + 1, "a message that was refused made two lines"


def test_a_host_of_the_rig_writes_by_the_websocket_too(
    open_to_all: Callable[..., tuple[Hall, OscQuery]],
    ask_for: Callable[[Hall, OscQuery], list[str]],
) -> None:
    hall, query = open_to_all(hosts=[STRANGER])
    assert len(ask_for(hall, query)) == len(WRITING) + 1
