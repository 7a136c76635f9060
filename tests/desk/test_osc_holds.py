"""What a tablet holds goes back when it falls silent; what others set is never taken back."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.desk.hall import Hall, drained
from tests.desk.tablet import Player
from vj.core.types import Event, Set
from vj.desk.holds import LEASE_S
from vj.desk.osc import OscHand
from vj.desk.osc_gate import Message

HAND = "osc:127.0.0.1"


@pytest.fixture
def told(hall: Hall, hand: OscHand) -> Callable[[float], list[float]]:
    """Let time go by, as the desk's loop does; return all values of `style.strength` so far."""
    events: list[Event] = []

    def wait(seconds: float) -> list[float]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            hand.tick(time.monotonic())
            drained(hall.events, events)
            time.sleep(0.01)
        return [event.value for event in events if isinstance(event, Set)]

    return wait


def test_a_tablet_that_falls_silent_lets_go(
    hall: Hall, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=0.25)
    for _ in range(6):
        player.send("/style/strength/hold", 1.0)
        assert set(told(LEASE_S / 2)) == {1.0}, "said again, it stays up"
    assert told(2 * LEASE_S)[-1] == 0.25
    assert told(LEASE_S).count(0.25) == 1


def test_letting_go_is_said_too(
    hall: Hall, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=0.25)
    player.send("/style/strength/hold", 1.0)
    assert told(0.1) == [1.0]
    player.send("/style/strength/hold", 0.0)
    assert told(0.1) == [1.0, 0.25]
    player.send("/style/strength/hold", 0.0)
    assert told(2 * LEASE_S) == [1.0, 0.25], "nothing is held any more"


def test_a_press_right_after_the_last_goes_back_all_the_way(
    hall: Hall, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=0.25)
    player.send("/style/strength/hold", 1.0)
    told(0.05)
    hall.play(style__strength=1.0)  # the stage is there; that it went back comes too late
    player.send("/style/strength/hold", 0.0)
    player.send("/style/strength/hold", 1.0)
    assert told(2 * LEASE_S)[-1] == 0.25


def test_a_value_that_was_only_set_is_never_taken_back(
    hall: Hall, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=0.25)
    player.send("/style/strength", 1.0)
    assert told(2 * LEASE_S) == [1.0]
    player.send("/style/strength/hold", 0.5)
    player.send("/style/strength", 0.75)
    assert told(2 * LEASE_S)[-1] == 0.75, "the same hand put it somewhere else"


def test_hands_hold_for_themselves(
    hall: Hall, hand: OscHand, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=0.25)
    message = Message("/style/strength/hold", (0.5,))
    heard = hand.heard([message], "query:1", "127.0.0.1")
    assert list(heard) == [Set("style.strength", 0.5, "query:1")]
    player.send("/style/strength/hold", 0.0)
    assert told(0.1) == [], "it is not this one's to let go"
    assert told(2 * LEASE_S) == [0.25]


def test_what_an_earlier_desk_held_is_let_go_unless_it_is_said_again(
    hall: Hall, hand: OscHand, player: Player, told: Callable[[float], list[float]]
) -> None:
    hall.play(style__strength=1.0)
    held = [["style.strength", 0.25, HAND, "01_ink"], ["style.strength", "x"], 7, ["a", 1, "b", 2]]
    hand.take_over(held, time.monotonic())
    assert hall.sender.held.document() == held[:1]
    for _ in range(6):
        player.send("/style/strength/hold", 1.0)
        assert set(told(LEASE_S / 2)) == {1.0}, "said again, it stays up"
    assert told(2 * LEASE_S)[-1] == 0.25, "and goes back to where it was before that desk"
    assert hall.sender.held.document() == []
    hand.take_over(None, time.monotonic())
    hand.take_over([["style.strength", 0.5, HAND, "02_neon_night"]], time.monotonic())
    assert told(2 * LEASE_S)[-1] == 0.25, "another scene has values of its own"
