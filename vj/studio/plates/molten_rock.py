"""Molten rock: plates of black basalt drifting on lava that glows through every crack.

Called through `plates.paint("molten-rock")`.
"""

import numpy as np

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp
from vj.studio.plates.easel.ink import push
from vj.studio.plates.easel.noise import border, cells, fbm, grid, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, glow, relief

LAVA = palette("2a0400 8a0f02 e0310a ff7a12 ffc23a fff3b0")
ROCK = palette("08090c 15171d 272a33 454955 6d6f78")
CRUSTS = ((46, 10.0, 1.0), (240, 4.5, 0.7), (900, 2.2, 0.4))  # plates, half width of a crack, heat


def cracks(size: int, x: Field, y: Field, rng: np.random.Generator) -> tuple[Field, Field]:
    """Lay plates of three sizes; give the heat of the cracks 0..1 and each place's plate 0..1."""
    heat = np.zeros_like(x)
    own = np.zeros_like(x)
    hot = smoothstep(-0.45, 0.55, fbm(x, y, rng, 2.6, 3))
    dx, dy = (0.035 * fbm(x, y, rng, 4, 5, 0.6) for _ in range(2))
    for count, wide, share in CRUSTS:
        index, _ = cells(scatter(count, rng), size)
        tone = rng.uniform(0, 1, int(index.max()) + 1).astype(np.float32)
        far = push(border(index), dx, dy) * (768 / size)  # in 768ths
        open_here = wide * ((0.25 if share == 1 else 0.02) + 0.9 * hot)
        heat = np.maximum(heat, share * (0.3 + 0.7 * hot) * smoothstep(1.0, 0.15, far / open_here))
        own += share * push(tone[index], dx, dy)
    return heat, own / sum(share for _, _, share in CRUSTS)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    heat, own = cracks(size, x, y, rng)
    rough = fbm(x, y, rng, 14, 6, 0.62)
    ropes = np.sin(46 * fbm(x, y, rng, 3, 3) + 5 * own) * 0.5
    tone = np.clip(0.10 + 0.62 * own + 0.22 * rough + 0.10 * ropes, 0, 1)
    height = np.clip(0.5 + 0.22 * own + 0.20 * rough + 0.09 * ropes - 0.55 * blur(heat, 3), 0, 1)
    rock = relief(ramp(tone, ROCK), blur(height, 0.8), 3.2, 0.35)
    flow = np.clip(heat * (0.86 + 0.30 * fbm(x, y, rng, 22, 4)), 0, 1)
    lava = ramp(flow, LAVA) * smoothstep(0.02, 0.35, flow)[..., None]
    light = glow(lava.astype(np.float32), (4, 14, 46), 0.42)
    ember = smoothstep(0.62, 0.80, fbm(x, y, rng, 70, 2)) * smoothstep(0.03, 0.25, blur(heat, 22))
    picture = rock * (1 + 1.6 * blur(lava, 30)) + light
    return mix(picture, palette("ff9a2a")[0] * np.ones_like(picture), 0.7 * ember)
