"""How finely the source is filmed follows from what is painted and what is shown."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.gig import Rig
from vj.core.types import Frame
from vj.infer.live import smaller


@pytest.mark.parametrize(
    ("size", "output", "filmed"),
    [
        ("640x360", "640x360", (360, 640)),
        ("640x360", "1920x1080", (1080, 1920)),
        ("640x360", "320x180", (360, 640)),
        ("640x480", "1920x1080", (480, 640)),
        ("854x480", "1920x1080", (1080, 1920)),
    ],
)
def test_as_fine_as_the_output_of_the_same_shape(
    size: str, output: str, filmed: tuple[int, int]
) -> None:
    assert Rig(size=size, output=output).filmed == filmed  # type: ignore[arg-type]


def test_the_network_gets_its_own_size() -> None:
    fine = Frame(np.full((108, 192, 4), 9, np.uint8), 3, 4)
    assert smaller(fine, (36, 64)).pixels.shape == (36, 64, 4)
    assert smaller(fine, (36, 64)).captured_at == 4
    assert smaller(fine, (108, 192)) is fine
