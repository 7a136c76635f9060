"""Round cones drawn as one smooth surface: height, normals, colour and an antialiased matte.

Called by the dancer for every picture; shading is the lights' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]

_MELT = 0.022  # m over which two surfaces flow into each other
_FAR = -1e4


@dataclass(frozen=True, slots=True)
class Cone:
    """A round cone on the picture: ends in px (x, y, nearness), radii in px, linear colour."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radii: tuple[float, float]
    colour: Colour


@dataclass(frozen=True)
class Figure:
    """The drawn body inside its box (top, left, bottom, right), all float32.

    `normals` (h, w, 3): x right, y down, z to us; `colour` (h, w, 3) linear; `matte` (h, w) 0..1.
    """

    box: tuple[int, int, int, int]
    normals: Plane
    colour: Plane
    matte: Plane


def as_plane(array: object) -> Plane:
    """Tell the type checker that OpenCV returned what it was given: float32."""
    return np.asarray(array, dtype=np.float32)


def figure(parts: Sequence[Cone], height: int, width: int, unit: float) -> Figure:
    """Draw `parts`, nearest on top, into a picture of this size; `unit` is px per metre."""
    boxes = [_box(part, height, width) for part in parts]
    top, left = min(b[0] for b in boxes), min(b[1] for b in boxes)
    bottom, right = max(b[2] for b in boxes), max(b[3] for b in boxes)
    sheet = np.zeros((5, max(bottom - top, 1), max(right - left, 1)), np.float32)
    sheet[0] = _FAR
    melt = max(_MELT * unit, 1.0)
    for part, box in zip(parts, boxes, strict=True):
        if box[2] > box[0] and box[3] > box[1]:
            rows = slice(box[0] - top, box[2] - top)
            piece = sheet[:, rows, box[1] - left : box[3] - left]
            _lay(piece, part, box[0], box[1], melt)
    colour = cv2.merge([sheet[1], sheet[2], sheet[3]])
    return Figure((top, left, bottom, right), _normals(sheet[0]), colour, sheet[4])


def _box(part: Cone, height: int, width: int) -> tuple[int, int, int, int]:
    (ax, ay, _), (bx, by, _), (ra, rb) = part.start, part.end, part.radii
    return (
        min(max(int(min(ay - ra, by - rb)) - 1, 0), height),
        min(max(int(min(ax - ra, bx - rb)) - 1, 0), width),
        min(max(int(max(ay + ra, by + rb)) + 3, 0), height),
        min(max(int(max(ax + ra, bx + rb)) + 3, 0), width),
    )


def _lay(sheet: Plane, part: Cone, top: int, left: int, melt: float) -> None:
    """Lay one cone over its piece of the sheet: nearness, red, green, blue, matte."""
    (ax, ay, az), (bx, by, bz), (ra, rb) = part.start, part.end, part.radii
    lx, ly = bx - ax, by - ay
    reach = 1.0 / max(lx * lx + ly * ly, 1e-3)
    x = np.arange(left - ax, left - ax + sheet.shape[2] - 0.5, dtype=np.float32)[None, :]
    y = np.arange(top - ay, top - ay + sheet.shape[1] - 0.5, dtype=np.float32)[:, None]
    along = x * np.float32(lx * reach) + y * np.float32(ly * reach)
    np.minimum(along, 1.0, out=along)
    np.maximum(along, 0.0, out=along)
    radius = along * np.float32(rb - ra)
    radius += np.float32(ra)
    off = along * np.float32(-lx)
    off += x
    np.multiply(off, off, out=off)
    aside = along * np.float32(-ly)
    aside += y
    np.multiply(aside, aside, out=aside)
    off += aside
    cover = np.sqrt(off)
    np.subtract(radius, cover, out=cover)
    cover += 0.5
    np.minimum(cover, 1.0, out=cover)
    np.maximum(cover, 0.0, out=cover)
    np.multiply(radius, radius, out=radius)
    radius -= off
    np.maximum(radius, 0.0, out=radius)
    np.sqrt(radius, out=radius)
    near = along
    near *= np.float32(bz - az)
    near += np.float32(az)
    near += radius
    near[cover <= 0.0] = _FAR - 1.0
    near -= sheet[0]
    front = near * np.float32(0.5 / melt)
    front += 0.5
    np.minimum(front, 1.0, out=front)
    np.maximum(front, 0.0, out=front)
    np.maximum(sheet[4], cover, out=sheet[4])
    # The polynomial smooth maximum: a fillet where surfaces meet, the nearer one elsewhere.
    near *= front
    sheet[0] += near
    np.subtract(1.0, front, out=off)
    off *= front
    off *= np.float32(melt)
    sheet[0] += off
    front *= cover
    for plane, value in zip(sheet[1:4], part.colour, strict=True):
        np.subtract(np.float32(value), plane, out=off)
        off *= front
        plane += off


def _normals(near: Plane) -> Plane:
    """Unit normals (h, w, 3) of a height field; its outline falls off steeply, as a body's does."""
    filled = np.maximum(near, cv2.dilate(near, np.ones((3, 3), np.uint8)) - np.float32(3.0))
    smooth = cv2.GaussianBlur(filled, (3, 3), 0.0)
    nx = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=-1.0 / 32.0)
    ny = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=-1.0 / 32.0)
    length = cv2.magnitude(nx, ny)
    np.multiply(length, length, out=length)
    length += 1.0
    np.sqrt(length, out=length)
    np.divide(1.0, length, out=length)
    nx *= length
    ny *= length
    return as_plane(cv2.merge([nx, ny, length]))
