"""Wild garden: poppies, cornflowers and daisies in thick paint over dark leaves.

Called through `plates.paint("wild-garden")`.
"""

import numpy as np

from vj.studio.plates.easel.brush import Canvas, lay, prime, trace
from vj.studio.plates.easel.colour import Rgb, palette, ramp, vary
from vj.studio.plates.easel.noise import fbm, grid, sample, scatter
from vj.studio.plates.easel.surface import varnish

LEAVES = palette("06231f 0c4a34 1f7a3c 6fae35 cfd84a 2a6f8f")
LIGHT = palette("2f6fd0 5aa8e8 bfe8f0 f7c8dc 7ab8f0")
KINDS = (  # outer petals, inner petals, heart, petals, width of a petal
    (palette("e01b24 ff5a2a b00f2e"), palette("ff8a4a e8302a"), palette("1a1024"), 13, 0.62),
    (palette("f7f3ea ffffff d8d4f0"), palette("fff7d0 f0e8ff"), palette("ffb81a"), 17, 0.34),
    (palette("2b4fe0 5a7bff 1b2f9f"), palette("8f7bff 4a5ae8"), palette("3a1a6f"), 15, 0.36),
    (palette("ff6fb0 ff9ac8 d83a8a"), palette("ffc8de ff7ab8"), palette("ffd23a"), 12, 0.55),
    (palette("ffb81a ffd84a ff8a1a"), palette("ff9a1a ffc83a"), palette("6a2a10"), 18, 0.36),
    (palette("8f3fc8 b56fe8 5a1f96"), palette("d8a0ff 8a3ac8"), palette("ffe08a"), 11, 0.50),
)


def flower(
    canvas: Canvas, x: float, y: float, r: float, kind: int, rng: np.random.Generator
) -> None:
    """Paint one flower, petals from the outside in, seen a little from the side."""
    outer, inner, heart, petals, wide = KINDS[kind]
    squash = rng.uniform(0.62, 1.0)
    tilt = rng.uniform(-0.6, 0.6)
    for colours, near, far, shade in (
        (outer * 0.62, 0.12, 1.06, 0.12),
        (outer, 0.16, 0.98, 0.10),
        (inner, 0.12, 0.62, 0.09),
    ):
        turn = np.linspace(0, 2 * np.pi, petals, endpoint=False) + rng.uniform(0, 1)
        turn = rng.permutation(turn + rng.normal(0, 0.09, petals))
        t = np.linspace(near, 1, 9)
        reach = far * rng.uniform(0.85, 1.1, petals)
        curl = turn[:, None] + 0.20 * rng.standard_normal((petals, 1)) * t
        u = np.cos(curl) * t * reach[:, None]
        v = np.sin(curl) * t * reach[:, None] * squash
        px = x + r * (u * np.cos(tilt) - v * np.sin(tilt))
        py = y + r * (u * np.sin(tilt) + v * np.cos(tilt))
        chosen = colours[rng.integers(0, len(colours), petals)]
        lit = (1.06 - 0.22 * np.sin(turn))[:, None].astype(np.float32)
        lay(
            canvas,
            np.stack([px, py], -1).astype(np.float32),
            vary(np.clip(chosen * lit, 0, 1), rng, 0.012, 0.08, shade),
            r * 768 * wide,
            rng,
            sharp=0.75,
            streak=0.10,
            ragged=0.12,
            bristle=2.0,
        )
    n = max(6, int(26 * r / 0.1))
    spread = rng.normal(0, 0.11 * r, (n, 2)) * (1, squash) + (x, y)
    dabs = trace(
        np.full((8, 8), rng.uniform(0, 3), np.float32), spread.astype(np.float32), r * 60, 4
    )
    tones = vary(heart[rng.integers(0, len(heart), n)], rng, 0.02, 0.1, 0.25)
    lay(canvas, dabs, tones, max(4.0, r * 60), rng, sharp=0.3, ragged=0.0)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    tone = 0.46 - 0.12 * y + 0.50 * fbm(x, y, rng, 4, 4)
    guide = ramp(np.clip(tone, 0, 1), LEAVES)
    guide = np.where(
        (y < 0.16 + 0.08 * fbm(x, y, rng, 5, 3))[..., None],
        ramp(np.clip(0.5 + fbm(x, y, rng, 3, 3), 0, 1), LIGHT),
        guide,
    )
    guide = guide.astype(np.float32)
    canvas = prime(guide * 0.5)
    sway = (-np.pi / 2 + 0.9 * fbm(x, y, rng, 2.5, 3)).astype(np.float32)
    for count, length, width in ((700, 120, 36), (1300, 84, 18), (1100, 64, 10), (500, 80, 5)):
        starts = scatter(count, rng)
        starts = starts[np.argsort(starts[:, 1])]
        shades = vary(sample(guide, starts) * 0.85, rng, 0.04, 0.15, 0.20)
        lay(canvas, trace(sway, starts, length, 9), shades, width, rng, sharp=0.9)
    for count, least, most in (
        (190, 0.016, 0.028),
        (100, 0.030, 0.050),
        (36, 0.058, 0.085),
        (13, 0.095, 0.130),
    ):
        spots = scatter(count, rng)
        for cx, cy in spots[np.argsort(spots[:, 1])]:
            drift = float(
                fbm(np.full((1, 1), cx), np.full((1, 1), cy), np.random.default_rng(7), 3, 2)[0, 0]
            )
            kind = int(rng.integers(6)) if rng.uniform() < 0.5 else int((drift + 1) * 5.99) % 6
            if cy > 0.10:
                flower(canvas, float(cx), float(cy), float(rng.uniform(least, most)), kind, rng)
        starts = scatter(90 if most < 0.06 else 12, rng)
        starts = starts[starts[:, 1] > 0.3]
        shades = vary(LEAVES[rng.integers(1, 5, len(starts))], rng, 0.03, 0.1, 0.2)
        lay(canvas, trace(sway, starts, 84, 9), shades, 6, rng, sharp=1.0)
    return varnish(canvas, 0.8, 0.16)
