"""The test card carries its number and moves."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from vj.capture.counter import read_stamp
from vj.capture.sources.testcard import frames


@pytest.mark.parametrize("size", ["160x90", "640x360", "360x640", "1280x720"])
def test_every_card_has_its_number(size: str) -> None:
    width, height = (int(part) for part in size.split("x"))
    spec = {"kind": "testcard", "size": size, "fps": 25}
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    cards = list(islice(frames(spec, lambda: now[0], sleep), 4))
    assert [read_stamp(card) for card in cards] == [0, 1, 2, 3]
    assert all(card.shape == (height, width, 4) and card[..., 3].max() == 0 for card in cards)
    assert not np.array_equal(cards[0][: height // 2], cards[3][: height // 2])
