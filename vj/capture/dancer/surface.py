"""Many parts drawn as one smooth surface: normals, colour and an antialiased matte.

Called by the dancer for every picture; shading is the lights' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]

_MELT = 0.024  # m over which two surfaces flow into each other
_CLIFF = 0.030  # m, the steepest step from one pixel to the next that still counts as shape
_DENT = 0.075  # m around a point that decide whether it lies in a crease
_FAR = -1e4


Surface = tuple[Plane, Plane, Sequence[Plane | np.float32]]
"""Nearness (h, w) px, cover (h, w) 0..1, and linear red, green, blue, each (h, w) or a number."""


class Part(Protocol):
    """Something that can be drawn: a box (top, left, bottom, right) in px, and its surface."""

    @property
    def box(self) -> tuple[float, float, float, float]: ...

    def surface(self, x: Plane, y: Plane) -> Surface:
        """The part over pixel columns x (1, w) and rows y (h, 1)."""


@dataclass(frozen=True)
class Figure:
    """The pixels of the drawn body, N of them, each float32 unless said otherwise.

    `places` (N,) int: flat index into the picture; `normals` (3, N): x right, y down, z to us;
    `colour` (3, N) linear; `open` (N,) 0..1: how little lies around and above; `matte` (N,) 0..1.
    """

    places: NDArray[np.intp]
    normals: Plane
    colour: Plane
    open: Plane
    matte: Plane


def as_plane(array: object) -> Plane:
    """Tell the type checker that OpenCV returned what it was given: float32."""
    return np.asarray(array, dtype=np.float32)


def figure(parts: Sequence[Part], height: int, width: int, unit: float) -> Figure:
    """Draw `parts`, nearest on top, into a picture of this size; `unit` is px per metre."""
    limits = (height, width, height, width)
    boxes = np.clip([part.box for part in parts], (0, 0, 0, 0), limits).astype(int)
    (top, left), (bottom, right) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    sheet = np.zeros((5, max(bottom - top, 1), max(right - left, 1)), np.float32)
    sheet[0] = _FAR
    melt = max(_MELT * unit, 1.0)
    across = np.arange(width, dtype=np.float32)[None, :]
    down = np.arange(height, dtype=np.float32)[:, None]
    for part, (t, x, b, r) in zip(parts, boxes.tolist(), strict=True):
        if b > t and r > x:
            piece = sheet[:, t - top : b - top, x - left : r - left]
            _lay(piece, part.surface(across[:, x:r], down[t:b]), melt)
    inside = np.flatnonzero(sheet[4] > 0.0)
    slopes, spared = _shape(sheet[0], inside, unit)
    planes = np.stack([plane.ravel().take(inside) for plane in sheet[1:]])
    places = inside + (top * width + left) + (inside // sheet.shape[2]) * (width - sheet.shape[2])
    return Figure(places, slopes, planes[:3], spared, planes[3])


def _lay(sheet: Plane, surface: Surface, melt: float) -> None:
    """Lay one surface over its piece of the sheet: nearness, red, green, blue, matte."""
    near, cover, colour = surface
    np.copyto(near, np.float32(_FAR - 1.0), where=cover <= 0.0)
    near -= sheet[0]
    front = near * np.float32(0.5 / melt)
    front += 0.5
    np.minimum(front, 1.0, out=front)
    np.maximum(front, 0.0, out=front)
    # Shapes melt, colours meet at a seam about a pixel wide.
    seam = near + np.float32(0.5)
    np.minimum(seam, 1.0, out=seam)
    np.maximum(seam, 0.0, out=seam)
    seam *= cover
    # Over the body heights mix like colours do; over nothing there is nothing to mix with.
    near *= np.maximum(cover, sheet[4] <= 0.0)
    np.maximum(sheet[4], cover, out=sheet[4])
    # The polynomial smooth maximum: a fillet where surfaces meet, the nearer one elsewhere.
    near *= front
    sheet[0] += near
    other = np.subtract(np.float32(1.0), front, out=near)
    other *= front
    other *= np.float32(melt)
    sheet[0] += other
    for plane, value in zip(sheet[1:4], colour, strict=True):
        np.subtract(value, plane, out=other)
        other *= seam
        plane += other


def _shape(near: Plane, inside: NDArray[np.intp], unit: float) -> tuple[Plane, Plane]:
    """Unit normals (3, N) and openness (N,) of a height field at the places `inside`."""
    cliff = max(_CLIFF * unit, 1.5)
    # The outline falls off by one cliff all around, whatever lies (or does not lie) behind it.
    around = as_plane(cv2.dilate(near, np.ones((7, 7), np.uint8)))
    around -= np.float32(cliff)
    filled = np.where(near > 0.5 * _FAR, near, around)
    np.maximum(
        filled, cv2.dilate(filled, np.ones((3, 3), np.uint8)) - np.float32(cliff), out=filled
    )
    smooth = cv2.GaussianBlur(filled, (5, 5), 0.9)
    slopes = np.empty((3, inside.size), np.float32)
    for axis, step in enumerate(((1, 0), (0, 1))):
        slope = as_plane(cv2.Scharr(smooth, cv2.CV_32F, *step, scale=-1.0 / 32.0))
        slopes[axis] = slope.ravel().take(inside)
    slopes[2] = 1.0
    slopes /= np.sqrt(np.einsum("ij,ij->j", slopes, slopes))
    size = 2 * max(round(_DENT * unit / 2.0), 1) + 1
    dent = as_plane(cv2.blur(filled, (size, size))).ravel().take(inside)
    dent -= near.ravel().take(inside)
    spared = 1.0 - np.clip(dent * np.float32(1.0 / (0.09 * unit)), 0.0, 0.7)
    return slopes, as_plane(spared)
