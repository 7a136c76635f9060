"""Endless knobs, pairs, scaling and buttons: what a control does to a value, message by message."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from vj.core.binding import Knob
from vj.core.gig import Gig
from vj.core.types import Set, Trigger
from vj.desk.midi import MidiHand

Turn = Callable[..., list[float]]


@pytest.fixture(autouse=True)
def bare(gig: Gig) -> None:
    (gig.folder / "scenes" / "03_bare.yaml").write_text("fade: 1 s\n")


@pytest.fixture
def turn(make_hall: Callable[..., Hall]) -> Callable[..., Turn]:
    """Bind one parameter, and return what messages make of it; the stage follows at once."""

    def bind(name: str, at: float = 0.5, **knob: object) -> Turn:
        hall = make_hall(knobs={name: Knob.model_validate(knob)})
        hall.play("03_bare", **{name.replace(".", "__"): at})
        midi = FakeMidi("Box")
        MidiHand(hall.gig, hall.mirror, hall.sender).poll(midi)

        def send(*data: int, follow: bool = True) -> list[float]:
            midi.opened["Box"].speak(*data)
            events = [event for event in hall.events.drain() if isinstance(event, Set)]
            if events and follow:
                hall.play("03_bare", **{name.replace(".", "__"): events[-1].value})
            return [event.value for event in events]

        return send

    return bind


@pytest.mark.parametrize(
    ("encoder", "right", "left"),
    [("twos", 2, 126), ("offset", 66, 62), ("sign", 2, 66)],
)
def test_the_three_kinds_of_endless_knobs(
    turn: Callable[..., Turn], encoder: str, right: int, left: int
) -> None:
    send = turn("style.strength", midi="cc/1/5", encoder=encoder, steps=100)
    assert send(0xB0, 5, right) == [pytest.approx(0.52)], "no pick-up: it moves at once"
    assert send(0xB0, 5, right) == [pytest.approx(0.54)]
    assert send(0xB0, 5, left) == [pytest.approx(0.52)]


def test_fast_turns_add_up_before_the_stage_answers(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", midi="cc/1/5", encoder="twos", steps=100)
    found = [send(0xB0, 5, 1, follow=False)[0] for _ in range(30)]
    assert found[-1] == pytest.approx(0.8)
    assert [send(0xB0, 5, 1)[0] for _ in range(40)][-1] == 1.0, "and end at the end"


def test_slow_turns_move_a_whole_number_too(turn: Callable[..., Turn]) -> None:
    """One tick is less than one step of the number; rounding must not eat it."""
    send = turn("edges.pre_blur", at=3.0, midi="cc/1/5", encoder="twos")
    values = [send(0xB0, 5, 1)[0] for _ in range(20)]
    assert values[0] == 3.0
    assert values[-1] == 6.0


def test_an_endless_knob_walks_through_choices(turn: Callable[..., Turn]) -> None:
    send = turn("style.person", at=0.0, midi="cc/1/5", encoder="offset")
    values = [send(0xB0, 5, 65)[0] for _ in range(12)]
    assert values == sorted(values)
    assert {1.0, 2.0, 3.0} <= set(values)


def test_a_pair_of_controllers_has_fourteen_bits(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", midi="cc14/1/7", takeover="jump")
    assert send(0xB0, 7, 64) == [pytest.approx(64 / 127)], "it may have no fine half"
    assert send(0xB0, 39, 1) == [pytest.approx((64 * 128 + 1) / 16383)]
    assert send(0xB0, 7, 65) == [], "now the fine half is awaited"
    assert send(0xB0, 39, 2) == [pytest.approx((65 * 128 + 2) / 16383)]
    assert send(0xB0, 39, 3) == [pytest.approx((65 * 128 + 3) / 16383)]
    assert send(0xB0, 7, 70) == []
    assert send(0xB0, 7, 71) == [pytest.approx(71 / 127)], "the fine half has gone missing"


def test_a_pair_needs_a_coarse_half_that_has_a_fine_one() -> None:
    with pytest.raises(ValueError, match=r"0\.\.31"):
        Knob(midi="cc14/1/32")


def test_scaling_moves_at_once_and_meets_the_value_at_the_end(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", at=0.8, midi="cc/1/5", takeover="scale")
    assert send(0xB0, 5, 0) == [], "the first message only tells where the fader is"
    up = [send(0xB0, 5, value)[0] for value in range(1, 128)]
    assert up[0] == pytest.approx(0.8, abs=0.01)
    assert all(later > before - 1e-9 for before, later in pairwise(up))
    assert up[-1] == pytest.approx(1.0)


def test_a_pad_holds_a_switch_as_long_as_it_is_down(turn: Callable[..., Turn]) -> None:
    send = turn("blackout", at=0.0, midi="note/1/40", press="momentary")
    assert send(0x90, 40, 90) == [1.0]
    assert send(0x80, 40, 0) == [0.0]


def test_a_pad_that_never_lets_go_is_held_once(turn: Callable[..., Turn]) -> None:
    """Some drum pads send no note-off: every hit was kept, and unplugging sent them all."""
    send = turn("style.strength", at=0.0, midi="note/1/40")
    for _ in range(50):
        assert send(0x90, 40, 90) == [1.0]
    assert send(0x80, 40, 0) == [0.0]


def test_a_pad_turns_a_fader_over(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", at=0.1, midi="note/any/40", press="toggle", range=[0.1, 0.7])
    assert [send(0x93, 40, 90), send(0x83, 40, 0), send(0x93, 40, 1)] == [[0.7], [], [0.1]]


def test_velocity_is_a_value_that_stays(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", midi="note/1/40", press="velocity")
    assert send(0x90, 40, 32) == [pytest.approx(32 / 127)]
    assert send(0x90, 40, 0) == []


def test_set_goes_to_the_end_of_the_range_and_stays(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", midi="note/1/40", press="set", range=[0.0, 0.4])
    assert [send(0x90, 40, 9), send(0x80, 40, 9)] == [[0.4], []]


def test_a_controller_can_be_a_button(turn: Callable[..., Turn]) -> None:
    send = turn("style.strength", at=0.0, midi="cc/1/9", press="momentary")
    assert [send(0xB0, 9, v) for v in (127, 120, 0, 0)] == [[1.0], [], [0.0], []]


def test_several_devices_play_at_once_and_apart(make_hall: Callable[..., Hall]) -> None:
    knobs = {
        "style.strength": Knob(midi="cc/any/5", takeover="jump", device="Left"),
        "matte.feather": Knob(midi="cc/any/5", takeover="jump", device="Right"),
        "panic": Knob(midi="note/1/1"),
    }
    hall = make_hall(knobs=knobs)
    hall.play("03_bare")
    midi = FakeMidi("Left Box", "Right Box")
    MidiHand(hall.gig, hall.mirror, hall.sender).poll(midi)
    midi.opened["Left Box"].speak(0xB4, 5, 127)
    midi.opened["Right Box"].speak(0xB9, 5, 0)
    midi.opened["Right Box"].speak(0x90, 1, 1)
    assert hall.events.drain() == [
        Set("style.strength", 1.0, "midi:Left Box"),
        Set("matte.feather", 0.0, "midi:Right Box"),
        Trigger("panic", None, "midi:Right Box"),
    ]


def test_ghosts_tell_where_faders_stand_and_whether_they_hold(
    make_hall: Callable[..., Hall],
) -> None:
    hall = make_hall(knobs={"style.strength": Knob(midi="cc/1/5")})
    hall.play("03_bare", style__strength=0.9)
    midi = FakeMidi("Box")
    hand = MidiHand(hall.gig, hall.mirror, hall.sender)
    hand.poll(midi)
    assert hand.ghosts() == {}
    midi.opened["Box"].speak(0xB0, 5, 32)
    ghost = {"at": pytest.approx(32 / 127, abs=1e-3), "caught": False, "device": "Box"}
    assert hand.ghosts() == {"style.strength": ghost}
    midi.opened["Box"].speak(0xB0, 5, 114)
    assert hand.ghosts()["style.strength"]["caught"] is True
    hall.sender.send(Set("style.strength", 0.2, "web:1"))
    assert hand.ghosts()["style.strength"]["caught"] is False, "another hand has taken it"
    midi.names.clear()
    hand.poll(midi)
    assert hand.ghosts() == {}
