"""Lights: they follow the show, keep the styles' colours, go dark at the end and come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.desk.fake_midi import FakeMidi, FakeOut
from tests.desk.hall import Hall
from vj.core.binding import Knob, parse_midi
from vj.core.controller import read_controller
from vj.core.errors import UserError
from vj.core.gig import PROGRAM, Gig
from vj.core.types import Set
from vj.desk.midi import MidiHand
from vj.desk.midi_leds import profile_of, read_controllers
from vj.desk.midi_lights import nearest
from vj.desk.midi_ports import partner

PROFILES = sorted((PROGRAM / "desk" / "controllers").glob("*.yaml"))
APC = "APC mini mk2 Control"
PAD = "Launchpad Mini MK3 LPMiniMK3 MIDI Out"
KNOBS = {
    "style.background": Knob(midi="note/any/56.."),
    "blackout": Knob(midi="note/1/100"),
    "matte.feather": Knob(midi="cc/1/48"),
    "panic": Knob(midi="note/1/112", led=False),
}


class Lit:
    """A controller with lights; `show` plays values and returns what it was sent."""

    def __init__(self, hall: Hall, name: str) -> None:
        self.hall, self.name, self.midi = hall, name, FakeMidi(name)
        self.hand = MidiHand(hall.gig, hall.mirror, hall.sender)
        count = len(hall.gig.table.params["style.background"].choices)
        self.hand._colours._asked = hall.gig.table.params["style.person"].choices
        self.hand._colours.found = {
            style: (255, 0, 0) if number % 2 else (0, 0, 255)
            for number, style in enumerate(hall.gig.table.params["style.background"].choices)
        }
        self.count = count
        self.hand.poll(self.midi)

    @property
    def out(self) -> FakeOut:
        return self.midi.outs[self.name]

    def show(self, **values: float) -> list[str]:
        self.hall.play("03_bare", **values)
        self.hand.tick()
        return self.out.taken()


@pytest.fixture
def apc(make_hall: Callable[..., Hall], gig: Gig) -> Lit:
    (gig.folder / "scenes" / "03_bare.yaml").write_text("fade: 1 s\n")
    return Lit(make_hall(knobs=KNOBS), APC)


def test_pads_shine_in_the_colour_of_their_style_and_the_chosen_one_brighter(apc: Lit) -> None:
    sent = apc.show(style__background=1.0)
    assert sent[:3] == ["91 38 2d", "96 39 05", "91 3a 2d"], "blue, red in full light, blue"
    pads = min(apc.count, 8)  # the lowest row has eight
    assert len([text for text in sent if text[:2] in ("91", "96")]) == pads
    assert apc.show(style__background=1.0) == [], "nothing is sent twice"
    assert sorted(apc.show(style__background=0.0)) == ["91 39 05", "96 38 2d"]


def test_a_switch_lights_its_button_and_a_knob_may_stay_dark(apc: Lit) -> None:
    assert "90 64 00" in apc.show()
    assert apc.show(blackout=1.0) == ["90 64 01"]
    assert not [text for text in apc.show(blackout=0.0) if text.split()[1] == "70"]


def test_dark_at_the_end_and_lit_anew_when_it_comes_back(apc: Lit) -> None:
    first = apc.show()
    gone = apc.out
    apc.midi.names.clear()
    apc.hand.poll(apc.midi)
    assert len(gone.sent) == len(first)
    assert all(data[2] == 0 for data in gone.sent)
    assert gone.closed
    apc.midi.names.append(APC)
    apc.hand.poll(apc.midi)
    assert apc.show() == first


def test_what_a_new_scene_does_not_bind_goes_dark(apc: Lit) -> None:
    apc.show()
    apc.hall.play("01_ink")
    apc.hand.tick()
    assert "90 64 01" not in apc.out.taken()
    apc.hall.gig.scene_files["03_bare"].write_text("knobs:\n  blackout: {midi: cc/1/9}\n")
    apc.hall.mirror.poll(1e9)
    apc.show()
    apc.hand.tick()
    assert ("note", 1, 100) not in apc.hand._devices[APC].leds._lit  # type: ignore[union-attr]


def test_a_button_that_switches_its_own_light_is_lit_again_when_let_go(apc: Lit) -> None:
    apc.show(blackout=1.0)
    apc.midi.opened[APC].speak(0x90, 100, 127)
    apc.midi.opened[APC].speak(0x80, 100, 0)
    assert apc.show(blackout=1.0) == ["90 64 01"]


def test_a_launchpad_is_greeted_and_given_back(make_hall: Callable[..., Hall]) -> None:
    found = Lit(make_hall(), PAD)
    assert found.out.taken() == ["f0 00 20 29 02 0d 0e 01 f7"]
    found.hand._unplug_all()
    assert found.out.taken()[-1] == "f0 00 20 29 02 0d 0e 00 f7"


def test_rings_follow_but_not_while_they_are_turned(make_hall: Callable[..., Hall]) -> None:
    """Feedback to a knob in the hand fights the hand."""
    hall = make_hall(knobs={"matte.feather": Knob(midi="knob3", takeover="jump")})
    (hall.gig.folder / "scenes" / "03_bare.yaml").write_text("fade: 1 s\n")
    found = Lit(hall, "Midi Fighter Twister")
    assert found.show(matte__feather=1.0) == ["b0 02 7f"], "knob3 is a name of its profile"
    found.midi.opened[found.name].speak(0xB0, 2, 0)
    assert hall.events.drain() == [Set("matte.feather", 0.0, f"midi:{found.name}")]
    assert found.show(matte__feather=0.0) == []
    hall.sender.send(Set("matte.feather", 0.5, "web:1"))
    assert found.show(matte__feather=0.5) == ["b0 02 40"]


def test_unknown_controllers_get_nothing_unless_the_rig_says_so(
    make_hall: Callable[..., Hall],
) -> None:
    """Notes sent to a piano are music."""
    assert not Lit(make_hall(), "Stage Piano").midi.outs
    found = Lit(make_hall(leds=["piano"]), "Stage Piano")
    found.hall.play("01_ink", edges__canny=1.0)
    found.hand.tick()
    assert "99 28 7f" in found.out.taken()


def test_two_decks_with_the_same_numbers_have_lights_of_their_own(
    make_hall: Callable[..., Hall],
) -> None:
    """DJ controllers tell their decks apart by the channel only."""
    knobs = {"freeze": Knob(midi="note/1/11"), "blackout": Knob(midi="note/2/11")}
    found = Lit(make_hall(knobs=knobs, leds=["decks"]), "Two Decks")
    assert {"90 0b 7f", "91 0b 00"} <= set(found.show(freeze=1.0))
    assert found.show(freeze=1.0, blackout=1.0) == ["91 0b 7f"]


def test_a_dead_driver_is_not_spoken_to(apc: Lit) -> None:
    apc.show()
    apc.hand._unplug_all(dead=True)
    assert apc.out.abandoned
    assert apc.out.taken() == []


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_can_be_read_and_its_controls_are_apart(path: Path) -> None:
    found = read_controller(path)
    assert found.title
    assert found.match or path.stem == "generic"
    addresses = [parse_midi(text) for text in found.controls.values()]
    assert len(set(addresses)) == len(addresses)
    for name in found.controls:
        assert Knob(midi=name).midi == name
    if any(zone.colours for zone in found.lights):
        assert nearest(tuple(found.palette), (255, 10, 10)) in range(4, 8)


def test_the_gig_adds_profiles_and_a_broken_one_is_told(gig: Gig) -> None:
    (gig.folder / "controllers").mkdir()
    mine = gig.folder / "controllers" / "mine.yaml"
    mine.write_text("match: [My Box]\ncontrols: {left: cc/1/3}\n")
    (gig.folder / "controllers" / "bad.yaml").write_text("matches: [x]\n")
    found, wrong = read_controllers(gig)
    assert profile_of("my box 2", found) is found["mine"]
    assert profile_of("nothing known", found) is None
    assert len(wrong) == 1
    assert "match" in wrong[0]
    mine.write_text("match: [x]\npalette: [red]\n")
    with pytest.raises(UserError, match="looks like #ff8800"):
        read_controller(mine)


def test_an_output_is_found_by_its_inputs_name() -> None:
    outs = ["Synth", "LPMiniMK3 MIDI In", "MIDIOUT2 (Box)", "pad:in"]
    wanted: dict[str, Any] = {
        "Synth": "Synth",
        "LPMiniMK3 MIDI Out": "LPMiniMK3 MIDI In",
        "MIDIIN2 (Box)": "MIDIOUT2 (Box)",
        "pad:out": "pad:in",
        "other": "",
    }
    assert {name: partner(name, outs) for name in wanted} == wanted
