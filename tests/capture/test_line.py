"""A lost source is reopened for ever, later and later, whatever way it was lost."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from vj.capture.line import BACKOFF, GIVE_UP, HUNG_AFTER, OPENING, Line, Opened
from vj.capture.reader import Shot


def line_of(door: Any, live: bool = False) -> Line:
    return Line(Opened("camera", door.frames, live), door.size, door.arrived, 0.0)


def take(line: Line, door: Any, level: int, now: float) -> Shot | None:
    """Hand in one picture and return what the line makes of it."""
    before = line._number
    door.show(level)
    door.until(lambda: line._reader and line._reader.shot and line._reader.shot.number > before)
    return line.step(now)


def test_pictures_come_through_once(door: Any) -> None:
    line = line_of(door)
    shot = take(line, door, 7, 0.1)
    assert shot is not None and shot.pixels[0, 0, 0] == 7 and shot.captured_at > 0
    assert line.step(0.2) is None
    assert not line.lost and line.message == ""


def test_it_is_reopened_later_and_later_until_it_is_back(door: Any) -> None:
    line = line_of(door)
    assert take(line, door, 1, 0.0) is not None
    now = 0.0
    for number, pause in enumerate((*BACKOFF, BACKOFF[-1]), 1):
        door.fail()
        door.until(lambda: line._reader is None or line._reader.ended)
        line.step(now)
        assert line.lost and "unplugged" in line.message
        line.step(now + pause - 0.01)
        assert line.lost, "too early"
        now += pause
        line.step(now)
        assert not line.lost
        door.until(lambda expected=number + 1: door.openings == expected)
    assert take(line, door, 2, now + 0.1) is not None
    assert line.message == ""
    door.fail()
    door.until(lambda: line._reader is None or line._reader.ended)
    line.step(now + 1.0)
    line.step(now + 1.0 + BACKOFF[0])
    assert not line.lost, "the pauses begin anew"


def test_an_exception_nobody_foresaw_is_a_loss_too(door: Any) -> None:
    line = line_of(door)
    door.given.put(ZeroDivisionError("driver"))
    door.until(lambda: line._reader is None or line._reader.ended)
    line.step(0.1)
    assert line.lost and "ZeroDivisionError: driver" in line.message


def test_a_live_source_that_repeats_itself_is_lost(door: Any) -> None:
    """A pulled webcam may go on delivering its last picture with success, for ever."""
    line = line_of(door, live=True)
    now = 0.0
    for number in range(4):
        now = 0.3 * number
        assert take(line, door, number, now) is not None
    for _ in range(3):
        now += 0.3
        assert take(line, door, 3, now) is not None
    assert take(line, door, 3, now + 0.2) is None
    assert line.lost and "same picture" in line.message


def test_a_still_picture_is_no_loss_for_what_is_not_live(door: Any) -> None:
    line = line_of(door)
    for number in range(12):
        assert take(line, door, 5, 0.4 * number) is not None
    assert not line.lost


def test_a_read_that_hangs_is_told_and_gets_stuck_in_the_end(door: Any) -> None:
    line = line_of(door)
    assert take(line, door, 1, 0.0) is not None
    line.step(HUNG_AFTER - 0.1)
    assert not line.lost
    line.step(HUNG_AFTER + 0.1)
    assert line.lost and "hangs" in line.message
    line.step(HUNG_AFTER + 1.0)
    assert line.lost, "its thread still holds the device"
    assert not line.stuck(HUNG_AFTER + GIVE_UP)
    assert line.stuck(HUNG_AFTER + GIVE_UP + 0.2)


def test_a_hung_read_that_ends_after_all_frees_the_way(door: Any) -> None:
    line = line_of(door)
    assert take(line, door, 1, 0.0) is not None
    hung = line._reader
    line.step(HUNG_AFTER + 0.1)
    door.show(2)
    door.until(lambda: hung is not None and not hung.alive)
    line.step(HUNG_AFTER + 1.0)
    assert not line.lost and not line.stuck(60.0)
    assert take(line, door, 3, HUNG_AFTER + 1.1) is not None


def test_a_stalled_pipe_blocks_only_its_thread(tmp_path: Path) -> None:
    """A FIFO whose writer never writes blocks FFmpeg's open in C, as a sick driver does."""
    from vj.capture.sources.video import frames

    fifo = tmp_path / "stalled.mjpg"
    os.mkfifo(fifo)
    opened = Opened("video", lambda: frames({"kind": "video", "path": str(fifo)}))
    line = Line(opened, (36, 64), threading.Event(), 0.0)
    reader = line._reader
    assert reader is not None
    assert line.step(OPENING - 0.1) is None and not line.lost
    line.step(OPENING + 0.1)
    assert line.lost and "no picture within" in line.message
    assert reader.alive and line.stuck(OPENING + GIVE_UP + 0.2)
    # A writer that comes and goes at once lets the thread end.
    for _ in range(200):
        os.close(os.open(fifo, os.O_RDWR | os.O_NONBLOCK))
        reader._thread.join(0.1)
        if not reader.alive:
            break
    assert not reader.alive and reader.ended is not None
