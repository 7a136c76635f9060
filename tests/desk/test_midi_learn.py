"""Learning: a word arms it, a control moves, the scene's file has the knob and keeps the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from tests.desk.conftest import INK
from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from vj.core.types import Event, Set, Trigger
from vj.desk.addresses import build_book, interpret
from vj.desk.midi import MidiHand
from vj.desk.midi_ports import NoMidi
from vj.desk.midi_routes import Move
from vj.desk.osc_gate import open_packet


class Room:
    """A hall with controllers, whose words reach the learner as in the desk."""

    def __init__(self, hall: Hall, *names: str) -> None:
        self.hall, self.midi = hall, FakeMidi(*names)
        self.hand = MidiHand(hall.gig, hall.mirror, hall.sender)
        hall.sender.desk = self.hand.learner.asks
        self.hand.poll(self.midi)

    def say(self, action: str, argument: str | None = None) -> str:
        self.hall.sender.send(Trigger(action, argument, "web:1"))
        self.hand.tick()
        return self.hand.learner.last

    def speak(self, *data: int, device: str = "") -> None:
        self.midi.opened[device or self.midi.names[0]].speak(*data)
        self.hand.tick()

    def turn(self, number: int, *values: int) -> None:
        for value in values:
            self.speak(0xB0, number, value)

    def scene(self) -> str:
        return self.hall.gig.scene_files["01_ink"].read_text()

    def heard(self) -> list[Event]:
        return self.hall.events.drain()


@pytest.fixture
def room(hall: Hall) -> Room:
    return Room(hall, "nano:nano MIDI 1")


def test_arm_move_done(room: Room) -> None:
    room.say("learn", "matte.threshold")
    room.turn(70, 10, 11, 12, 13)
    assert room.scene() == INK + "  matte.threshold: {midi: cc/1/70}\n"
    assert room.heard() == [], "a control that is learned moves nothing yet"
    assert room.hand.learner.last == "matte.threshold is cc/1/70 in 01_ink.yaml"
    room.hall.mirror.poll(time.monotonic() + 9)
    room.turn(70, *range(14, 127, 4))
    assert {event.param for event in room.heard() if isinstance(event, Set)} == {"matte.threshold"}


def test_what_was_learned_is_not_said_for_ever(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was opened half an hour later still told it as news."""
    room.say("learn", "matte.threshold")
    room.turn(70, 10, 11, 12, 13)
    now = time.monotonic()
    for seconds, said in ((10, True), (21, False)):
        monkeypatch.setattr(time, "monotonic", lambda seconds=seconds: now + seconds)
        room.hand.tick()
        assert bool(room.hand.learner.status()["last"]) == said


def test_a_new_control_keeps_what_else_the_knob_says(room: Room) -> None:
    room.say("learn", "edges.canny_t1")
    room.turn(71, 1, 5, 9, 13)
    assert "edges.canny_low: {midi: cc/1/71, range: [20.0, 200.0], curve: exp}" in room.scene()


def test_a_row_of_controls_one_after_the_other(room: Room) -> None:
    """The first fader goes on moving while the hand is on its way to the second one."""
    room.say("learn", "matte.threshold, matte.every")
    room.say("learn", "panic")
    room.turn(70, 10, 11, 12, 13, 14, 15, 16, 17, 18)
    room.turn(71, 90, 80, 70, 60)
    room.speak(0x93, 8, 100)
    assert room.scene().endswith(
        "  matte.threshold: {midi: cc/1/70}\n"
        "  matte.every: {midi: cc/1/71}\n"
        "  panic: {midi: note/4/8}\n"
    )
    assert not room.hand.learner.armed


def test_wishes_have_an_end(room: Room) -> None:
    for _ in range(80):
        said = room.say("learn", "matte.threshold")
    assert len(room.hand.learner.status()["waiting"]) == 64  # type: ignore[arg-type]
    assert "no more than 64" in said
    room.turn(70, 10, 11, 12, 13)
    assert "matte.threshold: {midi: cc/1/70}" in room.scene(), "those before are still learned"
    room.say("learn.stop")
    room.say("learn", "matte.every")
    assert room.hand.learner.status()["waiting"] == ["matte.every"]


def test_undo_gives_the_file_back_byte_by_byte(room: Room) -> None:
    for name, number in (("matte.threshold", 70), ("edges.canny_low", 71)):
        room.say("learn", name)
        room.turn(number, 1, 2, 3, 4)
    room.say("learn.undo")
    assert "edges.canny_low: {midi: cc/1/22" in room.scene()
    assert room.say("learn.undo") == "matte.threshold is as it was in 01_ink.yaml"
    assert room.scene() == INK
    assert "nothing to take back" in room.say("learn.undo")


def test_undo_leaves_alone_what_was_edited_since(room: Room) -> None:
    room.say("learn", "matte.threshold")
    room.turn(70, 1, 2, 3, 4)
    path = room.hall.gig.scene_files["01_ink"]
    path.write_text(room.scene() + "  panic: {osc: /p}\n")
    assert "was edited since" in room.say("learn.undo")
    assert "panic: {osc: /p}" in room.scene()


def test_for_all_scenes_in_the_rig(room: Room) -> None:
    room.say("learn.rig", "matte.threshold")
    room.speak(0x90, 12, 100)
    rig = (room.hall.gig.folder / "rig.yaml").read_text()
    assert rig.endswith("remote_port: 0\nknobs:\n  matte.threshold: {midi: note/1/12}\n")
    room.hall.mirror.poll(time.monotonic() + 9)
    room.speak(0x90, 12, 100)
    assert room.heard() == [Set("matte.threshold", 1.0, "midi:nano:nano MIDI 1")]


def test_with_two_controllers_a_knob_names_its_own(hall: Hall) -> None:
    room = Room(hall, "nano:nano MIDI 1", "Pads: 1", "Pads: 2")
    room.say("learn", "panic tap")
    room.speak(0x90, 12, 100)
    room.speak(0x90, 12, 100, device="Pads: 2")
    assert "panic: {midi: note/1/12, device: nano}" in room.scene()
    assert 'tap: {midi: note/1/12, device: "Pads: 2"}' in room.scene()


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ([1, 1, 1, 2, 127, 127, 126, 127], "{midi: cc/1/70, encoder: twos}"),
        ([65, 65, 66, 65, 63, 63, 62, 63], "{midi: cc/1/70, encoder: offset}"),
        ([1, 1, 2, 1, 65, 65, 66, 65], "{midi: cc/1/70, encoder: sign}"),
        ([127, 0, 127, 0], "{midi: cc/1/70, press: momentary}"),
        ([0, 1, 2, 3], "{midi: cc/1/70}"),
        ([62, 63, 64, 66], "{midi: cc/1/70}"),
        ([3, 90, 127, 20], "{midi: cc/1/70}"),
    ],
)
def test_tells_endless_knobs_and_buttons_from_faders(
    room: Room, values: list[int], fields: str
) -> None:
    room.say("learn", "matte.threshold")
    room.turn(70, *values)
    assert f"  matte.threshold: {fields}\n" in room.scene()


def test_learns_a_pair_a_wheel_and_a_row_of_pads(room: Room) -> None:
    room.say("learn", "matte.threshold, matte.every, style.background")
    for value in range(6):
        room.turn(7, 40)
        room.turn(39, value * 20)
    for value in range(40, 64, 4):
        room.speak(0xE2, 0, value)
    room.speak(0x99, 36, 100)
    assert "matte.threshold: {midi: cc14/1/7}" in room.scene()
    assert "matte.every: {midi: bend/3}" in room.scene()
    count = len(room.hall.gig.table.params["style.background"].choices)
    assert f"style.background: {{midi: note/10/36..{35 + count}}}" in room.scene()


def test_a_wrong_word_says_the_nearest_and_arms_nothing(room: Room) -> None:
    assert "matte.threshold" in room.say("learn", "matte.treshold")
    assert not room.hand.learner.armed
    assert "which parameter" in room.say("learn")


def test_a_wish_is_answered_where_there_is_no_midi(hall: Hall, running: Any, until: Any) -> None:
    """It stayed without an answer, and took the first control of a box plugged in much later."""

    def none() -> FakeMidi:
        raise NoMidi("no sound system")

    hand = MidiHand(hall.gig, hall.mirror, hall.sender, none)
    running(hand.run)
    hand.learner.asks(Trigger("learn", "matte.treshold", "web:1"))
    until(lambda: "matte.threshold" in hand.learner.last, "the nearest word", 2.0)
    hand.learner.asks(Trigger("learn", "panic", "web:1"))
    until(lambda: hand.learner.armed, "the wish", 2.0)
    hand.learner.asks(Trigger("learn.stop", None, "web:1"))
    until(lambda: not hand.learner.armed, "its end", 2.0)


def test_stop_and_a_long_wait_give_the_controls_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.say("learn", "panic")
    room.say("learn.stop")
    room.speak(0x99, 36, 100)
    assert len(room.heard()) == 1
    room.say("learn", "panic")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    room.hand.tick()
    assert not room.hand.learner.armed


def test_a_key_held_while_learning_begins_can_be_let_go(room: Room) -> None:
    room.speak(0x90, 60, 100)
    room.heard()
    room.say("learn", "panic")
    room.speak(0x80, 60, 0)
    assert room.heard() == [Set("matte.smooth", 0.1, "midi:nano:nano MIDI 1")]


def test_a_scene_that_is_broken_is_not_made_worse(room: Room) -> None:
    path = room.hall.gig.scene_files["01_ink"]
    path.write_text("knobs: [oh\n")
    room.say("learn", "panic")
    room.speak(0x90, 60, 100)
    assert "01_ink.yaml" in room.hand.learner.last
    assert path.read_text() == "knobs: [oh\n"


def test_osc_names_what_is_to_be_learned(hall: Hall, make_hall: Callable[..., Hall]) -> None:
    book = build_book(hall.gig.table, (), {})
    message = OscMessageBuilder("/learn")
    message.add_arg("style.strength")
    [found] = open_packet(message.build().dgram)
    asked = interpret(book, found, "osc:1", hall.mirror.value)
    assert asked == Trigger("learn", "style.strength", "osc:1")


def test_noise_while_nobody_asks_is_not_kept(room: Room) -> None:
    for _ in range(1000):
        room.hand.learner.hear("nano", Move("cc", 1, 5, 0.5))
    room.say("learn", "matte.threshold")
    room.turn(5, 64)
    assert room.hand.learner.armed, "one message is not enough"
