"""Noise and geometry: gradient noise, flow angles, scattered points, cells.

Called by every plate; fields are float32 (h, w), positions run 0..1 so that size changes nothing.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field

Points = NDArray[np.float32]  # (n, 2) as x, y
LATTICE = 64


def grid(size: int) -> tuple[Field, Field]:
    """Give the x and y of every pixel centre. Returns two (size, size) float32 in 0..1."""
    line = (np.arange(size, dtype=np.float32) + 0.5) / size
    x, y = np.meshgrid(line, line)
    return x, y


def perlin(x: Field, y: Field, rng: np.random.Generator) -> Field:
    """Draw gradient noise at positions in lattice cells. Returns x.shape float32, about -1..1.

    Source: Perlin, "Improving noise", 2002 (quintic fade), with a random lattice of directions.
    """
    angle = rng.uniform(0, 2 * np.pi, (LATTICE, LATTICE))
    gx, gy = np.cos(angle).astype(np.float32).ravel(), np.sin(angle).astype(np.float32).ravel()
    fx, fy = np.floor(x), np.floor(y)
    dx, dy = (x - fx).astype(np.float32), (y - fy).astype(np.float32)
    ix, iy = fx.astype(np.int32), fy.astype(np.int32)
    u = dx * dx * dx * (dx * (dx * 6 - 15) + 10)
    v = dy * dy * dy * (dy * (dy * 6 - 15) + 10)

    def corner(i: int, j: int) -> Field:
        at = ((iy + j) % LATTICE) * LATTICE + (ix + i) % LATTICE
        return np.asarray(gx[at] * (dx - i) + gy[at] * (dy - j), np.float32)

    top = corner(0, 0) * (1 - u) + corner(1, 0) * u
    bottom = corner(0, 1) * (1 - u) + corner(1, 1) * u
    return np.asarray((top * (1 - v) + bottom * v) * 1.5, np.float32)


def fbm(
    x: Field, y: Field, rng: np.random.Generator, cells: float, octaves: int = 5, gain: float = 0.5
) -> Field:
    """Sum octaves of gradient noise; cells is the coarsest count across the picture.

    Returns x.shape float32, about -1..1.
    """
    total = np.zeros_like(x)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        shift = rng.uniform(0, LATTICE, 2).astype(np.float32)
        scale = np.float32(cells * 2**octave)
        total += weight * perlin(x * scale + shift[0], y * scale + shift[1], rng)
        norm += weight
        weight *= gain
    return np.asarray(total * (1.4 / norm), np.float32)


def warped(
    x: Field, y: Field, rng: np.random.Generator, cells: float, amount: float, octaves: int = 4
) -> tuple[Field, Field]:
    """Push positions about by noise (domain warping). Returns the new x and y."""
    return (
        (x + amount * fbm(x, y, rng, cells, octaves)).astype(np.float32),
        (y + amount * fbm(x, y, rng, cells, octaves)).astype(np.float32),
    )


def curl(potential: Field) -> Field:
    """Turn a potential into the angle of the flow along its level lines. Returns radians."""
    dx = cv2.Sobel(potential, cv2.CV_32F, 1, 0, ksize=5)
    dy = cv2.Sobel(potential, cv2.CV_32F, 0, 1, ksize=5)
    return np.asarray(np.arctan2(-dx, dy), np.float32)


def scatter(count: int, rng: np.random.Generator, margin: float = 0.04) -> Points:
    """Scatter about count points evenly: a jittered grid in random order, a little past the edges.

    Returns (n, 2) float32.
    """
    side = max(2, round(count**0.5))
    cell = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    points = (cell + rng.uniform(0, 1, cell.shape)) / side * (1 + 2 * margin) - margin
    return rng.permutation(points).astype(np.float32)


def cells(points: Points, size: int) -> tuple[NDArray[np.int32], Field]:
    """Part the picture among points (Voronoi). Points in 0..1.

    Returns the index of the nearest point (size, size) int32, and the distance from the cell's
    border in pixels (size, size) float32.
    """
    seeds = np.full((size, size), 255, np.uint8)
    at = np.clip((points * size).astype(np.int32), 0, size - 1)
    seeds[at[:, 1], at[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(int(labels.max()) + 1, np.int32)
    owner[labels[at[:, 1], at[:, 0]]] = np.arange(len(points))
    index = owner[labels]
    return index, border(index)


def border(index: NDArray[np.int32]) -> Field:
    """Measure how far each pixel is from the nearest other label. Returns pixels, float32."""
    inside = np.ones(index.shape, np.uint8)
    inside[:, 1:] &= index[:, 1:] == index[:, :-1]
    inside[1:] &= index[1:] == index[:-1]
    return np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)


def sample(field: NDArray[np.float32], points: Points) -> NDArray[np.float32]:
    """Read a field or picture at points in 0..1, clamped to the edge. Returns (n,) or (n, c)."""
    h, w = field.shape[:2]
    at = np.clip((points * (w, h)).astype(np.int32), 0, (w - 1, h - 1))
    return field[at[..., 1], at[..., 0]]


def smoothstep(low: float, high: float, x: Field) -> Field:
    """Rise smoothly from 0 at low to 1 at high (low may be the larger)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
