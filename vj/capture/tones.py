"""What the painting makes of light and shade: the colours that stand in when the network is away.

Used by the carrier; the stage maps the camera picture through them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

TONES = 16
_SIZE = (160, 90)  # width and height the pictures are looked at
_ENOUGH = 4.0  # places that have to have a tone before its colour is believed


def tones(origin: Pixels, painting: Pixels) -> list[list[list[int]]]:
    """Return the painting's mean colours from dark to bright of the picture it was made from.

    Both (h, w, 4); the painting's alpha tells people from the background. Returns two rows, people
    and background, of `TONES` colours (red, green, blue), 0..255. A region that is not in the
    picture has the other's colours.
    """
    small, painted = (
        cv2.resize(p, _SIZE, interpolation=cv2.INTER_AREA) for p in (origin, painting)
    )
    light = cv2.cvtColor(small, cv2.COLOR_RGBA2GRAY).reshape(-1).astype(np.float32)
    at = light * ((TONES - 1) / 255)
    person = painted[..., 3].reshape(-1).astype(np.float32) * np.float32(1 / 255)
    colours = painted[..., :3].reshape(-1, 3).astype(np.float32)
    # A picture's alpha is 0 when nobody knows where people are: then all of it is background.
    if not small[..., 3].any():
        person = np.zeros_like(person)
    people, rest = (_row(at, colours, share) for share in (person, np.float32(1) - person))
    gray = [[round(255 * n / (TONES - 1))] * 3 for n in range(TONES)]
    return [people or rest or gray, rest or people or gray]


def _row(
    at: NDArray[np.float32], colours: NDArray[np.float32], share: NDArray[np.float32]
) -> list[list[int]] | None:
    """Mean colour of every tone, those nobody has from their neighbours; None for no place."""
    low = np.clip(at.astype(np.int64), 0, TONES - 2)
    part = at - low
    weight = np.zeros(TONES)
    sums = np.zeros((TONES, 3))
    for tone, much in ((low, (1 - part) * share), (low + 1, part * share)):
        weight += np.bincount(tone, much, TONES)
        for channel in range(3):
            sums[:, channel] += np.bincount(tone, much * colours[:, channel], TONES)
    there = np.flatnonzero(weight >= _ENOUGH)
    if not len(there):
        return None
    every = np.arange(TONES)
    row = [np.interp(every, there, sums[there, c] / weight[there]) for c in range(3)]
    return [[round(float(level)) for level in colour] for colour in np.stack(row, 1)]
