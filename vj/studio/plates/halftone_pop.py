"""Halftone pop: bursts, bubbles, bolts and stripes in four flat inks with coarse dots, misprinted.

Called through `plates.paint("halftone-pop")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette
from vj.studio.plates.easel.noise import fbm, grid, smoothstep
from vj.studio.plates.easel.surface import blur, grain

PAPER, RED, YELLOW, BLUE, PINK, TEAL, BLACK = palette(
    "fbf3dc e8202a ffd60a 1557c0 ff6fa8 12b5a6 100c14"
)
Shape = NDArray[np.float64]  # (n, 2) corners in 0..1


def disc(cx: float, cy: float, r: float) -> Shape:
    """Give a circle as a polygon."""
    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    return np.asarray(np.array([cx, cy]) + r * np.stack([np.cos(t), np.sin(t)], -1))


def burst(cx: float, cy: float, r: float, spikes: int, rng: np.random.Generator) -> Shape:
    """Give a comic explosion: uneven spikes about a point."""
    t = np.linspace(0, 2 * np.pi, 2 * spikes, endpoint=False) + rng.uniform(0, 1)
    far = np.where(np.arange(2 * spikes) % 2, 0.60, 1.0) * rng.uniform(0.82, 1.18, 2 * spikes)
    return np.asarray(np.array([cx, cy]) + r * far[:, None] * np.stack([np.cos(t), np.sin(t)], -1))


def bolt(cx: float, cy: float, r: float, turn: float) -> Shape:
    """Give a lightning bolt."""
    shape = np.array(
        [[-0.3, -1], [0.35, -1], [0.08, -0.25], [0.5, -0.25], [-0.4, 1], [-0.08, 0.1], [-0.5, 0.1]]
    )
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(np.array([cx, cy]) + r * shape @ np.array([[cos, sin], [-sin, cos]]))


def wave(cx: float, cy: float, r: float, turn: float) -> Shape:
    """Give a thick zigzag ribbon."""
    t = np.arange(8)
    half = np.array([0, 0.14])
    top = np.stack([(t - 3.5) / 3.5, np.where(t % 2, 0.22, -0.22)], -1)
    shape = np.concatenate([top - half, (top + half)[::-1]])
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(np.array([cx, cy]) + r * shape @ np.array([[cos, sin], [-sin, cos]]))


def dots(x: Field, y: Field, pitch: float, angle: float, tone: Field | float) -> Field:
    """Screen a tone 0..1 into round dots `pitch` apart (768ths). Returns ink 0..1."""
    scale = np.float32(768 / pitch)
    u = (x * np.cos(angle) + y * np.sin(angle)) * scale
    v = (-x * np.sin(angle) + y * np.cos(angle)) * scale
    far = np.hypot(u - np.floor(u) - 0.5, v - np.floor(v) - 0.5).astype(np.float32)
    r = 0.72 * np.sqrt(np.clip(tone, 0, 1))
    soft = 0.9 / pitch
    return np.asarray(np.clip((r - far) / soft + 0.5, 0, 1), np.float32)


def stripes(x: Field, y: Field, pitch: float, angle: float) -> Field:
    """Rule stripes, half ink and half paper. Returns ink 0..1."""
    v = (-x * np.sin(angle) + y * np.cos(angle)) * (768 / pitch)
    return smoothstep(-0.12, 0.12, np.sin(2 * np.pi * v).astype(np.float32))


def cut(size: int, shape: Shape, thick: float = 0) -> Field:
    """Fill a polygon, or draw its outline with a given thickness in 768ths. Returns 0..1."""
    mask = np.zeros((size, size), np.uint8)
    at = [np.rint(shape * size * 16).astype(np.int32)]
    if thick:
        wide = max(1, round(thick * size / 768))
        cv2.polylines(mask, at, True, 255, wide, cv2.LINE_AA, 4)
    else:
        cv2.fillPoly(mask, at, 255, cv2.LINE_AA, 4)
    return (mask / 255).astype(np.float32)


def fill(x: Field, y: Field, kind: int, light: Rgb, ink: Rgb, centre: Shape, r: float) -> Rgb:
    """Fill with a pattern: flat, dots, fading dots, stripes or rings. Returns (h, w, 3)."""
    ground = np.broadcast_to(light, (*x.shape, 3)).astype(np.float32)
    colour = np.broadcast_to(ink, ground.shape).astype(np.float32)
    far = np.hypot(x - centre[0], y - centre[1]) / r
    if kind == 0:
        return colour
    if kind == 1:
        return mix(ground, colour, dots(x, y, 12, 0.26, 0.42))
    if kind == 2:
        fade = 0.5 + 0.55 * ((x - centre[0]) * 0.6 + (y - centre[1])) / r
        return mix(ground, colour, dots(x, y, 15, 0.79, fade.astype(np.float32)))
    if kind == 3:
        return mix(ground, colour, stripes(x, y, 17, 0.7))
    return mix(ground, colour, smoothstep(-0.15, 0.15, np.sin(far * 19).astype(np.float32)))


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    turn = np.arctan2(y - 0.52, x - 0.47)
    rays = smoothstep(-0.05, 0.05, np.sin(turn * 16).astype(np.float32))
    far = np.hypot(x - 0.47, y - 0.52).astype(np.float32)
    blue = mix(
        PAPER * np.ones((size, size, 3), np.float32),
        BLUE * np.ones((size, size, 3), np.float32),
        dots(x, y, 16, 0.26, far * 1.35 - 0.1),
    )
    picture = mix(YELLOW * np.ones_like(blue), blue, rays)
    inks = (RED, YELLOW, BLUE, PINK, TEAL, PAPER)
    shapes: list[tuple[Shape, float]] = []
    for cx, cy in (
        (0.10, 0.12),
        (0.88, 0.14),
        (0.90, 0.86),
        (0.12, 0.86),
        (0.5, 0.05),
        (0.5, 0.97),
        (0.02, 0.5),
        (0.99, 0.5),
    ):
        shapes.append((disc(cx + rng.normal(0, 0.03), cy, rng.uniform(0.10, 0.17)), 0.13))
    shapes.append((burst(0.47, 0.52, 0.42, 15, rng), 0.40))
    shapes.append((burst(0.47, 0.52, 0.33, 15, rng), 0.30))
    shapes.append((disc(0.47, 0.52, 0.19), 0.19))
    for cx, cy in ((0.76, 0.30), (0.22, 0.33), (0.74, 0.74), (0.24, 0.72)):
        kind = rng.integers(3)
        r = rng.uniform(0.13, 0.19)
        shapes.append(
            (
                bolt(cx, cy, r, rng.normal(0, 0.5))
                if kind == 0
                else wave(cx, cy, r * 1.2, rng.uniform(-0.8, 0.8))
                if kind == 1
                else burst(cx, cy, r * 0.8, 9, rng),
                r,
            )
        )
    shapes.append((bolt(0.47, 0.52, 0.23, 0.35), 0.2))
    for cx, cy in rng.uniform(0.05, 0.95, (9, 2)):
        shapes.append((disc(cx, cy, rng.uniform(0.015, 0.04)), 0.03))
    key = np.zeros((size, size), np.float32)
    last = -1
    for shape, r in shapes:
        one = int(rng.choice([i for i in range(6) if i != last]))
        last = one
        light = inks[5] if one != 5 else inks[1]
        pattern = fill(x, y, int(rng.integers(5)), light, inks[one], shape.mean(0), r)
        on = cut(size, shape)
        shadow = cut(size, shape + 0.014)
        key = np.maximum(key, shadow) * (1 - on)
        picture = mix(picture, pattern, on)
        key = np.maximum(key, cut(size, shape, 5.5))
    slip = max(1, round(2.5 * size / 768))
    picture = np.stack(
        [np.roll(picture[..., 0], slip, 1), picture[..., 1], np.roll(picture[..., 2], -slip, 0)], -1
    )
    worn = smoothstep(-0.75, -0.35, fbm(x, y, rng, 40, 4, 0.7))
    picture = mix(picture, BLACK * np.ones_like(picture), key * (0.55 + 0.45 * worn))
    speck = smoothstep(2.2, 2.8, grain(size, rng, 1.2))
    picture = mix(picture, PAPER * np.ones_like(picture), 0.5 * speck)
    return (blur(picture, 0.35) * (1 + 0.018 * grain(size, rng)[..., None])).astype(np.float32)
