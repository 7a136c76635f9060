"""Night city: towers across a river in palette-knife paint, their lights drawn out on the water.

Called through `plates.paint("night-city")`.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.brush import Canvas, Paths, lay, prime, trace
from vj.studio.plates.easel.colour import Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import fbm, grid, sample, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, glow, varnish

SKY = palette("0a1242 16307c 2f4fa6 7a4aa0 e0588a ffa262")
WALLS = palette("0c1230 141a4c 1d1238 0a2038 2a1540")
HAZE = palette("7a58b0")[0]
LAMPS = palette("ffd873 ffb13b ff6a2a ff2f4f 2fe0e0 7fd4ff fff2c9 ff4fa0")
WINDOW_ODDS = (0.34, 0.24, 0.10, 0.05, 0.06, 0.07, 0.11, 0.03)
QUAY = 0.60  # where the far bank meets the river
MOON = (0.71, 0.135, 0.062)  # x, y, radius


@dataclass(frozen=True)
class Tower:
    """A house on the far bank: its left edge, width and top in 0..1, its colours."""

    x: float
    wide: float
    top: float
    wall: Rgb  # (3,)
    panes: Rgb  # (n, 6): centre x and y, width, colour
    sign: Rgb | None  # (3,)


def plan(near: float, place: float, rng: np.random.Generator) -> Tower:
    """Design a tower; near 0..1 makes it larger, lower and darker."""
    wide = rng.uniform(0.055, 0.095) * (0.7 + 0.6 * near)
    x = place - wide / 2
    top = rng.uniform(0.13, 0.30) + 0.17 * near + 0.14 * abs(place - 0.5)
    wall = mix(HAZE, WALLS[rng.integers(len(WALLS))], 0.25 + 0.7 * near) * rng.uniform(0.85, 1.2)
    w, h = 0.010 + 0.007 * near, 0.014 + 0.010 * near
    main = LAMPS[rng.choice(len(LAMPS), p=WINDOW_ODDS)]
    columns, rows = max(2, int(wide / w / 1.6)), int((QUAY - top) / h / 1.55)
    panes = []
    for i in range(columns):
        for j in range(1, rows):
            if rng.uniform() < 0.50 - 0.12 * near:
                continue
            other = LAMPS[rng.choice(len(LAMPS), p=WINDOW_ODDS)]
            lamp = (main if rng.uniform() < 0.65 else other) * rng.uniform(0.60, 1.0)
            across, down = x + wide * (i + 0.5) / columns, top + (QUAY - top) * (j + 0.2) / rows
            panes.append([across, down, w, *lamp])
    sign = LAMPS[rng.integers(2, 8)] if near > 0.5 and rng.uniform() < 0.5 else None
    return Tower(x, wide, top, wall, np.array(panes, np.float32).reshape(-1, 6), sign)


def hang(tower: Tower) -> float:
    """Choose the height of a tower's sign: its middle, somewhere on the wall."""
    return max(tower.top + 0.07, 0.43 + 0.07 * float(np.sin(tower.x * 37)))


def skyline(rng: np.random.Generator) -> list[Tower]:
    """Stand towers along the bank in four ranks, the far ones first."""
    towers = []
    for near, count in ((0.0, 13), (0.35, 11), (0.7, 8), (1.0, 5)):
        for place in rng.permutation(count):
            towers.append(plan(near, (place + rng.uniform(0.1, 0.9)) / count, rng))
    return towers


def box(part: Rgb, x: float, y: float, wide: float, high: float, colour: Rgb) -> None:
    """Fill an upright box, in place; all in 0..1."""
    corners = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]])
    at = np.rint(corners * len(part) * 16).astype(np.int32)
    cv2.fillPoly(part, [at], [float(v) for v in colour], cv2.LINE_8, 4)


def bank(size: int, towers: list[Tower], rng: np.random.Generator) -> Rgb:
    """Compose dusk sky, moon and towers, as the river will mirror them. Returns (h, w, 3)."""
    x, y = grid(size)
    tone = np.clip(y / 0.47 + 0.20 * fbm(x * 0.6, y * 2.2, rng, 4, 4), 0, 1)
    picture = ramp(tone**1.1, SKY)
    far = np.hypot(x - MOON[0], y - MOON[1])
    halo = 0.45 * np.exp(-np.maximum(far - MOON[2], 0) / 0.05)
    picture = mix(picture, palette("e88ab0")[0] * np.ones_like(picture), halo)
    picture = mix(picture, palette("f0c878")[0] * np.ones_like(picture), far < MOON[2])
    picture = np.ascontiguousarray(picture, np.float32)
    light = np.zeros_like(picture)
    for tower in towers:
        lit = 0.3 * tower.wide
        box(picture, tower.x, tower.top, lit, QUAY - tower.top, tower.wall * 1.5)
        box(picture, tower.x + lit, tower.top, tower.wide - lit, QUAY - tower.top, tower.wall)
        for part in (picture, light):
            for px, py, w, *lamp in tower.panes.tolist():
                box(part, px - w / 2, py - 0.7 * w, w, 1.4 * w, np.array(lamp))
            if tower.sign is not None:
                box(part, tower.x + 0.4 * tower.wide, hang(tower) - 0.05, 0.022, 0.10, tower.sign)
    lit_up = picture + 0.22 * blur(light, 9) + 0.20 * blur(light, 36)
    return np.asarray(np.clip(lit_up, 0, 1), np.float32)


def river(size: int, picture: Rgb, rng: np.random.Generator) -> Rgb:
    """Mirror the bank in the river: its lights drawn out downwards and broken by ripples."""
    x, y = grid(size)
    drop = np.clip(y - QUAY, 0, 1)
    ripple = (0.004 + 0.05 * drop) * fbm(x * 0.8, y * 7, rng, 9, 3)
    at_x = ((x + 0.5 * ripple) * size).astype(np.float32)
    at_y = (np.clip(QUAY - drop * 1.3 + ripple, 0, 1) * size).astype(np.float32)
    mirror = cv2.remap(picture, at_x, at_y, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT)
    drawn = np.asarray(cv2.blur(mirror, (1, max(1, round(0.06 * size)) | 1)), np.float32)
    drawn = np.maximum(drawn * 1.25, np.asarray(mirror, np.float32) * 0.75)
    bands = smoothstep(-0.25, 0.55, fbm(x * 0.5, y * 9, rng, 5, 3))
    dark = palette("0b1c5c")[0] * np.ones_like(drawn)
    water = mix(drawn, dark, 0.08 + 0.58 * bands)
    return mix(picture, water, smoothstep(0.0, 0.003, y - QUAY))


def upright(spots: Rgb, reach: NDArray[np.floating] | float) -> Paths:
    """Draw short upright strokes centred on spots; reach in widths. Returns (n, 4, 2)."""
    t = np.linspace(-0.5, 0.5, 4)
    ends = np.broadcast_to(np.asarray(reach), len(spots))[:, None] * t
    return np.stack([np.repeat(spots[:, :1], 4, 1), spots[:, 1:] + ends], -1).astype(np.float32)


def build(canvas: Canvas, tower: Tower, rng: np.random.Generator) -> None:
    """Paint a tower with the knife: wall, lit edge, windows, sign."""
    wide, high = tower.wide, QUAY - tower.top
    reach = min(0.085, 0.6 * high)
    count = int(170 * wide / 0.07 * high / 0.35)
    spots = rng.uniform((0.07, 0), (0.93, 1), (count, 2)) * (wide, high - reach)
    spots += np.array([tower.x, tower.top + reach / 2])
    side = (spots[:, :1] - tower.x) / wide
    glow_up = 0.8 + 0.5 * (spots[:, 1:] - tower.top) / high
    walls = np.where(side < 0.3, 1.55, 0.9) * glow_up * tower.wall
    lay(
        canvas,
        upright(spots, reach),
        vary(np.clip(walls, 0, 1), rng, 0.02, 0.12, 0.12),
        10,
        rng,
        sharp=0.08,
        streak=0.07,
        ragged=0.08,
    )
    panes = tower.panes
    lay(
        canvas,
        upright(panes[:, :2], panes[:, 2] * 1.4),
        vary(panes[:, 3:], rng, 0.01, 0.1, 0.05),
        panes[:, 2] * 740,
        rng,
        sharp=0.05,
        streak=0.05,
        ragged=0.0,
    )
    if tower.sign is not None:
        spot = np.array([[tower.x + 0.4 * wide + 0.011, hang(tower)]], np.float32)
        lay(canvas, upright(spot, 0.10), tower.sign[None], 17, rng, sharp=0.05, ragged=0.05)


def moon(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint the moon in rings of short strokes, creamy with warm shadows."""
    x, y, radius = MOON
    for r in np.linspace(radius, 0.004, 9):
        turn = np.arange(0, 2 * np.pi, 0.022 / r) + rng.uniform(0, 6)
        arc = turn[:, None] + np.linspace(-0.016, 0.016, 5) / r
        paths = np.stack([x + r * np.cos(arc), y + r * np.sin(arc)], -1).astype(np.float32)
        tones = palette("fff6d6 ffe9a8 ffd884")[rng.integers(0, 3, len(turn))]
        lay(canvas, paths, vary(tones, rng, 0.01, 0.1, 0.03), 9, rng, sharp=0.2, streak=0.04)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    towers = skyline(rng)
    picture = river(size, bank(size, towers, rng), rng)
    canvas = prime(picture * 0.7)
    level = (0.35 * fbm(x, y, rng, 4, 3)).astype(np.float32)
    for count, length, width in ((900, 95, 30), (2400, 54, 14), (8000, 22, 6.5)):
        starts = scatter(count, rng)
        shades = vary(sample(picture, starts), rng, 0.015, 0.12, 0.10)
        lay(canvas, trace(level, starts, length, 5), shades, width, rng, sharp=0.08, ragged=0.12)
    moon(canvas, rng)
    for tower in towers:
        build(canvas, tower, rng)
    lamps = np.stack([np.arange(0.012, 1.0, 0.034), np.full(30, QUAY - 0.006)], -1)
    warm = vary(np.repeat(LAMPS[:1], len(lamps), 0), rng, 0.02, 0.1, 0.03)
    lay(canvas, upright(lamps.astype(np.float32), 0.020), warm, 10, rng, sharp=0.2, ragged=0.0)
    bright = picture.max(-1) - 0.4 * picture.min(-1)
    starts = scatter(24000, rng)
    starts = starts[(sample(bright, starts) > 0.52) & (starts[:, 1] > QUAY)]
    shades = vary(np.clip(sample(picture, starts) * 1.2, 0, 1), rng, 0.012, 0.12, 0.06)
    lay(canvas, trace(level, starts, 14, 4), shades, 4.6, rng, sharp=0.1, ragged=0.1)
    painted = varnish(canvas, 0.65, 0.12)
    shine = np.clip(painted - 0.62, 0, 1)
    return np.asarray(painted + 0.4 * (glow(shine, (5, 16), 0.8) - shine), np.float32)
