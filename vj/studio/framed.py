"""How the pictures of files come into the frame of their results: turned, mirrored, fitted.
Used by every look; cameras and streams do the same themselves, before they give a picture."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from vj.capture.framing import CUT, STRETCH, WHOLE, stretched, turned, whole
from vj.capture.reading import fit
from vj.core.types import Pixels

FITS = {CUT: fit, WHOLE: whole, STRETCH: stretched}


@dataclass(frozen=True)
class Framed:
    """`rotate`, `mirror` and `fit` of a scene's source, for files; `fit` is a word of `FITS`."""

    rotate: int = 0
    mirror: bool = False
    fit: str = CUT

    @property
    def on_its_side(self) -> bool:
        """Whether width and height change places."""
        return self.rotate in (90, 270)

    def pixels(self, pixels: Pixels, size: tuple[int, int] | int | None) -> Pixels:
        """Turn (h, w, 4) uint8 and bring it to a size (height, width), if there is one.

        size: of the result; a number is its shorter side, and then its shape stays.
        """
        if self.rotate or self.mirror:
            pixels = turned(pixels, self.rotate, self.mirror)
        if isinstance(size, int):
            scale = size / min(pixels.shape[:2])
            height, width = (max(round(side * scale / 2), 1) * 2 for side in pixels.shape[:2])
            size = (height, width)
        return pixels if size is None else FITS[self.fit](pixels, size)


def squared(pixels: Pixels, aspect: Fraction) -> Pixels:
    """Bend (h, w, 4) uint8 of pixels `aspect` times as wide as high to square ones, none lost."""
    if aspect == 1:
        return pixels
    height, width = pixels.shape[:2]
    return stretched(pixels, (round(height * max(1 / aspect, 1)), round(width * max(aspect, 1))))
