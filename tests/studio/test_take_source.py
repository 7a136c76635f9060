"""The source a take kept comes back whole."""

from __future__ import annotations

import av
import numpy as np
import pytest

from vj.studio.take_source import _joined


@pytest.mark.parametrize("width", [640, 852, 854, 1280])
def test_pictures_of_every_width_reach_their_right_edge(width: int) -> None:
    """Of pictures 852 pixels wide the last four columns came back black."""
    white = np.full((480, width, 3), 255, np.uint8)
    picture = av.VideoFrame.from_ndarray(white, format="rgb24").reformat(format="yuv420p")
    matte = av.VideoFrame.from_ndarray(white[..., 0] // 2, format="gray")
    _, pixels = _joined(picture, matte)
    assert pixels.shape == (480, width, 4)
    assert pixels[..., :3].min() > 245
    assert (pixels[..., 3] == 127).all()
