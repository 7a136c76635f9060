"""A fader takes hold only where the value is, always can, and never lets go by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vj.desk.takeover import NEAR, Grip, follow, let_go

POSITIONS = st.integers(0, 127).map(lambda step: step / 127)
VALUES = st.floats(0, 1)


@given(st.lists(POSITIONS, min_size=1, max_size=40), VALUES)
def test_the_first_move_that_counts_is_near_or_passes_the_value(
    positions: list[float], value: float
) -> None:
    grip = Grip()
    for position in positions:
        before, grip = grip, follow(grip, position, value)
        if grip.holds and not before.holds:
            low = min(position, position if before.position is None else before.position)
            high = max(position, position if before.position is None else before.position)
            assert low - NEAR <= value <= high + NEAR


@given(VALUES, st.integers(1, 127))
def test_a_sweep_of_any_speed_catches_every_value(value: float, stride: int) -> None:
    grip = Grip()
    for step in (*range(0, 127, stride), 127):
        grip = follow(grip, step / 127, value)
    assert grip.holds


@given(st.lists(st.tuples(POSITIONS, VALUES), max_size=40), VALUES)
def test_once_it_holds_it_holds(moves: list[tuple[float, float]], value: float) -> None:
    grip = follow(Grip(), value, value)
    for position, elsewhere in moves:
        grip = follow(grip, position, elsewhere)
        assert grip.holds


@given(POSITIONS, POSITIONS, VALUES)
def test_after_letting_go_it_must_be_picked_up_again(
    old: float, position: float, value: float
) -> None:
    grip = let_go(Grip(old, True))
    if max(old, position) + NEAR < value or min(old, position) - NEAR > value:
        assert not follow(grip, position, value).holds
