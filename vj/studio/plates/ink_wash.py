"""Ink wash: mountains in mist, a vermilion sun and bamboo, on warm paper.

Called through `plates.paint("ink-wash")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, palette
from vj.studio.plates.easel.ink import bleed, glaze
from vj.studio.plates.easel.noise import fbm, grid, smoothstep
from vj.studio.plates.easel.surface import blur, grain

PAPER, INK, INDIGO, VERMILION, OCHRE = palette("f8eed6 121119 2a5f94 dc2f1a d9a24e")
Shape = NDArray[np.float64]  # (n, 2) in 0..1


def drawn(size: int, shapes: list[Shape]) -> Field:
    """Fill polygons given in 0..1. Returns a mask (size, size) 0..1."""
    mask = np.zeros((size, size), np.uint8)
    for shape in shapes:
        cv2.fillPoly(mask, [np.rint(shape * size * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return (mask / 255).astype(np.float32)


def leaf(root: Shape, angle: float, length: float, width: float) -> Shape:
    """Shape one brush-pressed bamboo leaf: quick to swell, long to taper, a little bent."""
    t = np.linspace(0, 1, 24)
    bend = angle + 0.35 * (t - 0.3)
    spine = root + np.cumsum(np.stack([np.cos(bend), np.sin(bend)], -1), 0) * length / 24
    swell = width * np.sin(np.pi * t**0.8) ** 1.1
    side = np.stack([-np.sin(bend), np.cos(bend)], -1) * swell[:, None]
    return np.concatenate([spine + side, (spine - side)[::-1]])


def bamboo(
    rng: np.random.Generator, x0: float, lean: float, width: float
) -> tuple[list[Shape], list[Shape]]:
    """Build one cane, joint by joint, and its sprays of leaves. Returns polygons of both."""
    cane, leaves = [], []
    y, x = 1.05, x0
    while y > -0.1:
        tall = rng.uniform(0.15, 0.21)
        top, waist = x + lean * tall, width * 0.86
        cane.append(
            np.array(
                [
                    [x - width, y],
                    [x - waist, y - 0.02],
                    [top - waist, y - tall + 0.03],
                    [top - width * 1.05, y - tall + 0.007],
                    [top + width * 1.05, y - tall + 0.007],
                    [top + waist, y - tall + 0.03],
                    [x + waist, y - 0.02],
                    [x + width, y],
                ]
            )
        )
        if y < 0.95:
            way = rng.choice([-1, 1])
            for _ in range(rng.integers(2, 4)):
                root = np.array([x + way * rng.uniform(0.01, 0.13), y + rng.uniform(-0.06, 0.03)])
                main = np.pi / 2 - way * rng.uniform(0.5, 1.1)
                for spread in np.linspace(-0.8, 0.8, rng.integers(3, 6)) + rng.normal(0, 0.12):
                    leaves.append(
                        leaf(
                            root, main + spread, rng.uniform(0.10, 0.21), rng.uniform(0.009, 0.015)
                        )
                    )
        x, y = top, y - tall
    return cane, leaves


def ridge(x: Field, y: Field, rng: np.random.Generator, level: float, tall: float) -> Field:
    """Measure how far below a jagged skyline each pixel lies (0..1 of the height)."""
    line = fbm(x, np.zeros_like(y), rng, 2.2, 6, 0.5)
    peaks = 1 - np.abs(fbm(x, np.zeros_like(y), rng, 2.6, 5, 0.45)) * 1.7
    frayed = 0.006 * fbm(x, y, rng, 20, 4, 0.7)
    return (y - (level - tall * (0.45 * line + 0.75 * peaks)) + frayed).astype(np.float32)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    fibre = grain(size, rng)
    picture = np.broadcast_to(PAPER, (size, size, 3)) * (1 + 0.022 * fibre[..., None])
    mist = fbm(x, y, rng, 2, 5)
    picture = glaze(picture, OCHRE, 0.22 * smoothstep(0.0, 0.9, mist + 0.2))
    picture = glaze(picture, INDIGO, 0.26 * smoothstep(0.38, 0.0, y + 0.20 * mist))
    sun = smoothstep(0.118, 0.114, np.hypot(x - 0.30, y - 0.25))
    picture = glaze(picture, VERMILION, 1.15 * bleed(sun, x, y, rng, 9))
    for k, (level, tall) in enumerate(((0.47, 0.20), (0.60, 0.24), (0.72, 0.22), (0.90, 0.26))):
        below = ridge(x + k * 3.1, y, rng, level, tall)
        shape = smoothstep(-0.002, 0.003, below)
        fold = fbm(x * 1.7 + 0.7 * y, y * 0.45, rng, 12, 5, 0.6)
        rough = smoothstep(0.05, 0.55, fold + 0.35 * fbm(x, y, rng, 40, 3, 0.7))
        fade = np.exp(-np.maximum(below, 0) / (0.085 + 0.01 * k))
        density = shape * fade * (0.30 + 0.10 * k + (0.55 + 0.22 * k) * rough)
        density += 0.8 * shape * np.exp(-np.maximum(below, 0) / 0.007) * smoothstep(-0.5, 0.5, fold)
        picture = glaze(picture, INDIGO if k < 2 else INK * 0.5 + INDIGO * 0.5, density)
    for x0, lean, width, strength, wet in (
        (0.60, 0.10, 0.008, 0.35, 9),
        (0.93, -0.16, 0.013, 0.75, 5),
        (0.77, 0.05, 0.019, 1.25, 3),
    ):
        cane, leaves = bamboo(rng, x0, lean, width)
        streak = 0.72 + 0.55 * smoothstep(-0.5, 0.5, fbm(x * 6, y * 0.3, rng, 14, 3, 0.7))
        body = bleed(drawn(size, cane), x, y, rng, wet, 0.003) * streak
        picture = glaze(picture, INK, strength * 0.65 * body)
        picture = glaze(
            picture, INK, strength * 1.25 * bleed(drawn(size, leaves), x, y, rng, wet, 0.002)
        )
    spots = np.zeros((size, size), np.uint8)
    for px, py in rng.uniform(0, 1, (40, 2)):
        r = 0.0012 + 0.005 * rng.uniform() ** 4
        cv2.circle(
            spots,
            (int(px * size * 16), int(py * size * 16)),
            int(r * size * 16),
            255,
            -1,
            cv2.LINE_AA,
            4,
        )
    splash = bleed((spots / 255).astype(np.float32), x, y, rng, 3)
    picture = glaze(picture, INK, 0.9 * splash)
    seal = ((np.abs(x - 0.085) < 0.033) & (np.abs(y - 0.90) < 0.04)).astype(np.float32)
    carved = smoothstep(0.1, 0.2, np.abs(np.sin(x * 190) * np.sin(y * 170)) + 0.1 * fibre)
    picture = glaze(picture, VERMILION, 1.3 * bleed(seal, x, y, rng, 1, 0.002) * carved)
    return np.clip(blur(picture, 0.3) * (1 + 0.015 * fibre[..., None]), 0, 1).astype(np.float32)
