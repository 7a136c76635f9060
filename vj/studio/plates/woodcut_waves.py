"""Woodcut waves: leaning breakers with carved lines and foam under a red sun, in five flat inks.

Called through `plates.paint("woodcut-waves")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp
from vj.studio.plates.easel.noise import fbm, grid, smoothstep
from vj.studio.plates.easel.surface import blur, grain

CREAM, NIGHT, DEEP, MIDDLE, PALE, SUN = palette("f6e8c9 0c1b3d 14407a 2b7fa8 9fcfc9 d63a26")
SKY = palette("1b3f74 4f8fa9 d9dcb8 f4dc9c f2a25c e0603a")
Curve = NDArray[np.float64]  # (n, 2) in 0..1


def crest(level: float, tall: float, long: float, lean: float, swell: Curve, phase: float) -> Curve:
    """Trace one row of breakers from left to right, each rolling over to the left."""
    turn = np.linspace(-1.2, 1.2 + 1.4 / long, 900) * 2 * np.pi
    which = np.floor(turn / (2 * np.pi) + 0.5).astype(int)
    size = 0.72 + 0.5 * swell[which % len(swell)]
    rise = (0.5 + 0.5 * np.cos(turn)) ** 1.25
    x = (
        turn / (2 * np.pi) * long
        + phase
        - 0.13 * long * np.sin(turn)
        - lean * tall * rise**2 * size
    )
    return np.stack([x, level - tall * rise * size], -1)


def ribbon(size: int, line: Curve, width: Curve) -> NDArray[np.int32]:
    """Thicken a line to a polygon; width (n,) in 768ths. Returns cv2 points at 1/16 pixel."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    side = np.stack([-along[:, 1], along[:, 0]], -1) * (width / 2 / 768)[:, None]
    shape = np.concatenate([line + side, (line - side)[::-1]])
    return np.asarray(np.rint(shape * size * 16), np.int32)


def breakers(block: NDArray[np.uint8], row: int, rng: np.random.Generator, near: float) -> None:
    """Print one row of waves: body, carved lines down its back, foam and spray."""
    size = block.shape[0]
    ink = [(c * 255).tolist() for c in (NIGHT, DEEP, MIDDLE, PALE, CREAM)]
    level, tall, long = 0.40 + 0.66 * near, 0.075 + 0.19 * near, 0.22 + 0.42 * near
    lean, phase = 0.75 + 0.35 * near, rng.uniform(0, long)
    swell = rng.uniform(0, 1, 9)

    def curve(drop: float, flat: float) -> Curve:
        return crest(level + drop, tall * flat, long, lean * flat**1.5, swell, phase)

    outline = curve(0, 1)
    body = np.concatenate([outline, [[2.5, 1.6], [-1.5, 1.6]]])
    cv2.fillPoly(
        block, [np.rint(body * size * 16).astype(np.int32)], ink[row % 2 + 1], cv2.LINE_AA, 4
    )
    turn = np.linspace(0, 1, len(outline))
    step = 0.013 + 0.017 * near
    for j in range(1, 13):
        line = curve(j * step * 1.15, max(0.15, 1 - 0.075 * j))
        beat = 0.5 + 0.5 * np.sin(turn * (40 - 24 * near) + 2.1 * j + rng.uniform(0, 1.2))
        width = (1.2 + 6.5 * near) * np.clip(beat * 1.5 - 0.22, 0, 1) + 0.6 * (j < 4)
        colour = (ink[4], ink[3], ink[0], ink[3], ink[2 - row % 2], ink[0])[j % 6]
        cv2.fillPoly(block, [ribbon(size, line, width)], colour, cv2.LINE_AA, 4)
    high = (level - outline[:, 1]) / tall
    edge = np.where(high > 0.35, 3.0 + 5 * near, 1.5 + 2 * near)
    cv2.fillPoly(block, [ribbon(size, outline, edge)], ink[0], cv2.LINE_AA, 4)
    foam(block, outline, high, near, rng)


def foam(
    block: NDArray[np.uint8], outline: Curve, high: Curve, near: float, rng: np.random.Generator
) -> None:
    """Print scalloped foam along the crests, with spray thrown before them."""
    size = block.shape[0]
    ink = [(c * 255).tolist() for c in (NIGHT, PALE, CREAM)]
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(outline, axis=0).T))])
    at = np.arange(0, way[-1], 0.010 + 0.010 * near)
    spots = np.stack([np.interp(at, way, outline[:, i]) for i in (0, 1)], -1)
    tall = np.interp(at, way, high)
    keep = tall > 0.42
    spots, tall = spots[keep], tall[keep]
    spots += rng.normal(0, 0.003, spots.shape)
    r = (0.006 + 0.013 * near) * (0.45 + 0.75 * tall) * rng.uniform(0.75, 1.3, len(tall))

    def ring(centre: Curve, radius: float, colour: list[float]) -> None:
        where = tuple(int(v) for v in np.rint(centre * size * 16))
        cv2.circle(block, where, max(8, round(radius * size * 16)), colour, -1, cv2.LINE_AA, 4)

    rim = (1.6 + 1.6 * near) / 768
    for colour, grow, shift in ((ink[0], rim, 0.0), (ink[2], 0.0, 0.0), (ink[1], -2 * rim, 0.35)):
        for centre, radius in zip(spots, r, strict=True):
            if radius + grow > 0.002:
                ring(centre + shift * radius, (radius + grow) * (1 - shift * 0.6), colour)
    for centre, radius in zip(spots + np.array([0, 0.5 * r.mean()]), r, strict=True):
        ring(centre + radius * np.array([0.5, 0.9]), radius * 0.62, ink[2])
    for centre, up in zip(spots, tall, strict=True):
        for _ in range(rng.poisson(1.6 * up**3)):
            out = rng.normal((-0.02, -0.022), (0.022, 0.018)) * (0.7 + 1.4 * near)
            ring(centre + out, rng.uniform(0.0012, 0.0045) * (0.6 + near), ink[2])


def sky(x: Field, y: Field, rng: np.random.Generator) -> Rgb:
    """Print the sky: a wiped gradient, the sun, and clouds of long carved lines."""
    tone = np.clip(y / 0.52 + 0.03 * fbm(x * 0.3, y, rng, 6, 3), 0, 1)
    picture = ramp(tone, SKY)
    far = np.hypot(x - 0.64, y - 0.25).astype(np.float32)
    picture = mix(picture, CREAM * np.ones_like(picture), 0.55 * smoothstep(0.27, 0.16, far))
    picture = mix(picture, SUN * np.ones_like(picture), smoothstep(0.132, 0.129, far))
    drift = fbm(x * 0.5, y * 1.9, rng, 3.2, 4)
    lines = np.sin(2 * np.pi * (y * 46 + 1.2 * drift + 0.4 * fbm(x, y, rng, 4, 2)))
    carved = smoothstep(0.0, 0.25, (lines - 1.0 + 2.0 * smoothstep(-0.05, 0.55, drift)))
    picture = mix(picture, CREAM * np.ones_like(picture), 0.95 * carved)
    shade = smoothstep(0.0, 0.25, lines - 1.25 + 2.0 * smoothstep(-0.1, -0.7, drift))
    return mix(picture, DEEP * np.ones_like(picture), 0.8 * shade)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    fine = size * 2
    x, y = grid(fine)
    block = np.rint(np.clip(sky(x, y, rng), 0, 1) * 255).astype(np.uint8)
    rows = 7
    for row in range(rows):
        breakers(block, row, rng, (row / (rows - 1)) ** 1.25)
    print_ = (block / np.float32(255)).reshape(size, 2, size, 2, 3).mean((1, 3))
    x, y = grid(size)
    rings = fbm(x * 0.35 + 0.02 * fbm(x, y, rng, 3, 2), y * 4, rng, 3, 3) * 9
    wood = np.sin(2 * np.pi * rings) * 0.5 + 0.8 * fbm(x * 0.6, y * 9, rng, 30, 2)
    printed = (1 - print_.mean(-1)) * 0.13 + 0.012
    picture = print_ + (printed * wood)[..., None]
    bare = smoothstep(2.0, 2.7, grain(size, rng) + 0.25 * wood)
    picture = mix(picture.astype(np.float32), CREAM * np.ones_like(picture), 0.55 * bare)
    return np.asarray(blur(picture, 0.25), np.float32)
