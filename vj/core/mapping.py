"""The geometry of a mapping: where the corners or the points of a mesh lie on an output.

Pure numbers; the stage draws by it, `rig.yaml` and the remote describe it.

Places on an output are (x, y), 0..1, (0, 0) is top left. Four corners go clockwise from top left
and keep straight lines straight (true perspective); the points of a mesh go row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
CORNERS: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
Box = tuple[float, float, float, float]
"""x, y of the top left corner, width, height."""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_FLAT = 1e-4  # twice the area of a corner's triangle below which it counts as flat
_LOW, _HIGH = -1.0, 2.0  # how far outside its output a point may lie
_FINE = 12  # steps a cell of a curved mesh is drawn in


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where an output's picture goes: four corners, or a mesh of `mesh` = (columns, rows) points.

    `curved`: between the points of a mesh runs a curve, not a straight line.
    """

    points: tuple[Point, ...] = CORNERS
    mesh: tuple[int, int] | None = None
    curved: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether the picture stays as it is."""
        straight = CORNERS if self.mesh is None else grid(CORNERS, *self.mesh)
        return bool(np.allclose(self.points, straight, atol=1e-6))

    def moved(self, index: int, to: Point) -> Mapping | None:
        """The mapping with one point elsewhere; None when that cannot be drawn."""
        if not 0 <= index < len(self.points) or not all(np.isfinite(to)):
            return None
        x, y = (min(max(float(value), _LOW), _HIGH) for value in to)
        points = (*self.points[:index], (x, y), *self.points[index + 1 :])
        if self.mesh is None and not convex(points):
            return None
        return Mapping(points, self.mesh, self.curved)

    def straight(self) -> Mapping:
        """The same kind of mapping with every point back in its place."""
        points = CORNERS if self.mesh is None else grid(CORNERS, *self.mesh)
        return Mapping(points, self.mesh, self.curved)

    def lines(self) -> tuple[tuple[int, int], ...]:
        """Pairs of points that are neighbours: what is drawn between the handles."""
        if self.mesh is None:
            return ((0, 1), (1, 2), (2, 3), (3, 0))
        columns, rows = self.mesh
        numbers = np.arange(columns * rows).reshape(rows, columns)
        across = zip(numbers[:, :-1].flat, numbers[:, 1:].flat, strict=True)
        down = zip(numbers[:-1].flat, numbers[1:].flat, strict=True)
        return tuple((int(a), int(b)) for a, b in (*across, *down))


def convex(corners: Sequence[Point]) -> bool:
    """Whether four corners, clockwise, can be a flat picture seen from somewhere."""
    at = np.asarray(corners, float)
    ahead, back = np.roll(at, -1, 0) - at, at - np.roll(at, 1, 0)
    turns = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    return bool((turns > _FLAT).all())


def homography(corners: Sequence[Point]) -> NDArray[np.float64]:
    """The (3, 3) matrix that takes (x, y, 1) of the unit square to w * (X, Y, 1) between corners.

    `corners`: clockwise from top left and convex; w is positive inside.
    Source: P. Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3.
    """
    p0, p1, p2, p3 = (np.asarray(corner, float) for corner in corners)
    d1, d2, sum_ = p1 - p2, p3 - p2, p0 - p1 + p2 - p3
    area = d1[0] * d2[1] - d1[1] * d2[0]
    g = (sum_[0] * d2[1] - sum_[1] * d2[0]) / area
    h = (d1[0] * sum_[1] - d1[1] * sum_[0]) / area
    first, second = p1 - p0 + g * p1, p3 - p0 + h * p3
    return np.array([[first[0], second[0], p0[0]], [first[1], second[1], p0[1]], [g, h, 1.0]])


def grid(corners: Sequence[Point], columns: int, rows: int) -> tuple[Point, ...]:
    """The points of an even mesh in perspective between four corners, row by row."""
    matrix = homography(corners)
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    found = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], 1) @ matrix.T
    return tuple((float(a), float(b)) for a, b in np.round(found[:, :2] / found[:, 2:], 6))


@dataclass(frozen=True)
class Surface:
    """Triangles between `at` (n, 3) = w * (X, Y, 1); `places` (n, 2) are 0..1 over the picture."""

    places: NDArray[np.float32]
    at: NDArray[np.float32]
    triangles: NDArray[np.int32]


def surface(mapping: Mapping, margin: float = 0.0, inner: Box = WHOLE) -> Surface:
    """Cut a mapping into triangles.

    `margin`: how far they go over the picture's edge; `inner`: where in the mapping the picture
    lies, when it leaves bars.
    """
    left, top, wide, high = inner
    if mapping.mesh is None:
        x = y = np.array([-margin, 1.0 + margin])
    else:
        x, y = (_steps(count, mapping.curved, margin) for count in mapping.mesh)
    places = np.stack(np.meshgrid(x, y), -1)  # (rows, columns, 2)
    flat = places.reshape(-1, 2)
    across, down = left + wide * x, top + high * y
    if mapping.mesh is None:
        unit = np.stack(np.meshgrid(across, down), -1).reshape(-1, 2)
        at = np.c_[unit, np.ones(len(unit))] @ homography(mapping.points).T
    else:
        columns, rows = mapping.mesh
        points = np.asarray(mapping.points, float).reshape(rows, columns, 2)
        shares = [_weights(at, n, mapping.curved) for at, n in ((across, columns), (down, rows))]
        at = np.einsum("iy,jx,yxc->ijc", shares[1], shares[0], points).reshape(-1, 2)
        at = np.c_[at, np.ones(len(at))]
    tall, broad = places.shape[:2]
    first = (np.arange(tall - 1)[:, None] * broad + np.arange(broad - 1)).reshape(-1, 1)
    triangles = first + np.array([0, 1, broad, broad, 1, broad + 1])
    return Surface(flat.astype("f4"), at.astype("f4"), triangles.reshape(-1, 3).astype("i4"))


def fitted(part: Box, fit: str, picture: float, output: float) -> tuple[Box, Box]:
    """What of a part is seen, and where in the mapping it lies, for a picture in its own shape.

    `picture`, `output`: width / height of the show's picture and of the output as the picture
    stands in it; `fit`: `cut`, `stretch` or `whole`.
    """
    x, y, width, height = part
    wider = width * picture / height / output
    if fit == "stretch":
        return part, WHOLE
    if fit == "whole":
        wide, high = min(wider, 1.0), min(1.0 / wider, 1.0)
        return part, ((1 - wide) / 2, (1 - high) / 2, wide, high)
    wide, high = width * min(1.0 / wider, 1.0), height * min(wider, 1.0)
    return (x + (width - wide) / 2, y + (height - high) / 2, wide, high), WHOLE


def _steps(count: int, curved: bool, margin: float) -> NDArray[np.float64]:
    inner = np.linspace(0.0, 1.0, (count - 1) * (_FINE if curved else 4) + 1)
    return np.r_[-margin, inner, 1.0 + margin] if margin else inner


def _weights(at: NDArray[np.float64], count: int, curved: bool) -> NDArray[np.float64]:
    """How much each of `count` even points in 0..1 counts in each place: (places, points).

    Curves are Catmull-Rom; beyond the ends, points go on as the last two stand.
    """
    along = at * (count - 1)
    cell = np.clip(np.floor(along), 0, count - 2).astype(int)
    t = (along - cell)[:, None]
    if curved:
        shares = [
            -t + 2 * t**2 - t**3,
            2 - 5 * t**2 + 3 * t**3,
            t + 4 * t**2 - 3 * t**3,
            t**3 - t**2,
        ]
        inside = (t >= 0) & (t <= 1)
        line = [0 * t, 1 - t, t, 0 * t]
        shares = [np.where(inside, one / 2, two) for one, two in zip(shares, line, strict=True)]
    else:
        shares = [0 * t, 1 - t, t, 0 * t]
    weights = np.zeros((len(at), count + 2))
    for step, share in enumerate(shares):
        np.add.at(weights, (np.arange(len(at)), cell + step), share[:, 0])
    weights[:, 1:3] += weights[:, :1] * (2, -1)  # the point before the first: 2 p0 - p1
    weights[:, -3:-1] += weights[:, -1:] * (-1, 2)
    return weights[:, 1:-1]
