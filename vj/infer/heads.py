"""Finds heads in the outlines of people: where faces are when no face detector is installed.
Used by vj.infer.faces on the matte that every picture has anyway; knows no front from back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import FACES

LONGEST = 256  # longer side of what is looked at
_LEAST, _MOST = 0.004, 0.75  # share of the picture that a person fills
_FRAGMENT = 0.25  # of the largest outline: a smaller one is more likely somebody's sleeve
_THIN = 0.25  # of the thickest part: arms are thinner, a head is not
_TOUCHES = 0.8  # a head is no circle
_FACE = (0.85, 1.2)  # half width and half height of a face, in radii of its head
_BELOW = 1.35  # how far the face's middle is below the top of the head, in the same

Boxes = NDArray[np.float32]
"""(n, 4) float32: centre x, centre y, half width, half height, 0..1 of the picture."""


def heads(matte: NDArray[np.uint8]) -> Boxes:
    """Find the heads in a matte (h, w), 255 = person: one to an outline, the largest first.

    A head is the largest circle that fits into an outline and touches its top; arms do not count.
    A matte that leaves nothing out has no outline and no heads.
    """
    height, width = matte.shape
    scale = min(1.0, LONGEST / max(height, width))
    size = (max(round(width * scale), 2), max(round(height * scale), 2))
    inside = (cv2.resize(matte, size, interpolation=cv2.INTER_AREA) >= 128).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    areas = stats[:count, cv2.CC_STAT_AREA].astype(np.float64) / inside.size
    found = []
    for label in sorted(range(1, count), key=lambda one: -areas[one])[:FACES]:
        if max(_LEAST, _FRAGMENT * float(areas[1:].max())) <= areas[label] <= _MOST:
            found.append(_head((labels == label).astype(np.uint8)))
    boxes = np.array(found, np.float32).reshape(-1, 4)
    return np.asarray(boxes / np.array([*size, *size]), np.float32)


def _head(person: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """The face's box in one person's outline, in pixels; at least one pixel large."""
    depth = _depth(person)
    thick = depth >= _THIN * depth.max()  # without arms, which may be raised above the head
    y, x = (int(place[0]) for place in np.nonzero(thick))
    run = int(np.append(~thick[y, x:], True).argmax())  # of the leftmost, if several begin there
    x += run // 2
    top = y - float(depth[y, x])
    radius = 1.0
    while y < depth.shape[0]:
        left = max(x - 1, 0)
        x = left + int(depth[y, left : x + 2].argmax())
        if depth[y, x] < _TOUCHES * (y - top):
            break  # a circle around this place no longer reaches the top: the neck begins
        radius = max(radius, float(depth[y, x]))
        y += 1
    wide, high = _FACE[0] * radius, _FACE[1] * radius
    return x + 0.5, top + 0.5 + _BELOW * radius, wide, high


def _depth(person: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far each place is from the outline, in pixels.

    A person who leaves the picture goes on beyond it; only the top of the picture ends her.
    """
    rows = person.shape[0]
    framed = cv2.copyMakeBorder(person, 0, rows, rows, rows, cv2.BORDER_REPLICATE)
    framed = cv2.copyMakeBorder(framed, 1, 0, 0, 0, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1 : rows + 1, rows:-rows]
    return np.asarray(depth, np.float32)
