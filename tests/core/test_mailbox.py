"""Mailboxes: newest wins, nothing torn, nothing left behind, kill -9 on either side is survived."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from vj.core.mailbox import Mailbox
from vj.core.types import no_faces


def _flat(level: int, height: int = 36, width: int = 64) -> np.ndarray:
    return np.full((height, width, 4), level, np.uint8)


def test_only_the_newest_picture_is_delivered_and_only_once() -> None:
    box = Mailbox.create(36, 64)
    assert box.latest() is None
    box.publish(_flat(1), 10)
    box.publish(_flat(2), 20)
    frame = box.latest()
    assert frame is not None
    assert (frame.seq, frame.captured_at, int(frame.pixels[0, 0, 0])) == (2, 20, 2)
    assert box.latest(frame.seq) is None


def test_a_picture_keeps_its_take() -> None:
    box = Mailbox.create(36, 64)
    for take in (0, 3):
        box.publish(_flat(1), 10, take)
        frame = box.latest()
        assert frame is not None and frame.take == take


def test_faces_travel_with_their_picture() -> None:
    box = Mailbox.create(36, 64)
    faces = no_faces()
    faces[2] = (0.5, 0.25, 0.1, 0.2, 1.0)
    for given, expected in ((faces, faces), (None, no_faces())):
        box.publish(_flat(1), 10, faces=given)
        frame = box.latest()
        assert frame is not None and np.array_equal(frame.faces, expected)


def test_pictures_may_change_their_shape_within_the_capacity() -> None:
    box = Mailbox.create(36, 64)
    box.publish(_flat(7, 64, 36), 1)
    frame = box.latest()
    assert frame is not None and frame.pixels.shape == (64, 36, 4)


def test_the_given_array_is_used_again() -> None:
    box = Mailbox.create(36, 64)
    out = _flat(0)
    box.publish(_flat(9), 1)
    frame = box.latest(out=out)
    assert frame is not None and frame.pixels is out and int(out[5, 5, 2]) == 9


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((36, 64, 3), np.uint8),
        np.zeros((36, 64, 4), np.float32),
        np.zeros((37, 64, 4), np.uint8),
        np.zeros((0, 64, 4), np.uint8),
        np.zeros((36, 64), np.uint8),
    ],
)
def test_a_wrong_picture_is_refused_and_the_last_one_stays(bad: np.ndarray) -> None:
    box = Mailbox.create(36, 64)
    box.publish(_flat(5), 1)
    with pytest.raises(ValueError, match="picture"):
        box.publish(bad, 2)
    frame = box.latest()
    assert frame is not None and int(frame.pixels[0, 0, 0]) == 5


def _write_for_ever(box: Mailbox) -> None:
    pictures = [_flat(level, 360, 640) for level in range(256)]
    number = 0
    while True:
        box.publish(pictures[number % 256], number)
        number += 1


def _is_whole(pixels: np.ndarray) -> bool:
    return bool((pixels == pixels[0, 0, 0]).all())


def test_no_torn_picture_beside_a_writer_at_full_speed_and_its_death_by_kill() -> None:
    """A writer killed in the middle of a copy must leave the last whole picture readable."""
    spawn = multiprocessing.get_context("spawn")
    box = Mailbox.create(360, 640)
    reads = 0
    for _ in range(2):
        writer = spawn.Process(target=_write_for_ever, args=(box,), daemon=True)
        writer.start()
        start, seq = box.newest, box.newest
        until = time.monotonic() + 20
        target = reads + 300
        while reads < target and time.monotonic() < until:
            frame = box.latest(seq)
            if frame is not None:
                assert _is_whole(frame.pixels), f"torn picture {frame.seq}"
                reads, seq = reads + 1, frame.seq
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert box.newest > start
        frame = box.latest()
        assert frame is not None and _is_whole(frame.pixels)
    assert reads >= 600


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no /dev/shm on this system")
def test_nothing_appears_in_dev_shm() -> None:
    before = set(os.listdir("/dev/shm"))
    box = Mailbox.create(360, 640)
    box.publish(_flat(1), 1)
    assert set(os.listdir("/dev/shm")) <= before
