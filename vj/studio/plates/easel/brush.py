"""Brushes: strokes that follow a flow, made of bristles, with the thickness of their paint.

Called by the painterly plates. A canvas is (h, w, 4) uint8: RGB and the height of the paint.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, to_rgb8, vary
from vj.studio.plates.easel.noise import Points, sample

Canvas = NDArray[np.uint8]  # (h, w, 4)
Paths = NDArray[np.float32]  # (strokes, points, 2) in 0..1
SHIFT = 4  # cv2 draws at 1/16 pixel


def prime(ground: Rgb) -> Canvas:
    """Prepare a canvas with an under-painting (h, w, 3) float32 and no thickness."""
    rgb = to_rgb8(ground)
    return np.concatenate([rgb, np.full_like(rgb[..., :1], 40)], -1)


def trace(angle: Field, starts: Points, length: float | Field, points: int = 10) -> Paths:
    """Follow a flow from each start, half the length to either side.

    Args: angle in radians (h, w); starts (n, 2); length in 768ths, one or (n,).
    Returns (n, points, 2) float32.
    """
    step = np.broadcast_to(np.asarray(length, np.float32) / 768 / (points - 1), len(starts))
    path = np.empty((len(starts), points, 2), np.float32)
    middle = points // 2
    path[:, middle] = starts
    for sign, order in ((1, range(middle + 1, points)), (-1, range(middle - 1, -1, -1))):
        at = starts.copy()
        for i in order:
            a = sample(angle, at)
            at = at + sign * step[:, None] * np.stack([np.cos(a), np.sin(a)], -1)
            path[:, i] = at
    return path


def taper(points: int, sharp: float = 0.5) -> Field:
    """Shape a stroke's width along its way: thin at both ends; a larger sharp, a longer taper."""
    t = np.linspace(0.04, 0.96, points)
    return np.asarray(np.sin(np.pi * t) ** sharp, np.float32)


def lay(
    canvas: Canvas,
    paths: Paths,
    colours: Rgb,
    width: float | Field,
    rng: np.random.Generator,
    *,
    sharp: float = 0.4,
    bristle: float = 2.2,
    streak: float = 0.09,
    ragged: float = 0.25,
    body: float = 1.0,
) -> None:
    """Lay strokes on the canvas in order, opaque, each a bundle of bristles.

    Args: colours (n, 3) float32; width in 768ths, one or (n,); bristle: their spacing in 768ths;
    streak: how unlike each other the bristles are; ragged: the part of the way where bristles
    may start late or lift early; body: how thick the paint lies, 0..1.
    """
    size = canvas.shape[0]
    unit = size / 768
    rng = rng.spawn(1)[0]  # the number of bristles must not change what is painted next
    count, points = paths.shape[:2]
    widths = np.broadcast_to(np.asarray(width, np.float32), count)
    along = np.gradient(paths, axis=1)
    along /= np.linalg.norm(along, axis=2, keepdims=True) + 1e-9
    normal = np.stack([-along[..., 1], along[..., 0]], -1) * taper(points, sharp)[:, None]
    bristles = np.maximum(2, np.rint(widths / max(bristle, 1 / unit))).astype(int)
    last = np.cumsum(bristles)
    shades = vary(np.repeat(colours, bristles, 0), rng, 0.012, streak, streak) * 255
    loose = rng.normal(0, 0.3, last[-1]) if count else np.zeros(0)
    ridge = 60 + 70 * rng.uniform(0, 1, len(shades))
    ends = (rng.uniform(0, ragged, (len(shades), 2)) * points).astype(int)
    for i in range(count):
        n, wide = int(bristles[i]), float(widths[i]) * unit
        own = np.arange(last[i] - n, last[i])
        across = np.linspace(-0.5, 0.5, n) + loose[own] / n
        ways = paths[i] * size + across[:, None, None] * normal[i] * wide
        fixed = np.rint((ways - 0.5) * 2**SHIFT).astype(np.int32)
        high = (ridge[own] + 120 * np.abs(across)) * body
        thick = max(1, round(1.7 * wide / n))
        for k in rng.permutation(n):
            late, early = ends[own[k]]
            if points - early - late < 2:
                continue
            paint = (*shades[own[k]].tolist(), float(high[k]))
            way = fixed[k, late : points - early]
            cv2.polylines(canvas, [way], False, paint, thick, cv2.LINE_AA, SHIFT)
