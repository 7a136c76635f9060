"""Boards keep the newest document, rings keep every event in order; both survive misuse."""

from __future__ import annotations

import multiprocessing
import time

import pytest

from vj.core.board import Board
from vj.core.ring import Ring
from vj.core.types import Set, Trigger


def test_the_newest_document_wins() -> None:
    board = Board.create(1024)
    assert board.read() is None
    board.post({"scene": "01_ink"})
    board.post({"scene": "02_neon", "values": {"mix.person": 0.5}})
    found = board.read()
    assert found == (2, {"scene": "02_neon", "values": {"mix.person": 0.5}})
    assert board.read(2) is None


def test_a_document_that_is_too_long_or_not_a_number_is_refused_and_the_old_one_stays() -> None:
    board = Board.create(64)
    board.post({"a": 1})
    with pytest.raises(ValueError, match="board of 64"):
        board.post({"a": "x" * 100})
    with pytest.raises(ValueError, match="JSON"):
        board.post({"a": float("nan")})
    assert board.read() == (1, {"a": 1})


def test_events_come_out_in_order_and_once() -> None:
    ring = Ring.create()
    sent = [
        Set("mix.person", 0.25, "osc"),
        Trigger("scene.next"),
        Trigger("scene.go", "01_ink", "k"),
    ]
    assert all(ring.send(event) for event in sent)
    assert ring.drain() == sent
    assert ring.drain() == []


def test_a_full_ring_drops_and_counts_instead_of_waiting() -> None:
    ring = Ring.create(4)
    kept = [ring.send(Set("a.b", float(n))) for n in range(6)]
    assert kept == [True] * 4 + [False] * 2
    assert ring.dropped == 2
    assert [event.value for event in ring.drain() if isinstance(event, Set)] == [0, 1, 2, 3]
    assert ring.send(Set("a.b", 9.0))


def test_an_event_with_an_endless_name_is_refused() -> None:
    ring = Ring.create()
    assert not ring.send(Trigger("scene.go", "x" * 4000))
    assert ring.drain() == []


def _send(ring: Ring, count: int) -> None:
    sent = 0
    while sent < count:
        sent += ring.send(Set("count", float(sent)))


def test_another_process_writes_more_than_the_ring_holds_and_nothing_is_lost() -> None:
    ring = Ring.create(16)
    spawn = multiprocessing.get_context("spawn")
    writer = spawn.Process(target=_send, args=(ring, 500), daemon=True)
    writer.start()
    values: list[float] = []
    until = time.monotonic() + 30
    while len(values) < 500 and time.monotonic() < until:
        values += [event.value for event in ring.drain() if isinstance(event, Set)]
    writer.join(5)
    assert values == [float(n) for n in range(500)]
