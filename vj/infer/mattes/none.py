"""Nobody is in the picture: everything is background.
Loaded by vj.infer.load for `matte: none`; costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.mattes import Matte


class NoMatte:
    """Finds no person, ever."""

    def matte(self, pixels: Pixels, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Return zeros, (h, w) uint8."""
        return np.zeros(pixels.shape[:2], np.uint8)


def make() -> Matte:
    """Make the matte."""
    return NoMatte()
