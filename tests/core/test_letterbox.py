"""A letterbox keeps the newest letter, whole, and refuses what does not fit."""

from __future__ import annotations

import multiprocessing

import pytest

from vj.core.letterbox import _BEFORE, _SLOTS, Letterbox


def test_the_newest_letter_wins() -> None:
    box = Letterbox.create(16)
    assert box.take() is None
    box.put(b"one")
    box.put(b"two and a bit")
    assert box.take() == (2, b"two and a bit")
    assert box.take(2) is None
    box.put(b"3")
    assert box.take(2) == (3, b"3")


@pytest.mark.parametrize("letter", [b"", b"x" * 17])
def test_what_does_not_fit_is_refused_and_the_old_letter_stays(letter: bytes) -> None:
    box = Letterbox.create(16)
    box.put(b"good")
    with pytest.raises(ValueError, match="box of 16"):
        box.put(letter)
    assert box.take() == (1, b"good")


def test_a_letter_that_is_being_written_over_is_not_read() -> None:
    """The writer has come round to this slot again while a slow reader copies it."""
    box = Letterbox.create(16)
    seq = box.put(b"half of it is")
    box._slot_heads[seq][_BEFORE] = seq + _SLOTS
    assert box.take() is None


def _write(box: Letterbox) -> None:
    box.put(b"from another process")


def test_another_process_writes_into_the_same_memory() -> None:
    box = Letterbox.create(64)
    spawn = multiprocessing.get_context("spawn")
    child = spawn.Process(target=_write, args=(box,))
    child.start()
    child.join(60)
    assert box.take() == (1, b"from another process")
