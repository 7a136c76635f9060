"""A control's travel: narrowed, bent, turned round, and the same way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vj.core.binding import Knob
from vj.core.params import Param
from vj.desk.bindings import springs_back, travel

PARAM = Param("a.b", "float", -10.0, 30.0, 5.0, "made up")


def test_without_a_knob_the_whole_range() -> None:
    assert [travel(PARAM).value(p) for p in (0.0, 0.5, 1.0)] == [-10.0, 10.0, 30.0]


def test_a_range_narrows_and_its_default_may_lie_outside() -> None:
    way = travel(PARAM, Knob(range=(10.0, 20.0)))
    assert [way.value(p) for p in (0.0, 0.5, 1.0)] == [10.0, 15.0, 20.0]
    assert way.position(5.0) == 0.0
    assert way.position(25.0) == 1.0


def test_a_range_from_high_to_low_turns_round() -> None:
    way = travel(PARAM, Knob(range=(20.0, 10.0)))
    assert [way.value(p) for p in (0.0, 0.5, 1.0)] == [20.0, 15.0, 10.0]


def test_a_range_beyond_the_parameter_is_cut() -> None:
    way = travel(PARAM, Knob(range=(-1e9, 1e9)))
    assert [way.value(0.0), way.value(1.0)] == [-10.0, 30.0]


@pytest.mark.parametrize(
    ("knob", "springs"),
    [
        (Knob(midi="note/1/60"), True),
        (Knob(midi="note/1/60..63"), False),
        (Knob(midi="note/1/60", press="set"), False),
        (Knob(midi="cc/1/60"), False),
        (Knob(midi="cc/1/60", press="momentary"), True),
        (Knob(midi="pad1", press="momentary"), True),
        (Knob(osc="/1/push1"), False),
    ],
)
def test_a_pad_springs_back_and_a_fader_does_not(knob: Knob, springs: bool) -> None:
    assert springs_back(PARAM, knob) is springs


def test_a_pad_turns_a_switch_over_unless_it_says_otherwise() -> None:
    switch = Param("a.on", "switch", 0.0, 1.0, 0.0, "made up")
    assert not springs_back(switch, Knob(midi="note/1/60"))
    assert springs_back(switch, Knob(midi="note/1/60", press="momentary"))


@given(
    st.floats(-20, 40),
    st.floats(-20, 40),
    st.sampled_from(["linear", "exp", None]),
    st.floats(0, 1),
)
def test_there_and_back(low: float, high: float, curve: str | None, position: float) -> None:
    way = travel(PARAM, Knob(range=(low, high), curve=curve))  # type: ignore[arg-type]
    value = way.value(position)
    assert way.value(way.position(value)) == pytest.approx(value, abs=1e-6)
