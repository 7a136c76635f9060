"""Strokes of a style picture laid over a whole picture in patches, so that its things get lost.
Used by vj.infer.texture: what hangs on the wall shall be the brushwork, not the sun behind it.

Patches come from where the brushwork is even, each many times and never at its own place; where two
meet they melt into each other.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

PATCH = 1 / 4  # of the picture's height; patches overlap by half of it
EVEN, USUAL = 0.4, 0.5  # the share of patches that is even enough, of these that is usual enough
LOUDEST = 3.0  # times the usual stroke: what is stronger is an outline and is held back
ROUND = 64  # patches in a row and in a column before the same ones come again

Detail = NDArray[np.float32]


def quilted(detail: Detail, size: tuple[int, int], places: NDArray[np.float64]) -> Detail:
    """Lay patches of brushwork (h', w', 3), levels around 0, over a picture of (h, w).

    places: where they may be taken from, of `even_places`.
    """
    side = max(4, min(round(size[0] * PATCH), *detail.shape[:2]) // 2 * 2)
    half = side // 2
    rows, columns = (2 * -(-length // side) + 1 for length in size)
    out = np.zeros((half * (rows + 1), half * (columns + 1), 3), np.float32)
    window, melted = _window(side), np.empty((side, side, 3), np.float32)
    # The same for every shape of picture: a wider one only goes on to the right.
    order = np.random.default_rng(1).integers(0, len(places), (ROUND, ROUND))
    for row in range(rows):
        for column in range(columns):
            y, x = places[order[row % ROUND, column % ROUND]]
            top, left = int(y * (detail.shape[0] - side)), int(x * (detail.shape[1] - side))
            down, right = row * half, column * half
            np.multiply(detail[top : top + side, left : left + side], window, out=melted)
            out[down : down + side, right : right + side] += melted
    return out[half : half + size[0], half : half + size[1]]


def softened(detail: Detail) -> Detail:
    """Hold back what is much stronger than the usual stroke."""
    limit = LOUDEST * float(np.sqrt(np.mean(np.square(detail)))) + 1e-3
    return np.asarray(detail / np.sqrt(1 + np.square(detail * (1 / limit))), np.float32)


def _window(side: int) -> Detail:
    """How much of a patch is seen, (side, side, 1): all of its power, melting into the next one's.

    Patches are strangers to each other: it is the squares of what overlaps that sum to 1.
    """
    slope = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
    slope /= np.sqrt(slope**2 + np.roll(slope, side // 2) ** 2)
    return np.outer(slope, slope)[..., None].astype(np.float32)


def even_places(detail: Detail, tall: float, wide: float) -> NDArray[np.float64]:
    """Find where patches of even brushwork lie: (n, 2) down and across, 0..1 of where one may.

    detail: (h', w', 3); tall, wide: of a patch, shares of that. Neither the empty sky nor the one
    busy or coloured thing, but what is like most of the picture.
    """
    light = detail.mean(2)
    strength, colour = np.abs(light), np.abs(detail - light[..., None]).mean(2)
    whole = zip((tall, wide), detail.shape, strict=False)
    high, broad = (min(max(2, round(part * have)), have) for part, have in whole)
    patch = (high, broad)
    mean = _whole(cv2.blur(strength, patch[::-1]), patch)
    spots = cv2.blur(strength, (max(1, patch[1] // 6), max(1, patch[0] // 6)))
    uneven = _whole(cv2.dilate(spots, np.ones(patch, np.uint8)), patch) / (mean + 1)
    strange = _strange(mean) + _strange(_whole(cv2.blur(colour, patch[::-1]), patch))
    even = np.flatnonzero(uneven <= np.quantile(uneven, EVEN))
    usual = strange.ravel()[even]
    chosen = even[usual <= np.quantile(usual, USUAL)]
    down, across = np.divmod(chosen, mean.shape[1])
    ends = max(1, mean.shape[0] - 1), max(1, mean.shape[1] - 1)
    return np.stack([down / ends[0], across / ends[1]], 1)


def _strange(values: Detail) -> Detail:
    """How far from the middle of all values, in a ratio's logarithm; a level counts for nothing."""
    return np.asarray(np.abs(np.log((values + 1) / (np.median(values) + 1))), np.float32)


def _whole(values: object, patch: tuple[int, int]) -> Detail:
    """What was taken around each place, for whole patches only: from their top left corners."""
    found = np.asarray(values, np.float32)
    rows, columns = (have - need + 1 for have, need in zip(found.shape, patch, strict=True))
    top, left = patch[0] // 2, patch[1] // 2
    return found[top : top + rows, left : left + columns]
