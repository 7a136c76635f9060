"""Keeps the plain places of a picture plain: no waves of a network's own on a wall.
Used by vj.infer.painter after networks that ask for it (`Model.calm`).
"""

from __future__ import annotations

import cv2
import numpy as np

from vj.core.types import Pixels

COARSE = 4  # it is worked out at 1/4 of the picture's size
PLAIN = 0.03  # deviation of brightness, 0..1, that counts as plain
AROUND, SPREAD = (5, 5), (7, 7)  # coarse pixels: what is looked at, and how far colours flow
_AREA = cv2.INTER_AREA
LEAST = 1e-3  # of plain pixels around, so that nothing is divided by nothing


def calmed(painted: Pixels, pixels: Pixels, amount: float) -> Pixels:
    """Let the colours of plain places flow into each other.

    painted, pixels: (h, w, 4) RGBA, the painting and what it was made from; amount: 0..1.
    Colours flow only between plain places, so outlines and whatever has texture stay as painted.
    """
    height, width = pixels.shape[:2]
    size = (width // COARSE, height // COARSE)
    if amount <= 0 or min(size) < 1:
        return painted
    middle = (2 * size[0], 2 * size[1])  # halving twice is several times faster than once by four
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY), middle, interpolation=_AREA)
    fine = grey.astype(np.float32) * np.float32(1 / 255)
    mean, square = (
        cv2.blur(cv2.resize(x, size, interpolation=_AREA), AROUND) for x in (fine, fine * fine)
    )
    plain = np.exp(np.minimum(mean * mean - square, 0) * np.float32(1 / PLAIN**2))
    colours = cv2.resize(
        cv2.resize(painted, middle, interpolation=_AREA), size, interpolation=_AREA
    ).astype(np.float32)
    spread = _flown(colours * plain[..., None]) / np.maximum(_flown(plain), LEAST)[..., None]
    levels = np.clip(spread + np.float32(0.5), 0, 255).astype(np.uint8)
    whole = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
    share = cv2.resize(plain * np.float32(amount), (width, height), interpolation=cv2.INTER_LINEAR)
    out = np.asarray(cv2.blendLinear(painted, whole, 1 - share, share), np.uint8)
    cv2.mixChannels([painted], [out], [3, 3])
    return out


def _flown(x: cv2.typing.MatLike) -> cv2.typing.MatLike:
    return cv2.blur(cv2.blur(x, SPREAD), SPREAD)
