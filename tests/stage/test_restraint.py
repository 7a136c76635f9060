"""A flood of actions does not reach the show, a quick hand does."""

from __future__ import annotations

import pytest

from vj.core.table import TRIGGERS
from vj.core.types import Set, Trigger
from vj.stage import restraint
from vj.stage.restraint import Restraint


def _happened(action: str, a_second: int, seconds: float) -> int:
    held = Restraint()
    moments = (n / a_second for n in range(int(a_second * seconds)))
    return sum(held.allows(Trigger(action), 50.0 + at) for at in moments)


@pytest.mark.parametrize(
    ("action", "most"), [("scene.duplicate", 7), ("scene.next", 60), ("chain.toggle", 720)]
)
def test_a_flood_of_one_action_is_a_trickle(action: str, most: int) -> None:
    assert most / 2 < _happened(action, 1500, 5.0) <= most


def test_a_quick_hand_is_never_held_back() -> None:
    assert _happened("scene.next", 8, 10.0) == 80
    assert _happened("tap", 16, 10.0) == 160
    held = Restraint()
    assert all(held.allows(Trigger("scene.save"), 3.0) for _ in range(2))
    assert held.allows(Trigger("blackout.toggle"), 3.0)


def test_values_always_pass() -> None:
    held = Restraint()
    assert all(held.allows(Set("style.strength", 0.5), 1.0) for _ in range(5000))


def test_what_is_held_back_exists() -> None:
    assert set(restraint._RATES) <= set(TRIGGERS)
