"""The sign of life stops when the loop hangs, and only then."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from tests.infer.booth import Booth
from vj.infer import heartbeat, live


def test_the_heart_beats_while_the_loop_turns_and_stops_when_it_hangs(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", 0.005)
    monkeypatch.setattr(live, "LEAST_LEASE", 0.05)
    board, beating = booth.house.status["infer"], booth.infer.heartbeat
    beating.start()
    try:
        booth.want()
        booth.until(lambda: board.newest >= 3)
        found = board.read()
        assert found is not None and found[1]["beat"] >= 3
        seen, deadline = -1, time.monotonic() + 10
        while board.newest != seen:  # the loop does not turn: the beat must come to rest
            assert time.monotonic() < deadline
            seen = board.newest
            time.sleep(0.1)
        booth.until(lambda: board.newest > seen)
    finally:
        beating.stop()


def test_a_painting_that_never_ends_stops_the_beat(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth.want()
    booth.until(lambda: int(str(booth.infer.status()["frames"])) >= 2)
    ended = threading.Event()
    monkeypatch.setattr(live, "LEAST_PATIENCE", 0.2)
    monkeypatch.setattr(booth.infer, "_slowest", 0.0)
    monkeypatch.setattr(live, "finish", lambda *_: ended.wait(20.0))
    engine = booth.infer._engine
    assert engine is not None and engine.seconds > 0.0
    booth.infer._engine = replace(engine, seconds=0.01)
    renewed: list[float] = []
    monkeypatch.setattr(booth.infer.heartbeat, "renew", renewed.append)
    booth.capture()
    booth.infer.step()
    booth.infer.step()
    assert renewed, "it is being painted and may yet be ready"
    time.sleep(0.25)
    renewed.clear()
    for _ in range(5):
        booth.capture()
        booth.infer.step()
    assert not renewed
    ended.set()
