"""OSC over a real socket: events in the ring, answers on the wire, nothing from hostile packets."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message_builder import OscMessageBuilder

from tests.desk.hall import Hall, drained
from vj.core.house import Options
from vj.core.types import Event, Set, Trigger
from vj.desk.osc import OscHand
from vj.desk.osc_gate import open_packet

HOSTILE = [
    b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
    b"/************z\0\0\0,f\0\0" + bytes(4),
    b"/blackout\0\0\0,f\0\0" + struct.pack(">f", float("nan")),
    b"\0" * 1000,
    b"/blackout",
]


def packet(address: str, *arguments: Any) -> bytes:
    builder = OscMessageBuilder(address)
    for value in arguments:
        builder.add_arg(value)
    return builder.build().dgram


class Player:
    """A tablet: one socket that sends to the hand and collects what comes back."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.01)
        self.port = port
        self.told: dict[str, Any] = {}

    def send(self, *data: Any) -> None:
        self.raw(packet(*data))

    def raw(self, data: bytes) -> None:
        self.socket.sendto(data, ("127.0.0.1", self.port))

    def listen(self) -> dict[str, Any]:
        """Take in what has arrived: address -> newest argument."""
        while True:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                return self.told
            assert len(data) <= 1472
            assert OscBundle(data).num_contents > 0
            for message in open_packet(data):
                self.told[message.address] = message.arguments[0]


@pytest.fixture
def hand(hall: Hall, running: Any, until: Any) -> OscHand:
    found = OscHand(hall.house, hall.mirror, hall.sender)
    running(found.run)
    until(lambda: found.port, "the socket")
    return found


@pytest.fixture
def player(hand: OscHand) -> Iterator[Player]:
    found = Player(hand.port)
    yield found
    found.socket.close()


def test_packets_become_events(hall: Hall, player: Player, until: Callable[..., Any]) -> None:
    player.send("/edges/canny_low", 42)
    player.send("/style/person", "bb-neon")
    player.send("/scene/next")
    player.send("/1/fader1", 0.25)
    index = hall.gig.table.params["style.person"].choices.index("bb-neon")
    events: list[Event] = []
    until(lambda: len(drained(hall.events, events)) >= 4, "four events")
    assert set(events) == {
        Set("edges.canny_low", 42.0, "osc:127.0.0.1"),
        Set("style.person", float(index), "osc:127.0.0.1"),
        Trigger("scene.next", None, "osc:127.0.0.1"),
        Set("style.strength", 0.25, "osc:127.0.0.1"),
    }


@pytest.mark.skipif(shutil.which("oscsend") is None, reason="liblo-tools is not installed")
def test_an_independent_client_turns_a_knob(hall: Hall, hand: OscHand, until: Any) -> None:
    subprocess.run(
        ["oscsend", "localhost", str(hand.port), "/style/strength", "f", "0.5"], check=True
    )
    assert until(hall.events.drain, "the event") == [Set("style.strength", 0.5, "osc:127.0.0.1")]


def test_hostile_packets_change_nothing_and_the_next_knob_works(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    for data in HOSTILE * 20:
        player.raw(data)
    player.send("/edges/canny_low", 7)
    assert until(hall.events.drain, "the event") == [Set("edges.canny_low", 7.0, "osc:127.0.0.1")]
    assert hand.refused == len(HOSTILE) * 20


def test_a_knob_gets_through_a_flood(hall: Hall, hand: OscHand, player: Player, until: Any) -> None:
    """2000 junk packets a second must neither delay a knob nor use up its budget."""
    over = threading.Event()

    def flood() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as junk:
            while not over.is_set():
                for data in HOSTILE:
                    junk.sendto(data, ("127.0.0.1", hand.port))
                time.sleep(0.0025)  # 2000 packets a second

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        until(lambda: hand.refused > 100, "the flood")
        for value in range(10, 30):
            player.send("/edges/canny_low", value)
            found = until(hall.events.drain, "the event", 1.0)
            assert found == [Set("edges.canny_low", float(value), "osc:127.0.0.1")]
    finally:
        over.set()
        thread.join()


def test_of_a_burst_on_one_fader_the_last_value_always_arrives(
    hall: Hall, player: Player, until: Any
) -> None:
    for value in range(256):
        player.send("/edges/canny_low", value)
    events: list[Event] = []
    until(
        lambda: Set("edges.canny_low", 255.0, "osc:127.0.0.1") in drained(hall.events, events), ""
    )
    assert isinstance(events[-1], Set)
    assert events[-1].value == 255.0


def test_question_is_answered_to_the_port_it_came_from(
    hall: Hall, player: Player, until: Any
) -> None:
    hall.play(edges__canny_low=33.0)
    player.send("/edges/canny_low", "?")
    assert until(lambda: player.listen().get("/edges/canny_low"), "the answer") == 33
    assert not hall.events.drain()


def test_feedback_tells_everything_once_then_changes(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    player.send("/sync")
    until(lambda: hand.received, "the question")
    hand.tick(10.0)
    told = until(player.listen, "feedback")
    assert {f"/{param.name.replace('.', '/')}" for param in hall.gig.table} <= set(told)
    assert told["/scene/index"] == 1
    assert told["/scene/name"] == "01_ink"
    assert told["/heartbeat"] == 1
    assert told["/1/fader1"] == pytest.approx(1.0)

    player.told.clear()
    hand.tick(10.1)
    assert player.listen() == {}, "nothing has changed"

    hall.play(style__strength=0.25)
    hand.tick(10.11)
    assert player.listen() == {}, "at most 30 times a second"
    hand.tick(10.2)
    told = until(player.listen, "the change")
    assert set(told) == {"/style/strength", "/style/strength/norm", "/1/fader1"}

    player.told.clear()
    hand.tick(12.5)
    assert set(until(player.listen, "the heartbeat")) == {"/heartbeat"}


def test_feedback_leaves_the_finger_on_the_fader_alone(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    player.send("/style/strength", 0.3)
    until(hall.events.drain, "the event")
    hall.play(style__strength=0.31)
    now = time.monotonic()
    hand.tick(now)
    told = until(player.listen, "feedback")
    assert "/style/strength" not in told
    hand.tick(now + 1.0)
    assert until(lambda: player.listen().get("/style/strength"), "the rest") == pytest.approx(0.31)


def test_feedback_ends_after_a_minute_of_silence(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    player.send("/sync")
    until(lambda: hand.received, "the question")
    hand.tick(time.monotonic() + 59.0)
    until(player.listen, "feedback")
    player.told.clear()
    hand.tick(time.monotonic() + 61.0)
    assert player.listen() == {}


def test_addresses_of_the_next_scene_replace_those_of_the_last(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    hall.play("02_neon_night")
    hand.tick(time.monotonic())
    player.send("/1/fader1", 0.5)
    player.send("/style/strength", 0.75)
    assert until(hall.events.drain, "the event") == [Set("style.strength", 0.75, "osc:127.0.0.1")]
    assert hand.unknown == 1


def test_a_taken_port_is_said_and_tried_again(
    make_hall: Callable[..., Hall], running: Any, until: Any
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        hall = make_hall(osc_port=other.getsockname()[1])
        hand = OscHand(hall.house, hall.mirror, hall.sender)
        running(hand.run)
        assert "in use" in until(lambda: hand.error, "the complaint")
    until(lambda: hand.port, "the socket, once it is free")
    assert hand.error == ""


@pytest.mark.parametrize(("lan", "host"), [(False, "127.0.0.1"), (True, "0.0.0.0")])
def test_listens_beyond_this_machine_only_when_asked(
    make_hall: Callable[..., Hall], running: Any, until: Any, lan: bool, host: str
) -> None:
    hall = make_hall(Options(lan=lan))
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    running(hand.run)
    until(lambda: hand.port, "the socket")
    assert hand._socket is not None
    assert hand._socket.getsockname()[0] == host
