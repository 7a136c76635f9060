"""A long night of cues, holds, saves of nothing and rewinds leaves nothing behind."""

from __future__ import annotations

import gc
import sys

import pytest

from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.play import Play

ACTIONS = (
    Trigger("scene.next"),
    Trigger("scene.previous"),
    Trigger("scene.go", 3.0),
    Trigger("rewind.5"),
    Trigger("cue.hold"),
    Trigger("scene.next"),
    Trigger("cue.hold"),
    Set("style.person", 3.0),
    Trigger("scene.go", "02_loop"),
)


def _changes(play: Play, now: float, count: int) -> float:
    for number in range(count):
        play.handle(ACTIONS[number % len(ACTIONS)], now)
        for dt in (0.03, 0.2, 0.9):
            now += dt
            play.advance(now, dt)
        play.document()
    return now


@pytest.mark.slow
def test_thousands_of_changes_allocate_nothing_that_stays(gig: Gig) -> None:
    play = Play(gig, Options())
    now = _changes(play, 0.0, 200)  # the minute of the rewind is full by now
    grown = []
    for _ in range(3):  # what other threads of the tests allocate meanwhile is not in all of them
        gc.collect()
        before = sys.getallocatedblocks()
        now = _changes(play, now, 600)
        gc.collect()
        grown.append(sys.getallocatedblocks() - before)
    assert min(grown) < 200
    assert play.complaint == ""
