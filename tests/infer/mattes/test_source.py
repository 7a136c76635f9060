"""The source's own matte is its alpha channel."""

from __future__ import annotations

import numpy as np

from tests.infer.fakes import half_person
from vj.infer.mattes.source import make


def test_source_is_the_alpha() -> None:
    pixels = half_person()
    assert np.array_equal(make().matte(pixels, {}), pixels[..., 3])
