"""A field of movement travels as a picture and comes out as it went in."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.mailbox import Mailbox
from vj.core.motion import COLUMNS, grid_of, mailbox_size, packed


@pytest.mark.parametrize("size", [(360, 640), (720, 1280), (48, 64), (480, 640), (9, 2000)])
def test_the_field_has_the_pictures_shape(size: tuple[int, int]) -> None:
    rows, columns = grid_of(size)
    assert columns == min(COLUMNS, size[1])
    assert rows >= 1 and abs(rows - columns * size[0] / size[1]) <= 1


def test_a_field_goes_through_a_mailbox_and_keeps_a_tenth_of_a_pixel_at_1080p() -> None:
    size = (360, 640)
    rows, columns = grid_of(size)
    field = np.random.default_rng(1).uniform(-0.1, 0.1, (rows, columns, 3)).astype(np.float32)
    field[..., 2] = np.linspace(0, 1, columns)
    box = Mailbox.create(*mailbox_size(size))
    box.publish(packed(field), 7, take=5)
    frame = box.latest()
    assert frame is not None and (frame.captured_at, frame.take) == (7, 5)
    assert box.newest_captured_at == 7
    back = frame.pixels.view(np.float16).reshape(rows, columns, 4)[..., :3]
    assert np.abs(back - field)[..., :2].max() * 1920 < 0.1
    assert np.abs(back - field)[..., 2].max() < 1e-3
