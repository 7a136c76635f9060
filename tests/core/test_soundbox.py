"""The ring of sound: what the writer may be in the middle of is not read."""

from __future__ import annotations

import numpy as np

from vj.core.soundbox import CHANNELS, SECONDS, Soundbox

RATE = 48_000


def test_what_is_being_overwritten_is_left_out() -> None:
    """A reader that was away begins with the oldest, where the writer writes at that moment."""
    box = Soundbox.create()
    box.write(np.full((SECONDS * RATE, CHANNELS), 0.5, np.float32), RATE, 1)
    box._ring[: RATE // 2] = -1.0  # half a second that is written, and not yet counted
    heard = box.read(0)
    assert heard is not None
    assert (heard.samples == 0.5).all()
    assert heard.first == RATE // 2 and len(heard.samples) == (SECONDS * RATE) - RATE // 2
