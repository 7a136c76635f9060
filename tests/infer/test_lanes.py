"""Lanes work side by side, hand out in order, and leave the stage its core."""

from __future__ import annotations

import threading

import pytest

from vj.infer.lanes import Lanes, shares


def test_threads_follow_the_rig_and_leave_a_core_to_the_stage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = {(1, 0): (1, 1), (2, 0): (2, 1), (4, 0): (2, 1), (8, 0): (2, 3), (8, 4): (2, 2)}
    for (cores, wanted), expected in table.items():
        monkeypatch.setattr("vj.infer.lanes.cores", lambda n=cores: n)
        assert shares(wanted) == expected, (cores, wanted)


def test_two_orders_run_beside_each_other_and_come_back_in_order() -> None:
    lanes: Lanes[str, int] = Lanes(2, 1)
    both, first_may_end = threading.Barrier(2, timeout=10), threading.Event()

    def slow() -> int:
        both.wait()
        assert first_may_end.wait(10)
        return 1

    def quick() -> int:
        both.wait()
        return 2

    lanes.order("slow", slow)
    assert lanes.free() and not lanes.free(limit=1)
    lanes.order("quick", quick)
    assert not lanes.free()
    lanes._running[1][1].result(10)
    assert lanes.take() is None, "the second is done, but the first is not"
    first_may_end.set()
    lanes._running[0][1].result(10)
    taken = [lanes.take() for _ in range(3)]
    assert [(tag, done.result()) for tag, done in filter(None, taken)] == [
        ("slow", 1),
        ("quick", 2),
    ]
    assert taken[2] is None
    lanes.close()


def test_an_error_comes_back_with_its_order() -> None:
    lanes: Lanes[str, int] = Lanes(1, 1)
    lanes.order("bad", lambda: 1 // 0)
    lanes.close()
    found = lanes.take()
    assert found is not None and isinstance(found[1].exception(), ZeroDivisionError)
