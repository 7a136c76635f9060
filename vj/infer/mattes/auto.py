"""The source's own matte where it brings one, else the person a network or the motion shows.
Made by vj.infer.mattes_ready for `matte: auto`, the default: right for the dancer and for a camera.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.mattes import Matte
from vj.infer.mattes.motion import MotionMatte
from vj.infer.mattes.source import SourceMatte


class AutoMatte:
    """Decides by the alpha channel, picture by picture: empty means the source knows of nobody.

    `seeing`: what finds people then, in place of the motion; `alone`: whether it is needed.
    """

    def __init__(self, seeing: Matte | None = None) -> None:
        self.seeing = seeing
        self._source, self._motion = SourceMatte(), MotionMatte()
        self._brought = False

    @property
    def alone(self) -> bool:
        """Whether the source has brought no matte so far."""
        return not self._brought

    def matte(self, pixels: Pixels, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Return (h, w) uint8; a source that once brought a matte is believed when it is empty."""
        own = self._source.matte(pixels, values)
        self._brought = self._brought or bool(own.any())
        if self._brought:
            return own
        return (self.seeing or self._motion).matte(pixels, values)


def make() -> Matte:
    """Make the matte."""
    return AutoMatte()
