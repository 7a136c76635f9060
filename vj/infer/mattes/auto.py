"""The source's own matte where it brings one, otherwise the person found by motion.
Loaded by vj.infer.load for `matte: auto`, the default: right for the dancer and for a camera."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.mattes import Matte
from vj.infer.mattes.motion import MotionMatte
from vj.infer.mattes.source import SourceMatte


class AutoMatte:
    """Decides by the alpha channel, picture by picture: empty means the source knows of nobody."""

    def __init__(self) -> None:
        self._source, self._motion = SourceMatte(), MotionMatte()
        self._brought = False

    def matte(self, pixels: Pixels, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Return (h, w) uint8; a source that once brought a matte is believed when it is empty."""
        own = self._source.matte(pixels, values)
        self._brought = self._brought or bool(own.any())
        return own if self._brought else self._motion.matte(pixels, values)


def make() -> Matte:
    """Make the matte."""
    return AutoMatte()
