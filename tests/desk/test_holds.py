"""A value held by a page goes back when the finger, the page or its network is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.hall import Hall, drained
from tests.desk.visitor import hear, origin, visit
from vj.core.types import Event, Set
from vj.desk.holds import LEASE_S, Holds, back_in, is_hold
from vj.desk.remote import Remote

HAND, SCENE = "web:1", "01_ink"


def test_a_hold_that_is_not_renewed_goes_back_to_where_it_was() -> None:
    sent: list[Event] = []
    holds = Holds(lambda name: 0.25, sent.append, lambda: SCENE)
    holds.follow(Set("style.strength", 1.0, HAND), True, 10.0)
    holds.tick(10.5)
    holds.follow(Set("style.strength", 0.9, HAND), True, 10.6)
    holds.tick(10.6 + LEASE_S)
    assert sent == []
    holds.tick(10.7 + LEASE_S)
    assert sent == [Set("style.strength", 0.25, HAND)]
    holds.tick(99.0)
    assert len(sent) == 1


def test_letting_go_by_hand_leaves_nothing_to_let_go() -> None:
    sent: list[Event] = []
    holds = Holds(lambda name: 0.25, sent.append, lambda: SCENE)
    holds.follow(Set("style.strength", 1.0, HAND), True, 0.0)
    holds.follow(Set("style.strength", 0.0, HAND), False, 0.1)
    holds.lose()
    assert sent == []


def test_a_page_may_say_what_a_hold_goes_back_to(hall: Hall) -> None:
    sent: list[Event] = []
    holds, strength = (
        Holds(lambda name: 1.0, sent.append, lambda: SCENE),
        hall.gig.table.find("style.strength"),
    )
    text = '{"set": "style.strength", "value": 1, "hold": true, "back": %s}'
    back = back_in(text % "-3", strength)
    assert back == strength.low
    assert back_in(text % "1e999", strength) is back_in(text % '"x"', strength) is None
    holds.follow(Set("style.strength", 1.0, HAND), True, 0.0, back)
    holds.lose()
    assert sent == [Set("style.strength", strength.low, HAND)]


def test_what_only_goes_on_is_not_sent_again() -> None:
    holds = Holds(lambda name: 0.0, lambda event: None, lambda: SCENE)
    up, less = Set("blackout", 1.0, HAND), Set("blackout", 0.5, HAND)
    assert [holds.follow(event, True, 0.0) for event in (up, up, less, less, up)] == [
        *(True, False, True, False, True)
    ]


@pytest.mark.parametrize(("name", "back"), [("style.strength", []), ("blackout", [0.25])])
def test_a_new_scene_keeps_its_own_values(name: str, back: list[float]) -> None:
    scene, sent = ["01_ink"], list[Event]()
    holds = Holds(lambda name: 0.25, sent.append, lambda: scene[0])
    holds.follow(Set(name, 1.0, HAND), True, 0.0)
    scene[0] = "02_neon_night"
    assert not holds.follow(Set(name, 1.0, HAND), True, 0.2), "the finger is still there"
    holds.tick(9.0)
    assert [event.value for event in sent if isinstance(event, Set)] == back


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.floats(0.0, 0.5))))
def test_after_any_sequence_nothing_stays_up(moves: list[tuple[str, bool, float]]) -> None:
    values = dict.fromkeys("abc", 0.0)

    def send(event: Event) -> None:
        assert isinstance(event, Set)
        values[event.param] = event.value

    holds, now = Holds(values.__getitem__, send, lambda: SCENE), 0.0
    for name, hold, pause in moves:
        event = Set(name, 1.0 if hold else 0.0, HAND)
        holds.follow(event, hold, now)
        send(event)
        now += pause
        holds.tick(now)
    holds.tick(now + 1.0)
    assert set(values.values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ('{"set": "blackout", "value": 1, "hold": true}', True),
        ('{"set": "blackout", "value": 1, "hold": 1}', False),
        ('{"set": "hold", "value": 1}', False),
        ('["hold"]', False),
        ('"hold"', False),
    ],
)
def test_only_a_clear_wish_is_a_hold(text: str, held: bool) -> None:
    assert is_hold(text) is held


@pytest.mark.parametrize("way", ["silent", "closed", "cut"])
def test_losing_the_page_lets_go(
    hall: Hall, remote: Remote, until: Callable[..., Any], way: str
) -> None:
    found: list[Event] = []

    async def talk(session: aiohttp.ClientSession, url: str) -> None:
        page = await session.ws_connect(f"{url}/ws", headers=origin(url))
        await page.send_json({})
        await hear(page, "show")
        await page.send_json({"set": "style.strength", "value": 0.5, "hold": True})
        while not drained(hall.events, found):
            await hear(page, "health")
        if way == "cut":
            connection = page._response.connection
            assert connection is not None and connection.transport is not None
            connection.transport.abort()
        elif way == "closed":
            await page.close()
        end = time.monotonic() + 5
        while len(drained(hall.events, found)) < 2 and time.monotonic() < end:
            await hear(page, "health") if way == "silent" else time.sleep(0.02)

    visit(remote.url, talk)
    first, back = found
    assert isinstance(first, Set) and isinstance(back, Set)
    assert (first.value, back.param, back.value) == (0.5, "style.strength", 1.0)
