"""The matte the source brought along in alpha: the dancer's own, a keyed file's, or nothing.
Loaded by vj.infer.load for `matte: source`; costs one copy."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.mattes import Matte


class SourceMatte:
    """Hands on the alpha channel; a source without a matte makes everything background."""

    def matte(self, pixels: Pixels, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Return the alpha channel, (h, w) uint8."""
        return np.asarray(cv2.extractChannel(pixels, 3), np.uint8)


def make() -> Matte:
    """Make the matte."""
    return SourceMatte()
