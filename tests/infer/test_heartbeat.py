"""The sign of life stops when the loop hangs, and only then."""

from __future__ import annotations

import time

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
