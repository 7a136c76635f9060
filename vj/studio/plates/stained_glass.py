"""Stained glass: a rose window of jewel colours in lead, lit from behind.

Called through `plates.paint("stained-glass")`.
"""

import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, vary
from vj.studio.plates.easel.noise import border, cells, fbm, grid, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, relief

RUBY = palette("c4071b e8262a 8e0c2e ff5a3c")
COBALT = palette("0b2fa8 1450d8 0a1f6e 2f86f0")
EMERALD = palette("06793f 12a45a 7fc93a 0a5a4a")
AMBER = palette("ffb400 ffd84a ff8a0a fff0b0")
VIOLET = palette("5a1a96 8f35c8 3a0f6a d05ad0")
LEAD = palette("0d0c10")[0]
PETALS = 12
Labels = NDArray[np.int32]


def tracery(x: Field, y: Field) -> tuple[Labels, Labels]:
    """Draw the window's stonework. Returns a label for every opening and its family of glass."""
    dx, dy = x - 0.5, y - 0.5
    r = np.hypot(dx, dy)
    turn = (np.arctan2(dy, dx) / (2 * np.pi) * PETALS) % PETALS
    petal = np.floor(turn).astype(np.int32)
    off = (turn - petal - 0.5) * (2 * np.pi / PETALS)  # radians from the petal's axis
    u, v = r * np.cos(off), r * np.sin(off)
    label = np.full(x.shape, 1, np.int32)
    family = np.full(x.shape, 1, np.int32)

    def open_(where: NDArray[np.bool_], number: int, glass: int) -> None:
        label[where] = number * 64 + petal[where] + 2
        family[where] = glass

    ring = r < 0.485
    open_(ring, 1, 4)
    half = np.round(turn * 2).astype(np.int32)
    spandrel = ring & (r > 0.30)
    label[spandrel] = 128 + half[spandrel] % (2 * PETALS)
    family[spandrel] = np.where(half[spandrel] % 2 == 0, 2, 1)
    open_(np.hypot(u - 0.405, v) < 0.078, 5, 0)
    open_(np.hypot(u - 0.405, v) < 0.045, 6, 3)
    open_(np.hypot(u - 0.405, v) < 0.020, 7, 1)
    lance = 0.062 * np.sin(np.pi * np.clip((u - 0.10) / 0.225, 0, 1)) ** 0.75
    open_((np.abs(v) < lance) & (u < 0.325), 8, 1)
    open_((np.abs(v) < lance * 0.58) & (u > 0.15) & (u < 0.30), 9, 0)
    open_((np.abs(v) < lance * 0.26) & (u > 0.18) & (u < 0.285), 10, 3)
    open_(r < 0.125, 11, 3)
    open_(r < 0.098, 12, 0)
    six = np.floor(turn / 2).astype(np.int32)
    label[r < 0.066] = 900 + six[r < 0.066]
    family[r < 0.066] = 1
    label[r < 0.030], family[r < 0.030] = 990, 3
    corner = r > 0.485
    side = (dx > 0).astype(np.int32) * 2 + (dy > 0)
    label[corner], family[corner] = 1000 + side[corner], 1
    boss = np.hypot(np.abs(dx) - 0.425, np.abs(dy) - 0.425)
    for k, (radius, glass) in enumerate(((0.075, 0), (0.048, 3), (0.022, 2))):
        label[boss < radius], family[boss < radius] = 1010 + 4 * k + side[boss < radius], glass
    rim = (r > 0.470) & (r < 0.500)
    bead = np.floor((turn * 5) % (5 * PETALS)).astype(np.int32)
    label[rim], family[rim] = 1100 + bead[rim], np.where(bead[rim] % 2, 3, 0)
    return label, family


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    fine = size * 2
    x, y = grid(fine)
    wx = x + 0.0022 * fbm(x, y, rng, 9, 2)
    wy = y + 0.0022 * fbm(x, y, rng, 9, 2)
    label, family = tracery(wx, wy)
    shards, _ = cells(scatter(400, rng), fine)
    stone = border(label) * (768 / fine)
    _, index = np.unique(label.astype(np.int64) * 4096 + shards, return_inverse=True)
    index = index.reshape(x.shape).astype(np.int32)
    count = int(index.max()) + 1
    kind = np.zeros(count, np.int32)
    kind[index.ravel()] = family.ravel()
    jewels = np.stack([RUBY, COBALT, EMERALD, AMBER, VIOLET])
    pane = vary(
        jewels[kind, rng.choice(4, count, p=(0.4, 0.3, 0.18, 0.12))], rng, 0.012, 0.08, 0.16
    )
    stray = rng.uniform(0, 1, count) < 0.10
    pane[stray] = jewels[rng.integers(0, 5, count), rng.integers(0, 4, count)][stray]
    gap = border(index) * (768 / fine)
    tilt = rng.uniform(0, 2 * np.pi, count).astype(np.float32)[index]
    across = np.cos(tilt) * x + np.sin(tilt) * y
    down = -np.sin(tilt) * x + np.cos(tilt) * y
    streak = fbm(across * 2.0, down * 0.35, rng, 30, 4, 0.6)
    cloud = fbm(x, y, rng, 5, 4)
    seed = smoothstep(0.52, 0.62, fbm(x, y, rng, 95, 2))
    sun = np.exp(-((x - 0.42) ** 2 + (y - 0.36) ** 2) / 0.20)
    light = 0.80 + 0.62 * sun + 0.24 * streak + 0.22 * cloud + 0.30 * seed
    patina = 0.45 + 0.55 * smoothstep(0.5, 7.0, gap)
    glass = pane[index] * (light * patina)[..., None]
    glass += 0.16 * (np.clip(light * patina - 0.85, 0, 1))[..., None] * palette("fff2c0")[0]
    lead = np.maximum(smoothstep(1.8, 1.1, gap), smoothstep(3.5, 2.6, stone))
    came = np.maximum(np.clip(1 - gap / 2.0, 0, 1), np.clip(1 - stone / 3.9, 0, 1))
    metal = relief(LEAD * np.ones_like(glass) * 1.5, came.astype(np.float32), 1.5, 0.22)
    picture = mix(np.clip(glass, 0, 1.2).astype(np.float32), metal, lead)
    halo = blur(np.clip(glass * (1 - lead)[..., None], 0, 1).astype(np.float32), 7)
    picture = picture + 0.20 * halo
    return np.asarray(picture.reshape(size, 2, size, 2, 3).mean((1, 3)), np.float32)
