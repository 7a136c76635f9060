"""What OSC senders are told: same address, newest value, 30 times a second, once it rests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.hall import Hall, drained
from tests.desk.tablet import Player
from vj.core.types import Event, Set
from vj.desk.osc import OscHand
from vj.desk.osc_feedback import Feedback, bundle
from vj.desk.osc_gate import open_packet
from vj.desk.shown import Line


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("/edges/canny_low", 33),
        ("/edges/canny_low/norm", pytest.approx(33 / 255, abs=1e-6)),
        ("/edges/canny_t1", 33),
        ("/style/person/name", "bb-neon"),
        ("/scene/index", 1),
        ("/scene/name", "01_ink"),
        ("/scene/1", 1),
        ("/1/fader1", pytest.approx(1.0)),
    ],
)
def test_question_is_answered_on_its_address_to_the_port_it_came_from(
    hall: Hall, player: Player, until: Any, address: str, answer: object
) -> None:
    styles = hall.gig.table.params["style.person"].choices
    hall.play(edges__canny_low=33.0, style__person=float(styles.index("bb-neon")))
    player.send(address, "?")
    assert until(player.listen, "the answer") == {address: answer}
    assert not hall.events.drain()


def test_a_foreign_layout_moves_knobs_and_is_shown_what_they_do(
    make_hall: Callable[..., Hall], running: Any, until: Any
) -> None:
    hall = make_hall(osc_layout="touchosc-simple")
    hall.play(mix__person=0.25, mix__background=0.5)
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    running(hand.run)
    player = Player(until(lambda: hand.port, "the socket"))
    player.send("/1")  # what TouchOSC says when a page is turned
    player.send("/3/xy", 0.75, 0.5)
    player.send("/1/fader5", 1.0)
    events: list[Event] = []
    until(lambda: len(drained(hall.events, events)) >= 3, "three events")
    assert set(events) == {
        Set("mix.person", 0.75, "osc:127.0.0.1"),
        Set("mix.background", 0.5, "osc:127.0.0.1"),
        Set("style.fade", 30.0, "osc:127.0.0.1"),
    }
    hand.tick(time.monotonic() + 1.0)
    told = until(player.listen, "feedback")
    assert told["/3/xy"] == (0.25, 0.5)
    assert told["/4/multitoggle/8/1"] == 1
    assert told["/4/multitoggle/8/2"] == 0
    player.send("/1/fader1", "?")
    until(lambda: player.listen().get("/1/fader1"), "the answer")
    player.socket.close()


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
    root = "/style/strength"
    forms = {root, f"{root}/norm", f"{root}/text", "/1/fader1", "/knob/1", "/knob/1/text"}
    assert set(told) == forms

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


def test_a_second_tablet_on_the_same_machine_is_told_everything(
    hall: Hall, hand: OscHand, player: Player, until: Any
) -> None:
    player.send("/sync")
    until(lambda: hand.received, "the question")
    hand.tick(10.0)
    until(player.listen, "feedback")
    player.told.clear()
    second = Player(hand.port)
    second.send("/matte/feather", 0.5)
    until(hall.events.drain, "the event")
    hand.tick(10.1)
    assert len(until(second.listen, "feedback")) > 100
    assert player.listen() == {}
    second.socket.close()


def test_a_place_in_the_rig_is_told_without_asking(
    make_hall: Callable[..., Hall], running: Any, until: Any
) -> None:
    lamp = Player(0)
    to = [("127.0.0.1", lamp.socket.getsockname()[1]), ("192.0.2.9", 9)]
    hall = make_hall(feedback_to=to)
    hall.play()
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    running(hand.run)
    until(lambda: hand.port, "the socket")
    hand.tick(1e6)
    assert until(lamp.listen, "feedback")["/scene/name"] == "01_ink"
    hand.tick(2e6)
    lamp.told.clear()
    assert until(lamp.listen, "the heartbeat") == {"/heartbeat": 2}
    assert hand._feedback is not None
    assert set(hand._feedback._listeners) == {"127.0.0.1"}, "nobody beyond this machine"
    lamp.socket.close()


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


def test_a_value_that_never_rests_is_told_thirty_times_a_second_and_to_its_end(hall: Hall) -> None:
    """The desk looks sixty times a second for two seconds while a knob moves at every look."""
    sent: list[float] = []

    def send(packet: bytes, target: tuple[str, int]) -> None:
        for message in open_packet(packet):
            if message.address == "/style/strength":
                sent.append(float(message.arguments[0] or 0.0))

    feedback = Feedback(hall.sender, send, 9, 0, [("127.0.0.1", 9)])
    for look in range(120):
        value = look / 119
        feedback.tick(lambda value=value: {"/style/strength": Line((value,))}, look / 60)
    feedback.tick(lambda: {"/style/strength": Line((1.0,))}, 3.0)
    feedback.tick(lambda: {"/style/strength": Line((1.0,))}, 4.0)
    assert 40 <= len(sent) <= 61
    assert sent[-1] == 1.0
    assert sent == sorted(set(sent)), "each only once, none late"


def test_bundles_fit_a_packet_and_lose_nothing() -> None:
    told = [(f"/some/address/{n}", (n, 0.5, "word")) for n in range(400)]
    packets = bundle(told)
    assert max(map(len, packets)) <= 1400
    found = [(one.address, one.arguments) for data in packets for one in open_packet(data)]
    assert found == told
    assert bundle([]) == []


def test_a_name_that_is_no_utf_8_is_sent_with_a_mark_in_it() -> None:
    """A style file named by an old computer: not one value was sent back any more."""
    [packet] = bundle([("/style/person/name", ("caf\udce9",)), ("/freeze", (True,))])
    assert [message.arguments for message in open_packet(packet)] == [("caf?",), (True,)]
