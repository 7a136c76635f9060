"""Neon grid: a wire landscape under a sliced sun, glowing magenta, cyan and orange in the dark.

Called through `plates.paint("neon-grid")`.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp
from vj.studio.plates.easel.noise import fbm, grid, smoothstep
from vj.studio.plates.easel.surface import blur, glow

SKY = palette("05031a 14064a 4a0a86 b3128f ff3d7f ff9a4a")
SUN = palette("fff27a ffb02e ff5a4f ff1f8f c414c9")
CYAN, MAGENTA, VIOLET, AMBER = palette("19e8ff ff2bd0 7a3cff ffb43a")
HORIZON = 0.56


def terrain(rng: np.random.Generator, rows: int, columns: int) -> Field:
    """Raise mountains at both sides of a flat valley. Returns heights (rows, columns)."""
    u, v = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(0, 1, rows))
    u, v = u.astype(np.float32), v.astype(np.float32)
    rough = np.abs(fbm(u, v, rng, 5, 3, 0.55)) + 0.35
    return (rough * np.clip(np.abs(u) - 0.13, 0, 1) ** 1.0).astype(np.float32)


def project(u: Field, depth: Field, height: Field) -> Field:
    """Look at ground points from above the valley. Returns (..., 2) x, y in 0..1."""
    return np.stack([0.5 + u / depth, HORIZON + (0.17 - height) / depth], -1).astype(np.float32)


def wires(size: int, rng: np.random.Generator) -> tuple[Rgb, Field]:
    """Draw the landscape back to front. Returns its light (h, w, 3) and its cover (h, w)."""
    rows, columns = 26, 45
    light = np.zeros((size, size, 3), np.uint8)
    cover = np.zeros((size, size), np.uint8)
    u, _ = np.meshgrid(np.linspace(-4.4, 4.4, columns), np.arange(rows))
    depth = np.geomspace(4.6, 0.24, rows)[:, None] * np.ones((1, columns))
    height = terrain(rng, rows, columns) * 3.4
    points = project(u * 0.9, depth, height) * size
    fixed = np.rint(points * 16).astype(np.int32)
    for i in range(rows - 1):
        near = i / (rows - 2)
        thick = max(1, round(size / 768 * (1.4 + 2 * near)))
        for j in range(columns - 1):
            quad = fixed[[i, i, i + 1, i + 1], [j, j + 1, j + 1, j]]
            steep = min(1.0, float(height[i, j]) * 2.2)
            body = VIOLET * 0.05 + MAGENTA * 0.07 * steep
            wire = (CYAN * (1 - steep) + MAGENTA * steep) * (0.65 + 0.45 * near)
            cv2.fillConvexPoly(cover, quad, 255, cv2.LINE_8, 4)
            cv2.fillConvexPoly(light, quad, (body * 255).tolist(), cv2.LINE_8, 4)
            cv2.polylines(light, [quad], True, (wire * 255).tolist(), thick, cv2.LINE_AA, 4)
    return (light / 255).astype(np.float32), (cover / 255).astype(np.float32)


def signs(size: int, rng: np.random.Generator) -> Rgb:
    """Hang neon tubes in the sky: triangles, rings and rays. Returns light (h, w, 3)."""
    light = np.zeros((size, size, 3), np.uint8)
    unit = size * 16

    def tube(path: np.ndarray, colour: Rgb, closed: bool, thick: float = 3.2) -> None:
        at = [np.rint(path * unit).astype(np.int32)]
        wide = max(1, round(thick * size / 768))
        cv2.polylines(light, at, closed, (colour * 255).tolist(), wide, cv2.LINE_AA, 4)

    turn = np.linspace(0, 2 * np.pi, 90)
    circle = np.stack([np.cos(turn), np.sin(turn)], -1)
    for k, colour in enumerate((CYAN, MAGENTA, VIOLET)):
        three = np.array([[0, -1], [0.87, 0.5], [-0.87, 0.5]]) * (0.33 + 0.035 * k)
        tube(np.array([0.5, 0.33]) + three, colour, True, 3.6 - 0.8 * k)
    for centre, r, colour in (((0.13, 0.17), 0.085, AMBER), ((0.88, 0.20), 0.10, CYAN)):
        for shrink in (1.0, 0.78, 0.56, 0.34):
            wobble = 0.004 * rng.standard_normal(2)
            tube(np.array(centre) + wobble + circle * r * shrink, colour, True, 2.6)
    for start in rng.uniform((-0.1, 0.0), (1.0, 0.42), (16, 2)):
        length = rng.uniform(0.05, 0.18)
        ray = start + np.array([[0, 0], [length, -0.55 * length]])
        tube(ray, (CYAN, MAGENTA, AMBER, VIOLET)[rng.integers(4)], False, rng.uniform(1.2, 3))
    return (light / 255).astype(np.float32)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    haze = 0.10 * fbm(x * 0.6, y * 1.8, rng, 4, 5)
    picture = ramp(np.clip(y / HORIZON + haze, 0, 1) ** 1.5, SKY)
    stars = rng.spawn(1)[0].uniform(0, 1, (size, size))
    shining = np.clip((stars - 0.9975) / 0.0025, 0, 1)
    picture += glow(shining.astype(np.float32)[..., None] * np.ones(3, np.float32), (1, 3), 0.9)
    far = np.hypot(x - 0.5, y - 0.40)
    disc = smoothstep(0.215, 0.212, far)
    slices = (y - 0.30) / 0.33
    gap = np.sin(slices * 62) > 1 - 2.0 * np.clip(slices, 0, 1) * 0.75
    disc = disc * (1 - gap * (slices > 0.05))
    sun = ramp((y - 0.18) / 0.42, SUN)
    picture = mix(picture, sun * 1.1, disc)
    picture += 0.5 * blur(sun * disc[..., None], 30)
    picture += glow(signs(size, rng), (2, 7, 22), 0.75)
    light, cover = wires(size, rng)
    horizon = np.exp(-np.abs(y - HORIZON) / 0.012)[..., None] * AMBER
    ground = glow(light, (2, 7, 20), 0.26)
    wet = MAGENTA * np.exp(-(((x - 0.5) / 0.16) ** 2))[..., None] * 0.25
    ripple = smoothstep(-0.2, 0.5, fbm(x, y * 14, rng, 5, 3))[..., None]
    picture = mix(picture, ground + wet * ripple, cover) + 0.5 * horizon.astype(np.float32)
    picture += 0.25 * blur(ground * cover[..., None], 16)
    scan = 1 - 0.10 * (np.sin(y * 2 * np.pi * 192) > 0.2)
    picture = picture * scan[..., None]
    return np.asarray(1.12 * (1 - np.exp(-1.35 * np.maximum(picture, 0))), np.float32)
