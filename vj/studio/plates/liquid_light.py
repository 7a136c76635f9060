"""Liquid light: coloured oil and water between two glasses, thrown on a wall by a hot lamp.

Called through `plates.paint("liquid-light")`.
"""

import numpy as np

from vj.studio.plates.easel.colour import Field, Rgb, enrich, mix, palette, ramp
from vj.studio.plates.easel.ink import push
from vj.studio.plates.easel.noise import fbm, grid, scatter, smoothstep, warped
from vj.studio.plates.easel.surface import blur

DYES = palette("12061f 3a0f5e d3127a ff3b3f ff9a1f f7e733 8fe01f 0fb58a 0a5a8a 12061f")
DROPS = palette("b6f22a ff2f8e ffd21f 17d3b0 ff6a1a 7a2be0")
SIZES = ((9, 0.085, 0.135), (38, 0.036, 0.070), (170, 0.012, 0.026), (420, 0.004, 0.010))


def dyes(x: Field, y: Field, rng: np.random.Generator) -> Field:
    """Let the dyes run into each other: where each place lies on the row of DYES, 0..1."""
    wx, wy = warped(x, y, rng, 2.2, 0.22, 3)
    wx, wy = warped(wx, wy, rng, 5, 0.07, 4)
    slow = fbm(wx, wy, rng, 1.8, 3)
    return np.asarray((1.35 * slow + 0.25 * fbm(wx, wy, rng, 7, 3) + 0.6) % 1.0, np.float32)


def bubbles(size: int, rng: np.random.Generator) -> tuple[Field, Field, Field, Field]:
    """Scatter drops; give how far each place is from its drop's middle (1 at the rim, 2 outside),
    the way to that middle (x, y in widths), and the drop's number.
    """
    far = np.full((size, size), 2.0, np.float32)
    to_x, to_y = np.zeros((2, size, size), np.float32)
    number = np.zeros((size, size), np.float32)
    line = (np.arange(size, dtype=np.float32) + 0.5) / size
    count = 0
    for many, least, most in SIZES:
        for cx, cy in scatter(many, rng):
            count += 1
            r = float(rng.uniform(least, most))
            tilt, flat = rng.uniform(0, np.pi), rng.uniform(0.86, 1.0)
            left, right = np.searchsorted(line, (cx - r, cx + r))
            top, bottom = np.searchsorted(line, (cy - r, cy + r))
            here = (slice(top, bottom), slice(left, right))
            dx, dy = np.meshgrid(line[left:right] - cx, line[top:bottom] - cy)
            along, across = (
                dx * np.cos(tilt) + dy * np.sin(tilt),
                dy * np.cos(tilt) - dx * np.sin(tilt),
            )
            d = np.hypot(along, across / flat) / r
            inside = d < 1
            far[here][inside] = d[inside]
            to_x[here][inside], to_y[here][inside] = -dx[inside], -dy[inside]
            number[here][inside] = count
    return far, to_x, to_y, number


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    place = dyes(x, y, rng)
    ground = ramp(place, DYES)
    thin = np.abs(np.sin(place * np.pi * 9 + 2 * fbm(x, y, rng, 4, 3)))
    ground = ground * (0.72 + 0.42 * thin)[..., None]
    far, to_x, to_y, number = bubbles(size, rng)
    inside = far < 1
    # a drop is a lens: it shows the dyes from its other side, upside down
    bend = 1.0 + 0.9 * far
    seen = np.stack([push(ground[..., c], to_x * bend, to_y * bend) for c in range(3)], -1)
    tint = DROPS[(number.astype(int) * 7) % len(DROPS)]
    clear = np.isin(number.astype(int) % 5, (0, 1))
    drop = mix(
        seen * 1.1, tint * (0.55 + 0.6 * seen), np.where(clear, 0.25, 0.8).astype(np.float32)
    )
    rim = smoothstep(0.72, 0.97, far) * inside
    lit = smoothstep(0.55, 0.0, np.hypot(to_x + 0.35 * to_y, to_y - 0.012) * 30 - 0.2) * inside
    drop = drop * (1.12 - 0.85 * rim**2)[..., None] + 0.30 * lit[..., None]
    picture = np.where(inside[..., None], drop, ground)
    halo = blur((smoothstep(0.86, 0.93, far) * inside).astype(np.float32), 1.2)
    picture = picture + 0.35 * halo[..., None] * palette("fff0c8")[0]
    lamp = 1.12 - 0.55 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return enrich(np.clip(picture * lamp[..., None], 0, 1).astype(np.float32), 1.18, 1.12)
