"""Keeps the plain places of a picture plain: no waves of a network's own on a wall.
Used by vj.infer.plain_places.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.plain import twice

SPREAD, SHORT = (7, 7), (3, 3)  # coarse pixels: how far colours flow, and on people
SKIN = 0.14  # power of the plainness on people: a deviation of 0.08 there counts as 0.03 elsewhere
SHARE = 0.9  # how much of such skin and cloth flows
LEAST = 1e-3  # of plain pixels around, so that nothing is divided by nothing

Map = NDArray[np.float32]


def calmed(painted: Pixels, plain: Map, amount: float, person: Map | None = None) -> Pixels:
    """Let the colours of plain places flow into each other.

    painted: (h, w, 4) RGBA; plain: (h', w') 0..1, where what it was made from is plain
    (`vj.infer.plain`); amount: 0..1; person: (h', w') 0..1, where people are: their skin and cloth
    are less plain than a wall, and flow over a short way, so that faces keep their shape.
    Colours flow only between plain places, so outlines and whatever has texture stay as painted.
    """
    if amount <= 0:
        return painted
    whole, size = (painted.shape[1], painted.shape[0]), (plain.shape[1], plain.shape[0])
    middle = cv2.resize(painted, twice(size), interpolation=cv2.INTER_AREA)
    colours = cv2.resize(middle, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    flat, share = _flown(colours, plain, SPREAD), plain * np.float32(amount)
    if person is not None and person.any():
        skin = np.power(plain, np.float32(SKIN)) * person
        # what is left of the painting by the wide flow is what the short one works at
        beside = skin * np.float32(amount * SHARE) * (1 - share)
        near = _flown(colours, skin, SHORT)
        total = share + beside
        flat = near + (flat - near) * (share / np.maximum(total, LEAST))[..., None]
        share = total
    levels = np.clip(flat + np.float32(0.5), 0, 255).astype(np.uint8)
    flowing = cv2.resize(levels, whole, interpolation=cv2.INTER_LINEAR)
    shares = cv2.resize(share, whole, interpolation=cv2.INTER_LINEAR)
    out = np.asarray(cv2.blendLinear(painted, flowing, 1 - shares, shares), np.uint8)
    cv2.mixChannels([painted], [out], [3, 3])
    return out


def _flown(colours: cv2.typing.MatLike, plain: Map, spread: tuple[int, int]) -> NDArray[Any]:
    """Average colours (h', w', 4) over plain places around."""
    summed = cv2.blur(cv2.blur(colours * plain[..., None], spread), spread)
    weight = cv2.blur(cv2.blur(plain, spread), spread)
    return np.asarray(summed / np.maximum(weight, LEAST)[..., None])
