"""The plain places of a picture painted with the style picture's own strokes.
Used by vj.infer.plain_places: a network has nothing to hold on to on a wall, the style picture has.

The strokes lie still on the picture like paint on a canvas, so they cannot boil.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.infer.quilt import PATCH, even_places, quilted, softened
from vj.infer.style_picture import style_middle

log = logging.getLogger(__name__)

SOFT = 1 / 32  # of the picture's height: what is larger than this is colour, not stroke
LOOKED_AT = 144  # rows of the style picture when the places of strokes are chosen
FINE = 4.0  # pixels: a wider blur is made at a smaller size
KEPT, ALWAYS = 96 * 2**20, 4  # bytes of strokes kept, and how many however large they are


@dataclass(frozen=True)
class Strokes:
    """How far a style picture is above and below its own soft self, (h, w, 4) RGBA, alpha 0."""

    lighter: Pixels
    darker: Pixels

    @property
    def bytes(self) -> int:
        """How much memory they take."""
        return self.lighter.nbytes + self.darker.nbytes


def strokes(bgr: NDArray[np.uint8], size: tuple[int, int], zoom: float = 1.0) -> Strokes:
    """Take the strokes of a style picture (h, w, 3), laid out to cover a picture of (h, w).

    zoom: how large they shall be, a factor.
    """
    height, width = size
    scale = zoom * max(height / bgr.shape[0], width / bgr.shape[1])
    tall, wide = scale * bgr.shape[0], scale * bgr.shape[1]
    # Chosen at one size, so that every size of picture is laid out alike.
    seen = _detail(bgr, LOOKED_AT / bgr.shape[0], SOFT * LOOKED_AT * height / tall)
    places = even_places(seen, PATCH * height / tall, PATCH * height / wide)
    laid = quilted(softened(_detail(bgr, scale, height * SOFT)), size, places)
    return Strokes(_levels(laid), _levels(-laid))


def _detail(bgr: NDArray[np.uint8], scale: float, deviation: float) -> NDArray[np.float32]:
    """What a picture has finer than a blur (pixels) at another scale, (h, w, 3) RGB, around 0."""
    wanted = [max(4, round(side * scale)) for side in bgr.shape[1::-1]]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.cvtColor(cv2.resize(bgr, wanted, interpolation=how), cv2.COLOR_BGR2RGB)
    fine = cv2.subtract(large, _soft(large, max(1.0, deviation)), dtype=cv2.CV_32F)
    return np.asarray(fine, np.float32)


def _levels(light: NDArray[np.float32]) -> Pixels:
    """Levels above 0, (h, w, 4) with no alpha."""
    rgb = (light + np.float32(0.5)).clip(0, 255).astype(np.uint8)
    out = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA), np.uint8)
    out[..., 3] = 0
    return out


def _soft(large: cv2.typing.MatLike, deviation: float) -> cv2.typing.MatLike:
    """Blur, wide blurs at a smaller size."""
    smaller = max(1.0, deviation / FINE)
    size = (large.shape[1], large.shape[0])
    small = cv2.resize(
        large, [max(1, round(side / smaller)) for side in size], interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), deviation / smaller)
    return cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)


def mixed(parts: Sequence[tuple[Strokes, float]]) -> Strokes:
    """Lay strokes over each other, each with its share; at least one."""
    (first, share), *others = parts
    if not others and share == 1:
        return first
    lighter, darker = (cv2.convertScaleAbs(x, alpha=share) for x in (first.lighter, first.darker))
    for more, share in others:
        lighter = cv2.addWeighted(lighter, 1, more.lighter, share, 0)
        darker = cv2.addWeighted(darker, 1, more.darker, share, 0)
    return Strokes(np.asarray(lighter, np.uint8), np.asarray(darker, np.uint8))


class Textures:
    """Strokes of style pictures, the last ones used; several threads may ask at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int, tuple[int, int], float], Strokes] = OrderedDict()

    def get(
        self, name: str, stamp: int, path: Path | None, size: tuple[int, int], zoom: float
    ) -> Strokes | None:
        """Return the strokes of a style for (h, w), None when its picture cannot be read now.

        stamp: tells one state of the picture's file from another.
        """
        key = (name, stamp, size, zoom)
        found = self._kept.get(key)
        if found is None and path is not None:
            try:
                found = strokes(style_middle(path), size, zoom)
            except UserError as error:
                log.debug("no strokes of %r: %s", name, error)
        if found is None:
            return None
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            kept = sum(one.bytes for one in self._kept.values())
            while len(self._kept) > ALWAYS and kept > KEPT:
                kept -= self._kept.popitem(last=False)[1].bytes
        return found


def textured(
    painted: Pixels, plain: NDArray[np.float32], region: NDArray[np.float32], laid: Strokes
) -> Pixels:
    """Lay strokes over the plain places of a region.

    painted: (h, w, 4) RGBA; plain: (h', w') 0..1 (`vj.infer.plain`); region: (h', w') 0..1, how
    much of the strokes each place gets.
    """
    levels = (plain * region * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    share = cv2.resize(
        cv2.merge([levels] * 4), painted.shape[1::-1], interpolation=cv2.INTER_LINEAR
    )
    out = cv2.add(painted, cv2.multiply(laid.lighter, share, scale=1 / 255))
    out = cv2.subtract(out, cv2.multiply(laid.darker, share, scale=1 / 255))
    return np.asarray(out, np.uint8)
