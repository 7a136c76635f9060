"""Impasto: thick strokes in the eddies of a burning evening sky over a dark sea.

Called through `plates.paint("flow-strokes")`.
"""

import numpy as np

from vj.studio.plates.easel.brush import lay, prime, trace
from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import curl, fbm, grid, sample, scatter, smoothstep, warped
from vj.studio.plates.easel.surface import blur, varnish

SKY = palette("0b1e5b 14459b 1f86c7 46c2c9 f6e27f fb9d2c e4491f 8c1c3f")
SEA = palette("061a3a 0c3b66 12727f 3aa99a f3b04a")
SUN = palette("fffbe0 ffe04a ffb01f f26a1b")


def eddies(x: Field, y: Field, rng: np.random.Generator) -> tuple[Field, list[tuple[float, ...]]]:
    """Sum a sideways drift and a few whirls into a potential; give the whirls' centres too."""
    potential = y * 1.1 + 0.10 * fbm(x, y, rng, 2.5, 3)
    centres = [(0.70, 0.30, 0.17), (0.25, 0.22, 0.13), (0.45, 0.56, 0.11), (0.93, 0.62, 0.10)]
    centres = [(cx + rng.normal(0, 0.03), cy + rng.normal(0, 0.03), r) for cx, cy, r in centres]
    for turn, (cx, cy, r) in zip((1, -1, 1, -1), centres, strict=True):
        far = ((x - cx) ** 2 + (y - cy) ** 2) / r**2
        potential += turn * 3.2 * r * np.exp(-far)
    return potential.astype(np.float32), centres


def guide(
    x: Field, y: Field, potential: Field, centres: list[tuple[float, ...]], rng: np.random.Generator
) -> Rgb:
    """Lay out the colours the strokes will pick up: (h, w, 3)."""
    wx, wy = warped(x, y, rng, 3, 0.05)
    bands = 0.5 + 0.5 * np.sin(potential * 9 + 2.5 * fbm(wx, wy, rng, 3, 3))
    height = np.clip(wy * 0.95 + 0.10 * fbm(wx, wy, rng, 4), 0, 1)
    sky = ramp(np.clip(height * 1.02 + (bands - 0.5) * 0.40, 0, 1), SKY)
    sea = ramp(np.clip(bands * 0.75 + 0.25 * fbm(wx, wy * 3, rng, 6), 0, 1), SEA)
    picture = mix(sky, sea, smoothstep(0.74, 0.79, y + 0.03 * fbm(x, y, rng, 5)))
    for (cx, cy, r), strength in zip(centres, (1.0, 0.75, 0.5, 0.6), strict=True):
        far = np.hypot(x - cx, y - cy) / r
        disc = ramp(np.clip(far, 0, 1), SUN)
        rings = 0.55 + 0.45 * np.cos(far * 11)
        picture = mix(picture, disc, strength * smoothstep(1.15, 0.25, far) * rings)
        picture = mix(picture, disc, strength * smoothstep(0.42, 0.30, far))
    return picture


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    potential, centres = eddies(x, y, rng)
    angle = curl(blur(potential, 3))
    colours = guide(x, y, potential, centres, rng)
    canvas = prime(colours * 0.5)
    for count, length, width, jitter in (
        (1100, 150, 34, 0.08),
        (2000, 110, 20, 0.10),
        (1700, 80, 12, 0.14),
        (900, 52, 6, 0.20),
    ):
        starts = scatter(count, rng)
        spread = rng.uniform(0.7, 1.3, len(starts)).astype(np.float32)
        shades = vary(sample(colours, starts), rng, 0.018, jitter, jitter)
        lay(canvas, trace(angle, starts, length * spread), shades, width * spread, rng)
    return varnish(canvas, 0.75, 0.16)
