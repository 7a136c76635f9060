"""More questions than a program needs: OSCQuery slows whoever asks them, by HTTP and WebSocket."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.desk.visitor import visit
from vj.desk.budget import Budget
from vj.desk.oscquery import OscQuery


def test_a_flood_of_questions_is_slowed(query: OscQuery) -> None:
    query._budget = Budget(5.0, 5.0)

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        seen = []
        for _ in range(100):
            async with session.get(f"{url}/nothing") as answer:
                seen.append(answer.status)
        assert set(seen) == {404, 429}
        assert seen[:5] == [404] * 5

    visit(f"http://127.0.0.1:{query.port}", talk)


def test_questions_by_the_websocket_are_answered_no_faster_than_one_wants(
    query: OscQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte asks for the whole tree, and two thousand of them a second were answered."""
    assert sum(query._questions.allows("a", 1.0) for _ in range(100)) == 20
    asked: list[str] = []

    def every_third(host: str, _: float) -> bool:
        asked.append(host)
        return len(asked) % 3 == 0

    monkeypatch.setattr(query._questions, "allows", every_third)

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            for _ in range(2):
                await socket.send_str("/style/strength?VALUE")
                assert json.loads(await socket.receive_str(timeout=5)) == {"VALUE": [1.0]}

    visit(f"http://127.0.0.1:{query.port}", talk)
    assert asked == ["127.0.0.1"] * 6, "it waits, and loses nothing"


def test_answers_cost_by_their_size_and_who_has_spent_his_share_waits(
    query: OscQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole tree, 500 times a second, took more than a core from the hands."""
    charged: list[float] = []
    looks: list[bool] = []

    def allows(host: str, _: float) -> bool:
        looks.append(len(looks) % 3 == 2)
        return looks[-1]

    monkeypatch.setattr(query._kilobytes, "allows", allows)
    monkeypatch.setattr(query._kilobytes, "charge", lambda _, size: charged.append(size))

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(f"{url}/") as answer:
            assert answer.status == 200, "it waits, and is not sent away"
            size = len(await answer.read()) / 1024
        async with session.ws_connect(url) as socket:
            await socket.send_str("/")
            assert len(await socket.receive_str(timeout=5)) == size * 1024
        assert charged == [size, size] and size > 20

    visit(f"http://127.0.0.1:{query.port}", talk)
    assert len(looks) == 6


def test_a_tablet_that_asks_for_the_tree_several_times_never_waits(query: OscQuery) -> None:
    for _ in range(10):
        assert query._kilobytes.allows("a", 1.0)
        query._kilobytes.charge("a", 75.0)
