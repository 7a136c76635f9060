"""The MIDI hand without a driver: messages to events by the scene's bindings, plugs and unplugs."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from vj.core.binding import Knob
from vj.core.types import Event, Set, Trigger
from vj.desk.midi import MidiHand
from vj.desk.midi_ports import NoMidi, stable_names

NANO = "nanoKONTROL2"
HAND = f"midi:{NANO}"


class Rack:
    """A hand with one controller plugged in; `turn` returns what a message made it send."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.midi = FakeMidi(NANO)
        self.hand = MidiHand(hall.gig, hall.mirror, hall.sender)
        self.hand.poll(self.midi)

    def turn(self, *data: int) -> list[Event]:
        self.midi.opened[NANO].speak(*data)
        return self.hall.events.drain()


@pytest.fixture
def rack(hall: Hall) -> Rack:
    return Rack(hall)


def test_fader_picks_up_then_moves(rack: Rack) -> None:
    rack.hall.play(style__strength=0.5)
    assert rack.turn(0xB0, 21, 0) == []
    assert rack.turn(0xB0, 21, 40) == []
    assert rack.turn(0xB0, 21, 90) == [Set("style.strength", 90 / 127, HAND)], "it passed the value"
    assert rack.turn(0xB0, 21, 127) == [Set("style.strength", 1.0, HAND)]


def test_fader_stays_in_hand_while_the_shown_value_lags_or_swings(rack: Rack) -> None:
    rack.hall.play(style__strength=0.0)
    assert rack.turn(0xB0, 21, 0)
    rack.hall.play(style__strength=0.1)
    assert rack.turn(0xB0, 21, 100)
    rack.hall.play(style__strength=0.3)
    assert rack.turn(0xB0, 21, 110)


def test_another_hand_takes_the_value_away(rack: Rack) -> None:
    rack.hall.play(style__strength=0.0)
    assert rack.turn(0xB0, 21, 0)
    rack.hall.sender.send(Set("style.strength", 0.9, "web:1"))
    rack.hall.events.drain()
    rack.hall.play(style__strength=0.9)
    assert rack.turn(0xB0, 21, 5) == []
    assert rack.turn(0xB0, 21, 120) != []


def test_a_scene_change_lets_go_of_every_fader(rack: Rack) -> None:
    rack.hall.play(style__strength=0.0)
    assert rack.turn(0xB0, 21, 0)
    rack.hall.play("02_neon_night", style__strength=0.8)
    rack.hall.play("01_ink", style__strength=0.8)
    assert rack.turn(0xB0, 21, 10) == []
    assert rack.turn(0xB0, 21, 127) == [Set("style.strength", 1.0, HAND)]


def test_range_and_curve_of_the_binding(rack: Rack) -> None:
    rack.hall.play(edges__canny_low=20.0)
    assert rack.turn(0xB0, 22, 0) == [Set("edges.canny_low", 20.0, HAND)]
    [event] = rack.turn(0xB0, 22, 64)
    assert isinstance(event, Set)
    assert event.value == round(20 + 180 * (64 / 127) ** 2)
    assert rack.turn(0xB0, 22, 127) == [Set("edges.canny_low", 200.0, HAND)]


def test_only_the_bound_channel_counts(rack: Rack) -> None:
    rack.hall.play(style__strength=0.0)
    assert rack.turn(0xB1, 21, 0) == []


def test_pads_choose_the_style_at_once(rack: Rack) -> None:
    assert rack.turn(0x99, 38, 100) == [Set("style.person", 2.0, HAND)]
    assert rack.turn(0x89, 38, 0) == []
    assert rack.turn(0x99, 36, 1) == [Set("style.person", 0.0, HAND)]
    assert rack.turn(0x99, 35, 100) == []


def test_a_pad_turns_a_switch_over(rack: Rack) -> None:
    rack.hall.play(edges__canny=1.0)
    assert rack.turn(0x99, 40, 100) == [Set("edges.canny", 0.0, HAND)]
    assert rack.turn(0x99, 40, 0) == [], "note-on with velocity 0 is a release"
    rack.hall.play(edges__canny=0.0)
    assert rack.turn(0x99, 40, 100) == [Set("edges.canny", 1.0, HAND)]


def test_triggers_fire_once_per_press(rack: Rack) -> None:
    assert rack.turn(0x99, 50, 90) == [Trigger("blackout.toggle", None, HAND)]
    assert rack.turn(0x89, 50, 0) == []
    assert rack.turn(0xB0, 60, 127) == [Trigger("scene.next", None, HAND)]
    assert rack.turn(0xB0, 60, 100) == [], "a knob above the middle is still the same press"
    assert rack.turn(0xB0, 60, 0) == []
    assert rack.turn(0xB0, 60, 64) == [Trigger("scene.next", None, HAND)]


def test_pitch_bend_has_fourteen_bits(rack: Rack) -> None:
    rack.hall.play(matte__feather=0.5)
    [event] = rack.turn(0xE0, 1, 64)
    assert isinstance(event, Set)
    assert event.param == "matte.feather"
    assert event.value == pytest.approx(8193 / 16383)


def test_program_change_is_the_scene_number(rack: Rack) -> None:
    assert rack.turn(0xC5, 1) == [Trigger("scene.go", 2.0, HAND)]
    assert rack.turn(0xC5, 2) == [], "there is no third scene"


def test_a_held_key_is_let_up_when_its_port_is_lost(rack: Rack) -> None:
    assert rack.turn(0x90, 60, 100) == [Set("matte.smooth", 0.9, HAND)]
    rack.midi.names.clear()
    rack.hand.poll(rack.midi)
    assert rack.hall.events.drain() == [Set("matte.smooth", 0.1, HAND)]
    assert rack.midi.opened[NANO].closed
    assert rack.hand.status()["missing"] == [NANO]


def test_a_scene_change_forgets_held_keys(rack: Rack) -> None:
    assert rack.turn(0x90, 60, 100)
    rack.hall.play("02_neon_night")
    assert rack.turn(0x80, 60, 0) == []


def test_a_blackout_held_through_a_scene_change_is_let_go(make_hall: Callable[..., Hall]) -> None:
    """Changing the scene in the dark is what the key is held for."""
    rack = Rack(make_hall(knobs={"blackout": Knob(midi="note/1/90", press="momentary")}))
    assert rack.turn(0x90, 90, 100) == [Set("blackout", 1.0, HAND)]
    rack.hall.play("02_neon_night", blackout=1.0)
    assert rack.turn(0x80, 90, 0) == [Set("blackout", 0.0, HAND)]


def test_unplugged_and_plugged_again_it_works_again(rack: Rack) -> None:
    for _ in range(100):
        rack.midi.names.clear()
        rack.hand.poll(rack.midi)
        assert rack.hand.status()["devices"] == []
        rack.midi.names.append(NANO)
        rack.hand.poll(rack.midi)
        status = rack.hand.status()
        assert (status["devices"], status["missing"]) == ([NANO], [])
        assert rack.turn(0x99, 37, 100) == [Set("style.person", 1.0, HAND)]
    rack.hand.poll(rack.midi)
    assert rack.midi.openings == 101


def test_glued_and_split_messages_are_all_heard(rack: Rack) -> None:
    """JACK hands several messages over in one event; mido's own decoder drops them all."""
    assert len(rack.turn(0x99, 36, 9, 0x99, 37, 9, 0x99, 38, 9)) == 3
    assert rack.turn(0x99, 36) == []
    assert rack.turn(9) == [Set("style.person", 0.0, HAND)]


def test_rubbish_raises_nothing_and_the_next_message_is_heard(rack: Rack) -> None:
    chance = random.Random(3)
    for _ in range(3000):
        rack.turn(*chance.randbytes(chance.randint(0, 8)))
    rack.turn(0xF7)
    assert Set("style.person", 1.0, HAND) in rack.turn(0x99, 37, 9)


def test_devices_are_chosen_by_name(make_hall: Callable[..., Hall]) -> None:
    hall = make_hall(midi=["nano", "launch"])
    midi = FakeMidi("nanoKONTROL2 CTRL", "Other Keys", "Midi Through")
    hand = MidiHand(hall.gig, hall.mirror, hall.sender)
    hand.poll(midi)
    assert list(midi.opened) == ["nanoKONTROL2 CTRL"]
    assert hand.status()["missing"] == ["launch"]


def test_a_knob_can_belong_to_one_device(make_hall: Callable[..., Hall]) -> None:
    hall = make_hall(knobs={"panic": Knob(midi="note/any/1", device="Pads")})
    hall.play()
    midi = FakeMidi("My Pads", "Keys")
    MidiHand(hall.gig, hall.mirror, hall.sender).poll(midi)
    midi.opened["Keys"].speak(0x93, 1, 1)
    assert hall.events.drain() == []
    midi.opened["My Pads"].speak(0x93, 1, 1)
    assert hall.events.drain() == [Trigger("panic", None, "midi:My Pads")]


def test_a_scene_saved_with_new_knobs_is_bound_anew(rack: Rack) -> None:
    assert rack.turn(0xB0, 99, 127) == []
    path = rack.hall.gig.scene_files["01_ink"]
    path.write_text("knobs:\n  style.strength: {midi: cc/1/99, takeover: jump}\n")
    rack.hall.mirror.poll(1e9)
    assert rack.turn(0xB0, 99, 127) == [Set("style.strength", 1.0, HAND)]
    path.write_text("knobs:\n  style.strenth: {midi: cc/1/98}\n")
    rack.hall.mirror.poll(2e9)
    assert rack.turn(0xB0, 99, 0) == [Set("style.strength", 0.0, HAND)], "broken edit: old knobs"


def test_no_midi_is_one_line_and_no_error(
    hall: Hall, running: Any, until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    def none() -> FakeMidi:
        asked.append(1)
        raise NoMidi("no sound system")

    hand = MidiHand(hall.gig, hall.mirror, hall.sender, none)
    with caplog.at_level("INFO"):
        running(hand.run)
        until(lambda: asked, "the question")
        until(lambda: caplog.records, "the line")
    assert [record.message for record in caplog.records] == ["no MIDI here: no sound system"]
    assert hand.error == ""


def test_a_dead_server_is_left_alone_and_a_new_one_found(
    hall: Hall, running: Any, until: Any
) -> None:
    """Closing a port of a killed JACK server crashed the whole desk."""
    servers = [FakeMidi(NANO), FakeMidi(NANO)]
    waiting = list(servers)
    hand = MidiHand(hall.gig, hall.mirror, hall.sender, lambda: waiting.pop(0))
    running(hand.run)
    port = until(lambda: servers[0].opened.get(NANO), "the controller")
    port.speak(0x90, 60, 100)
    servers[0].dead = True
    until(lambda: servers[1].opened, "the new server's controller")
    assert port.abandoned
    assert not port.closed
    assert hall.events.drain()[-1] == Set("matte.smooth", 0.1, HAND), "held keys were let up"


def test_a_driver_that_hangs_is_noticed_once_it_had_worked(
    hall: Hall, running: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vj.desk.midi._POLL_S", 0.005)
    monkeypatch.setattr("vj.desk.midi._SETTLED", 5)
    midi, hang = FakeMidi(NANO), threading.Event()
    looks = iter(range(1000))

    def ports() -> list[str]:
        if next(looks) >= 5:
            hang.wait(20)
        return [NANO]

    monkeypatch.setattr(midi, "ports", ports)
    hand = MidiHand(hall.gig, hall.mirror, hall.sender, lambda: midi)
    assert not hand.stuck(time.monotonic() + 60), "it has not begun"
    running(hand.run)
    until(lambda: hand.stuck(time.monotonic() + 11), "that it stands still")
    assert not hand.stuck(time.monotonic() + 5), "drivers may take their time"
    hang.set()
    until(lambda: next(looks) > 20, "that it goes on")


def test_names_survive_what_alsa_renumbers() -> None:
    ports = ["nano:nano MIDI 1 20:0", "nano:nano MIDI 1 24:0", "Keys 28:0"]
    assert stable_names(ports) == ["nano:nano MIDI 1", "nano:nano MIDI 1 #2", "Keys"]


def test_a_row_of_pads_takes_effects_out_and_in(make_hall: Callable[..., Hall]) -> None:
    """Which pad is which effect follows from the scene's chain, as written."""
    rack = Rack(make_hall(knobs={"chain.toggle": Knob(midi="note/any/36..41")}))
    assert rack.turn(0x99, 38, 100) == [Trigger("chain.toggle", 3.0, HAND)]


def test_what_a_key_holds_is_known_to_the_next_desk(rack: Rack) -> None:
    held = rack.hall.sender.held
    rack.turn(0x90, 60, 100)
    assert held.document() == [["matte.smooth", 0.1, HAND, "01_ink"]]
    rack.turn(0x80, 60, 0)
    assert held.document() == []
    rack.turn(0x90, 60, 100)
    rack.hall.play("02_neon_night")
    rack.turn(0x80, 61, 0)
    assert held.document() == []
