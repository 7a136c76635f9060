"""Many hands write through one pen: nothing is lost or torn, and it is known who moved what."""

from __future__ import annotations

import contextlib
import threading

import pytest

from vj.core.ring import Ring
from vj.core.types import Event, Set, Trigger
from vj.desk.sender import Sender


def test_four_threads_write_without_losing_or_tearing() -> None:
    ring = Ring.create(1024)
    sender = Sender(ring)
    hands = [f"hand:{number}" for number in range(4)]

    def write(hand: str) -> None:
        for value in range(250):
            assert sender.send(Set("style.strength", float(value), hand))

    threads = [threading.Thread(target=write, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = ring.drain()
    for hand in hands:
        values = [e.value for e in events if isinstance(e, Set) and e.hand == hand]
        assert values == [float(value) for value in range(250)]


def test_one_hand_writes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ring has no lock: two that write at once would take the same place in it."""
    ring, both = Ring.create(), threading.Barrier(2)
    met: list[Event] = []

    def write(event: Event) -> bool:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.3)
            met.append(event)
        return True

    monkeypatch.setattr(ring, "send", write)
    sender = Sender(ring)
    threads = [threading.Thread(target=sender.send, args=(Trigger("tap"),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not met


def test_knows_who_moved_a_knob_last() -> None:
    sender = Sender(Ring.create())
    assert sender.mover("style.strength") == ("", 0.0)
    sender.send(Set("style.strength", 0.1, "midi:a"))
    sender.send(Set("style.strength", 0.2, "web:1"))
    sender.send(Trigger("panic", None, "key"))
    assert sender.mover("style.strength")[0] == "web:1"


def test_a_stage_that_is_away_costs_events_not_the_desk() -> None:
    sender = Sender(Ring.create(8))
    assert [sender.send(Trigger("tap")) for _ in range(10)] == [True] * 8 + [False] * 2
    assert sender.dropped == 2
