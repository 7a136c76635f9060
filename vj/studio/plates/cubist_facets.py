"""Cubist facets: a broken still life of planes, arcs and strings in ochre, slate, rose and white.

Called through `plates.paint("cubist-facets")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.brush import lay, prime, trace
from vj.studio.plates.easel.colour import Field, Rgb, enrich, mix, palette, vary
from vj.studio.plates.easel.noise import fbm, grid, sample, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, varnish, weave

WARM = palette("e8b04a c7762c 8c3b1f e9d3a1 d65a31 f4ead2 5a2a1c e2926b")
COOL = palette("1e3a55 4d7f93 a9c4c4 16202c 2f6f64 7d8f8a e9e4d6 0f3b5f")
Shape = NDArray[np.float64]  # (n, 2) corners in 0..1


def split(shape: Shape, rng: np.random.Generator, depth: int) -> list[Shape]:
    """Cut a convex polygon by leaning lines again and again. Returns the pieces."""
    area = cv2.contourArea(shape.astype(np.float32))
    if depth == 0 or area < 0.004 or (depth < 4 and area < 0.02 and rng.uniform() < 0.25):
        return [shape]
    centre = shape.mean(0) + rng.normal(0, 0.02, 2)
    long = np.linalg.svd(shape - shape.mean(0))[2][0]
    angle = np.arctan2(long[1], long[0]) + np.pi / 2 + rng.normal(0, 0.45)
    normal = np.array([-np.sin(angle), np.cos(angle)])
    side = (shape - centre) @ normal
    parts: tuple[list[Shape], list[Shape]] = ([], [])
    for i, here in enumerate(shape):
        j = (i + 1) % len(shape)
        parts[int(side[i] > 0)].append(here)
        if (side[i] > 0) != (side[j] > 0):
            cut = here + (shape[j] - here) * side[i] / (side[i] - side[j])
            parts[0].append(cut)
            parts[1].append(cut)
    return [
        piece for part in parts if len(part) > 2 for piece in split(np.array(part), rng, depth - 1)
    ]


def arc(rng: np.random.Generator) -> Shape:
    """Cut a slice of a disc, as of a guitar, a glass or a lamp. Returns a polygon."""
    first = rng.uniform(0, 2 * np.pi)
    turn = np.linspace(first, first + rng.uniform(1.6, 4.4), 60)
    centre, r = rng.uniform(0.1, 0.9, 2), rng.uniform(0.06, 0.19)
    return centre + r * np.stack([np.cos(turn), np.sin(turn)], -1)


def shade(
    picture: Rgb,
    angle: Field,
    shape: Shape,
    x: Field,
    y: Field,
    rng: np.random.Generator,
    cover: float,
) -> None:
    """Paint one plane in place: a colour that fades across it, and its brush direction."""
    size = len(picture)
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [np.rint(shape * size * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    left, top, wide, high = cv2.boundingRect(mask)
    if wide == 0 or high == 0:
        return
    box = np.s_[top : top + high, left : left + wide]
    middle = shape.mean(0)
    warm = 0.5 + 1.1 * (0.5 - np.hypot(middle[0] - 0.52, middle[1] - 0.45)) > rng.uniform(0, 1.15)
    family = WARM if warm else COOL
    a, b = family[rng.choice(len(family), 2, replace=False)]
    way = rng.uniform(0, 2 * np.pi)
    across = (x[box] - middle[0]) * np.cos(way) + (y[box] - middle[1]) * np.sin(way)
    reach = np.abs((shape - middle) @ np.array([np.cos(way), np.sin(way)])).max() + 1e-6
    t = smoothstep(-1.1, 1.1, (across / reach).astype(np.float32))
    plane = a + (b - a) * t[..., None]
    on = (mask[box] / 255).astype(np.float32)
    picture[box] = mix(picture[box], plane.astype(np.float32), on * cover)
    angle[box] = np.where(on > 0.5, way + np.pi / 2 + 0.15, angle[box])


def lines(size: int, shapes: list[Shape], rng: np.random.Generator) -> Field:
    """Draw some of the edges as a soft dark line, thick to thin. Returns ink (h, w) 0..1."""
    ink = np.zeros((size, size), np.uint8)
    for shape in shapes:
        runs = [shape[i : i + 20] for i in range(0, len(shape), 18)]
        if len(shape) < 40:
            runs = [np.stack(ends) for ends in zip(shape, np.roll(shape, -1, 0), strict=True)]
        for run in runs:
            if np.hypot(*(run[-1] - run[0])) < 0.03 or rng.uniform() < 0.30:
                continue
            thick = max(1, round(rng.choice([1.4, 2.4, 4.5]) * size / 768))
            at = [np.rint(run * size * 16).astype(np.int32)]
            cv2.polylines(ink, at, False, int(rng.integers(150, 256)), thick, cv2.LINE_AA, 4)
    return (ink / 255).astype(np.float32)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    facets = split(np.array([[-0.05, -0.05], [1.05, -0.05], [1.05, 1.05], [-0.05, 1.05]]), rng, 7)
    arcs = [arc(rng) for _ in range(13)]
    picture = np.full((size, size, 3), 0.5, np.float32)
    angle = np.zeros((size, size), np.float32)
    for shape in facets:
        shade(picture, angle, shape, x, y, rng, 1.0)
    for shape in arcs:
        shade(picture, angle, shape, x, y, rng, 0.82)
    edges = lines(size, facets + arcs, rng)
    picture = mix(picture, palette("120d10")[0] * np.ones_like(picture), 0.25 * blur(edges, 5))
    canvas = prime(picture)
    soft = angle + 0.25 * fbm(x, y, rng, 6, 3)
    for count, length, width in ((1500, 70, 24), (4200, 44, 12)):
        starts = scatter(count, rng)
        shades = vary(sample(picture, starts), rng, 0.012, 0.10, 0.10)
        lay(canvas, trace(soft, starts, length, 6), shades, width, rng, streak=0.06, body=0.8)
    painted = varnish(canvas, 0.7, 0.10)
    blend = enrich(mix(painted, picture, 0.30), 1.15, 1.15)
    ink = np.clip(edges * (0.75 + 0.35 * fbm(x, y, rng, 50, 3)), 0, 1)
    blend = mix(blend, palette("15100f")[0] * np.ones_like(blend), 0.9 * ink)
    return (blend * (0.97 + 0.05 * weave(size, rng)[..., None])).astype(np.float32)
