"""What becomes of a painting's plain places: the network's waves go, the style's strokes come.
Used by vj.infer.painter after networks that ask for it (`Model.calm`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from vj.core.types import Pixels
from vj.infer.calm import calmed
from vj.infer.plain import COARSE, plainness
from vj.infer.protocol import Mix
from vj.infer.texture import Strokes, mixed, textured

Size = tuple[int, int]
TEXTURE = ("style.texture_person", "style.texture_background")  # how much each region gets


@dataclass(frozen=True)
class Coat:
    """A region's styles, and how much of their strokes its plain places get, 0..1."""

    mix: Mix
    amount: float


def repainted(
    painted: Pixels,
    pixels: Pixels,
    calm: float,
    coats: tuple[Coat, Coat],
    strokes: Callable[[str, Size], Strokes | None],
) -> Pixels:
    """Calm the plain places of a painting and lay strokes over them.

    painted, pixels: (h, w, 4) RGBA, the painting and what it was made from, alpha the person;
    calm: 0..1, how calm; coats: the person's and the background's; strokes: gives those of a style
    for (h, w).
    """
    if not (calm or any(coat.amount for coat in coats)) or min(pixels.shape[:2]) < COARSE:
        return painted
    plain = plainness(pixels)
    small = (plain.shape[1], plain.shape[0])
    matte = cv2.resize(cv2.extractChannel(pixels, 3), small, interpolation=cv2.INTER_AREA)
    inside = matte.astype(np.float32) * np.float32(1 / 255)
    painted = calmed(painted, plain, calm, inside)
    size = (pixels.shape[0], pixels.shape[1])
    for coat, where in zip(coats, (inside, 1 - inside), strict=True):
        if not coat.amount or not where.any():
            continue
        found = [(strokes(name, size), share) for name, share in coat.mix]
        laid = [(theirs, share) for theirs, share in found if theirs is not None]
        if laid:
            painted = textured(painted, plain, where * np.float32(coat.amount), mixed(laid))
    return painted
