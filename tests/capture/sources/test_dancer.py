"""The dancer as a source: picture n is the moment n / fps."""

from __future__ import annotations

from itertools import islice

import numpy as np

from vj.capture.dancer.picture import Dancer
from vj.capture.sources.dancer import frames


def test_picture_n_is_the_moment_n_over_fps() -> None:
    now = [5.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    spec = {"kind": "dancer", "size": "160x90", "fps": 12, "seed": 4}
    shown = list(islice(frames(spec, lambda: now[0], sleep), 3))
    dancer = Dancer(90, 160, seed=4)
    for number, pixels in enumerate(shown):
        assert np.array_equal(pixels, dancer.draw(number / 12))
