"""The curtain comes when the stage is away and goes when it is really back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from tests.stage.pictures import plain
from tests.stage.theatre import Theatre, grab, x_server, xdo
from vj.core.board import Board
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.stage.curtain import StageWatch


def test_it_comes_after_a_moment_of_silence_and_goes_after_three_frames() -> None:
    board = Board.create(64)
    watch = StageWatch(board)
    assert not watch.look(10.0), "a stage that never drew has nothing to stand in for"
    board.post({})
    assert not watch.look(10.1)
    assert not watch.look(10.25)
    assert watch.look(10.4)
    for frame, expected in ((1, True), (2, True), (3, False)):
        board.post({})
        assert watch.look(10.4 + frame / 60) is expected
    assert not watch.look(10.5)


@pytest.mark.e2e
def test_a_killed_stage_leaves_no_black(
    gig: Gig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        house = build_house(gig, Options(scene="03_plain"))
        with Theatre(house, plain(0, 180, 0), curtain=True) as theatre:
            theatre.until(lambda: _green(display), "a green screen")
            theatre.until(lambda: house.screen.newest > 15, "a picture for the curtain")
            theatre.until(lambda: xdo(display, "search", "--name", "vj curtain"), "a curtain")
            seen = house.screen.newest
            theatre.until(lambda: house.screen.newest > seen + 15, "a picture on it")
            born_first = theatre.status()["started_at"]
            assert theatre.stage.process is not None and theatre.stage.process.pid is not None
            os.kill(theatre.stage.process.pid, signal.SIGKILL)
            looks = []

            def back() -> bool:
                looks.append(_green(display))
                return bool(theatre.status()["started_at"] != born_first)

            theatre.until(back, "a second life")
            for _ in range(20):
                theatre.until(lambda: looks.append(_green(display)) is None, "a look")
            assert len(looks) > 20
            assert all(looks), f"{looks.count(False)} of {len(looks)} looks were not green"


@pytest.mark.e2e
def test_a_curtain_that_hangs_in_front_is_replaced(
    gig: Gig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that stalls takes both; nobody else would ever lift it off the new stage."""
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        house = build_house(gig, Options(scene="03_plain"))
        with Theatre(house, plain(0, 180, 0), curtain=True) as theatre:
            curtain = theatre.keepers[1]
            theatre.until(lambda: xdo(display, "search", "--name", "vj curtain"), "a curtain")
            board = curtain.board
            assert board is not None and curtain.pid is not None
            first = board.newest
            # Who never gave a sign of life has longer to give one: its watch must have seen two.
            theatre.until(lambda: board.newest >= first + 2, "its heartbeat")
            os.kill(curtain.pid, signal.SIGSTOP)
            theatre.until(lambda: curtain.restarts == 1 and curtain.process, "another curtain")
            theatre.until(lambda: xdo(display, "search", "--name", "vj curtain"), "its window")
            theatre.until(lambda: _green(display), "the stage")


def _green(display: str) -> bool:
    screen = grab(display)
    return bool(np.abs(screen.astype(int) - (0, 180, 0)).max() <= 3)
