"""Impasto: thick strokes in the eddies of a burning evening sky over a dark sea.

Called through `plates.paint("flow-strokes")`.
"""

import numpy as np

from vj.studio.plates.easel.brush import lay, prime, trace
from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import curl, fbm, grid, sample, scatter, smoothstep, warped
from vj.studio.plates.easel.surface import blur, varnish

SKY = palette("2a0d57 5a1a86 a3217a e23a4e fb7a2c ffb53a ffe48a e8542f")
SEA = palette("04263a 0a5560 128a84 4cc4a4 ffd27a")
SUN = palette("fffbe0 fff08a 7fe0d0 22a0b8 1a4fa0")
Whirl = tuple[float, float, float]  # x, y, radius


def eddies(x: Field, y: Field, rng: np.random.Generator) -> tuple[Field, list[Whirl]]:
    """Sum a sideways drift and a few whirls into a potential; give the whirls' centres too."""
    potential = y * 1.1 + 0.10 * fbm(x, y, rng, 2.5, 3)
    centres = [(0.70, 0.30, 0.17), (0.25, 0.22, 0.13), (0.45, 0.56, 0.11), (0.93, 0.62, 0.10)]
    centres = [(cx + rng.normal(0, 0.03), cy + rng.normal(0, 0.03), r) for cx, cy, r in centres]
    for turn, (cx, cy, r) in zip((1, -1, 1, -1), centres, strict=True):
        far = ((x - cx) ** 2 + (y - cy) ** 2) / r**2
        potential += turn * 3.2 * r * np.exp(-far)
    return potential.astype(np.float32), centres


def guide(
    x: Field, y: Field, potential: Field, centres: list[Whirl], rng: np.random.Generator
) -> Rgb:
    """Lay out the colours the strokes will pick up: (h, w, 3)."""
    wx, wy = warped(x, y, rng, 3, 0.05)
    bands = 0.5 + 0.5 * np.sin(potential * 9 + 2.5 * fbm(wx, wy, rng, 3, 3))
    height = np.clip(wy * 0.95 + 0.10 * fbm(wx, wy, rng, 4), 0, 1)
    sky = ramp(np.clip(height * 1.02 + (bands - 0.5) * 0.40, 0, 1), SKY)
    sea = ramp(np.clip(bands * 0.75 + 0.25 * fbm(wx, wy * 3, rng, 6), 0, 1), SEA)
    picture = mix(sky, sea, smoothstep(0.74, 0.79, y + 0.03 * fbm(x, y, rng, 5)))
    for (cx, cy, r), reach in zip(centres, (1.3, 1.1, 1.0, 1.0), strict=True):
        far = np.hypot(x - cx, y - cy) / r
        disc = ramp(np.clip(far, 0, 1), SUN)
        rings = smoothstep(-0.35, 0.15, np.cos(far * 11))
        picture = mix(picture, disc, smoothstep(reach, 0.75 * reach, far) * rings)
        picture = mix(picture, disc, smoothstep(0.46, 0.36, far))
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
