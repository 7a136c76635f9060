"""OSC over a real socket: events in the ring, answers on the wire, nothing from hostile packets."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.hall import Hall, drained
from tests.desk.tablet import Player
from vj.core.house import Options
from vj.core.types import Event, Set, Trigger
from vj.desk import osc
from vj.desk.osc import OscHand
from vj.desk.osc_layout import OURS

HOSTILE = [
    b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
    b"/************z\0\0\0,f\0\0" + bytes(4),
    b"/blackout\0\0\0,f\0\0" + struct.pack(">f", float("nan")),
    b"\0" * 1000,
    b"/blackout",
]


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


def test_an_xy_control_moves_the_style_pad_and_is_told_where_it_is(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    player.send("/style/pad", 0.25, 0.75)
    events: list[Event] = []
    until(lambda: len(drained(hall.events, events)) >= 2, "two events")
    moved = {event.param: event.value for event in events if isinstance(event, Set)}
    assert moved == {"style.pad_x": 0.25, "style.pad_y": 0.75}
    hall.play(style__pad_x=0.25, style__pad_y=0.75)
    assert hand.lines()["/style/pad"].arguments == (0.25, 0.75)


def test_of_a_flood_many_values_are_sent_as_one_and_the_last_one_counts(
    hall: Hall, hand: OscHand, player: Player, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc, "_REST_S", 0.3)
    for step in range(20):  # each would be read by itself
        player.send("/style/strength", step / 19)
        time.sleep(0.005)
    player.send("/scene/next")
    events: list[Event] = []
    until(lambda: Trigger("scene.next", None, "osc:127.0.0.1") in drained(hall.events, events), "")
    assert events[-2:-1] == [Set("style.strength", 1.0, "osc:127.0.0.1")]
    assert len(events) <= 10 and hand.received == 21


def test_in_a_flood_it_lets_more_gather_and_behind_time_it_does_not_rest() -> None:
    """A fader's values are read at once; 2000 a second are handed to the stage in larger sips."""
    assert osc._rest(1) == osc._rest(2) <= 0.005
    assert osc._rest(1) < osc._rest(round(2000 * osc._REST_S)) <= 0.02
    assert osc._rest(osc._BATCH) == 0.0


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


def test_steps_add_up_before_the_stage_has_seen_the_first(
    hall: Hall, player: Player, until: Any
) -> None:
    hall.play(edges__canny_low=33.0)
    for _ in range(8):
        player.send("/edges/canny_low", "+", 0.25)
    events: list[Event] = []
    until(lambda: Set("edges.canny_low", 35.0, "osc:127.0.0.1") in drained(hall.events, events), "")
    assert isinstance(events[-1], Set)
    assert events[-1].value == 35.0


def test_a_layout_saved_during_the_show_counts_and_a_broken_one_does_not(
    make_hall: Callable[..., Hall],
) -> None:
    hall = make_hall(osc_layout="kitchen")
    path = hall.gig.folder / "layouts" / "kitchen.yaml"
    path.parent.mkdir()
    path.write_text("/a: /style/strength\n")
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    assert set(hand.ear.layout) - OURS.keys() == {"/a"}
    for number, (text, known) in enumerate(
        (("/b: /style/strength\n", {"/b"}), ("/c: [\n", {"/b"}), ("/d: /freeze\n", {"/d"}))
    ):
        path.write_text(text)
        os.utime(path, ns=(number, number))
        hand.tick(10.0 * number)
        assert set(hand.ear.layout) - OURS.keys() == known


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
        assert until(lambda: hand.error, "the complaint") == (
            f"OSC port {other.getsockname()[1]} is in use by another program, "
            "perhaps another show; trying again every 2 s"
        )
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


def test_a_stranger_on_the_network_plays_but_writes_nothing(
    make_hall: Callable[..., Hall],
) -> None:
    hall = make_hall(Options(lan=True))
    hand = OscHand(hall.house, hall.mirror, hall.sender)

    def said(address: bytes, host: str) -> list[Event]:
        packet = address + bytes(4 - len(address) % 4) + b",\0\0\0"
        return list(hand._read(packet, (host, 5000)))

    writing = (b"/scene/save", b"/scene/duplicate", b"/record/toggle", b"/map/save")
    for address in (*writing, b"/remote/lock"):
        assert said(address, "192.0.2.7") == [], address
        assert len(said(address, "127.0.0.1")) == 1, address
    assert hand.refused == 5
    assert said(b"/scene/next", "192.0.2.7") == [Trigger("scene.next", None, "osc:192.0.2.7")]
    known = hall.house.gig.rig.model_copy(update={"hosts": ["192.0.2.7"]})
    hand._rig = known
    assert len(said(b"/scene/save", "192.0.2.7")) == 1
