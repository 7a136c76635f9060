"""Keeps the plain places of a picture plain: no waves of a network's own on a wall.
Used by vj.infer.painter after networks that ask for it (`Model.calm`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.plain import twice

SPREAD = (7, 7)  # coarse pixels: how far colours flow
LEAST = 1e-3  # of plain pixels around, so that nothing is divided by nothing


def calmed(painted: Pixels, plain: NDArray[np.float32], amount: float) -> Pixels:
    """Let the colours of plain places flow into each other.

    painted: (h, w, 4) RGBA; plain: (h', w') 0..1, where what it was made from is plain
    (`vj.infer.plain`); amount: 0..1.
    Colours flow only between plain places, so outlines and whatever has texture stay as painted.
    """
    if amount <= 0:
        return painted
    whole, size = (painted.shape[1], painted.shape[0]), (plain.shape[1], plain.shape[0])
    middle = cv2.resize(painted, twice(size), interpolation=cv2.INTER_AREA)
    colours = cv2.resize(middle, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    spread = _flown(colours * plain[..., None]) / np.maximum(_flown(plain), LEAST)[..., None]
    levels = np.clip(spread + np.float32(0.5), 0, 255).astype(np.uint8)
    flat = cv2.resize(levels, whole, interpolation=cv2.INTER_LINEAR)
    share = cv2.resize(plain * np.float32(amount), whole, interpolation=cv2.INTER_LINEAR)
    out = np.asarray(cv2.blendLinear(painted, flat, 1 - share, share), np.uint8)
    cv2.mixChannels([painted], [out], [3, 3])
    return out


def _flown(x: cv2.typing.MatLike) -> cv2.typing.MatLike:
    return cv2.blur(cv2.blur(x, SPREAD), SPREAD)
