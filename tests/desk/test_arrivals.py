"""Hands follow what the stage has learned: styles and effects that came during the show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from vj.core.binding import Knob
from vj.core.table import Table
from vj.core.types import Set
from vj.desk.midi import MidiHand
from vj.desk.osc import OscHand
from vj.desk.osc_gate import Message


def _stage_learns(hall: Hall, *styles: str, effects: tuple[Path, ...] = ()) -> Table:
    """Post what a stage would after it found these; returns the stage's table."""
    theirs = Table(hall.gig.table.params, hall.gig.table.effects)
    theirs.learn_styles(styles)
    for path in effects:
        theirs.learn_effect(path)
    hall.house.state.post({"values": {}, "scene": "01_ink", "late": theirs.news()})
    hall.mirror.poll(1.0)
    return theirs


def test_the_table_and_the_osc_addresses_grow(hall: Hall, tmp_path: Path) -> None:
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    glow = tmp_path / "glow.frag"
    glow.write_text("uniform float size; // 0..2 = 0.5: how large\n")
    theirs = _stage_learns(hall, "aaaa", effects=(glow,))
    hand.tick(0.0)
    assert hall.gig.table.params == theirs.params
    last = float(len(theirs.params["style.person"].choices) - 1)
    for address, argument, meant in (
        ("/style/person", "aaaa", Set("style.person", last, "hand")),
        (f"/style/person/{last:.0f}", None, Set("style.person", last, "hand")),
        ("/glow/size/norm", 0.5, Set("glow.size", 1.0, "hand")),
    ):
        arguments = () if argument is None else (argument,)
        assert hand.ear.meanings(Message(address, arguments), "hand") == [meant]


def test_pads_keep_their_styles_and_the_next_pad_plays_the_new_one(
    make_hall: Callable[..., Hall],
) -> None:
    hall = make_hall(knobs={"style.background": Knob(midi="note/1/0..99")})
    hall.play()
    midi = FakeMidi("Pads")
    MidiHand(hall.gig, hall.mirror, hall.sender).poll(midi)
    count = len(hall.gig.table.params["style.background"].choices)

    def press(pad: int) -> list[Set]:
        midi.opened["Pads"].speak(0x90, pad, 100)
        return hall.events.drain()  # type: ignore[return-value]

    first = press(0)
    assert first == [Set("style.background", 0.0, "midi:Pads")]
    assert press(count) == []
    _stage_learns(hall, "aaaa")
    assert press(0) == first
    assert press(count) == [Set("style.background", float(count), "midi:Pads")]


def test_a_scene_whose_knobs_waited_for_an_effect_is_bound(hall: Hall, tmp_path: Path) -> None:
    path = hall.gig.folder / "scenes" / "02_neon_night.yaml"
    path.write_text("chain: [mix, glow]\nknobs: {glow.size: {midi: cc/1/9}}\n")
    hall.play("02_neon_night")
    assert "glow.size" not in hall.mirror.bound.knobs
    glow = tmp_path / "glow.frag"
    glow.write_text("uniform float size; // 0..2 = 0.5: how large\n")
    theirs = Table(hall.gig.table.params, hall.gig.table.effects)
    theirs.learn_effect(glow)
    hall.house.state.post({"values": {}, "scene": "02_neon_night", "late": theirs.news()})
    hall.mirror.poll(2.0)
    assert hall.mirror.bound.knobs["glow.size"].midi == "cc/1/9"
