"""Night city: towers across a river in palette-knife paint, their lights drawn out on the water.

Called through `plates.paint("night-city")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.brush import lay, prime, trace
from vj.studio.plates.easel.colour import Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import fbm, grid, sample, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, glow, varnish

SKY = palette("0a1242 16307c 2f4fa6 7a4aa0 d0588a f59a62")
WALLS = palette("0c1230 141a44 1d1238 0a2038 2a1540")
LAMPS = palette("ffd873 ffb13b ff6a2a ff2f4f 2fe0e0 7fd4ff fff2c9 ff4fa0")
WINDOW_ODDS = (0.34, 0.24, 0.10, 0.05, 0.06, 0.07, 0.11, 0.03)
QUAY = 0.60  # where the far bank meets the river


def fill(picture: Rgb, shape: NDArray[np.float64], colour: Rgb) -> None:
    """Fill a polygon given in 0..1, in place."""
    size = len(picture)
    at = np.rint(shape * size * 16).astype(np.int32)
    cv2.fillPoly(picture, [at], [float(v) for v in colour], cv2.LINE_8, 4)


def tower(picture: Rgb, light: Rgb, near: float, rng: np.random.Generator) -> Rgb:
    """Stand a tower on the far bank: a wall with a lit edge, rows of windows, perhaps a sign.

    Returns its windows (n, 6): centre x and y, width, and colour.
    """
    wide = rng.uniform(0.055, 0.10) * (0.6 + 0.7 * near)
    x = rng.uniform(-0.05, 1.0)
    top = rng.uniform(0.10, 0.34) + 0.16 * near + 0.12 * abs(x - 0.5)
    wall = mix(palette("7a58b0")[0], WALLS[rng.integers(len(WALLS))], 0.35 + 0.6 * near)
    for left, right, shade in ((0.0, 0.30, 1.5), (0.30, 1.0, 0.9)):
        a, b = x + wide * left, x + wide * right
        fill(picture, np.array([[a, QUAY], [a, top], [b, top], [b, QUAY]]), wall * shade)
    if rng.uniform() < 0.4:
        tip = x + wide / 2
        fill(picture, np.array([[tip - 0.005, top], [tip, top - 0.09], [tip + 0.005, top]]), wall)
    w, h = 0.009 + 0.007 * near, 0.013 + 0.011 * near
    main = LAMPS[rng.choice(len(LAMPS), p=WINDOW_ODDS)]
    panes = []
    for px in np.arange(x + 0.3 * w, x + wide - w, 1.55 * w):
        for py in np.arange(top + h, QUAY - h, 1.6 * h):
            if rng.uniform() < 0.42:
                other = LAMPS[rng.choice(len(LAMPS), p=WINDOW_ODDS)]
                lamp = (main if rng.uniform() < 0.6 else other) * rng.uniform(0.65, 1.0)
                pane = np.array([[px, py], [px + w, py], [px + w, py + h], [px, py + h]])
                for part, gain in ((picture, 1.0), (light, 0.5)):
                    fill(part, pane, lamp * gain)
                panes.append([px + w / 2, py + h / 2, w, *lamp])
    if near > 0.5 and rng.uniform() < 0.5:
        low = rng.uniform(0.40, 0.50)
        sign = np.array([[x, low], [x + 0.022, low], [x + 0.022, low - 0.13], [x, low - 0.13]])
        lamp = LAMPS[rng.integers(2, 7)]
        for part in (picture, light):
            fill(part, sign, lamp)
    return np.array(panes, np.float32).reshape(-1, 6)


def city(size: int, rng: np.random.Generator) -> tuple[Rgb, Rgb, Rgb]:
    """Compose dusk sky, moon and towers. Returns the picture, its lights alone, the windows."""
    x, y = grid(size)
    tone = np.clip(y / QUAY + 0.20 * fbm(x * 0.6, y * 2.2, rng, 4, 4), 0, 1)
    picture = ramp(tone**1.1, SKY)
    light = np.zeros_like(picture)
    far = np.hypot(x - 0.71, y - 0.14).astype(np.float32)
    moon = smoothstep(0.066, 0.060, far)[..., None] * palette("ffd98a")[0]
    moon = moon * (0.86 + 0.30 * fbm(x, y, rng, 24, 3))[..., None]
    picture, light = np.maximum(picture, moon), light + 0.25 * moon
    windows = np.zeros((0, 6), np.float32)
    for near in np.repeat((0.0, 0.35, 0.7, 1.0), (16, 14, 9, 5)):
        before = picture.copy()
        panes = tower(picture, light, float(near), rng)
        hidden = np.abs(picture - before).max(-1)
        windows = np.concatenate([windows[sample(hidden, windows[:, :2]) == 0], panes])
    for lamp_x in np.arange(0.01, 1.0, 0.036):
        spot = tuple(int(v) for v in np.rint(np.array([lamp_x, QUAY - 0.012]) * size * 16))
        for part in (picture, light):
            cv2.circle(part, spot, round(0.0075 * size * 16), [1.0, 0.82, 0.42], -1, cv2.LINE_8, 4)
    return picture.astype(np.float32), light.astype(np.float32), windows


def river(size: int, picture: Rgb, rng: np.random.Generator) -> Rgb:
    """Mirror the bank in the river: its lights drawn out downwards and broken by ripples."""
    x, y = grid(size)
    drop = np.clip(y - QUAY, 0, 1)
    ripple = (0.004 + 0.05 * drop) * fbm(x * 0.8, y * 7, rng, 9, 3)
    flip = np.clip(QUAY - drop * 1.3 + ripple, 0, 1)
    mirror = cv2.remap(
        picture,
        ((x + 0.5 * ripple) * size).astype(np.float32),
        (flip * size).astype(np.float32),
        cv2.INTER_LINEAR,
        None,
        cv2.BORDER_REFLECT,
    )
    drawn = np.asarray(cv2.blur(mirror, (1, max(1, round(0.06 * size)) | 1)), np.float32)
    drawn = np.maximum(drawn * 1.5, mirror * 0.7)
    bands = smoothstep(-0.25, 0.55, fbm(x * 0.5, y * 9, rng, 5, 3))
    dark = palette("0b1c5c")[0] * np.ones_like(drawn)
    water = mix(drawn, dark, 0.10 + 0.62 * bands)
    return mix(picture, water, smoothstep(0.0, 0.003, (y - QUAY).astype(np.float32)))


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    picture, light, windows = city(size, rng)
    lit = np.clip(picture + 0.22 * blur(light, 8) + 0.16 * blur(light, 36), 0, 1)
    picture = river(size, lit, rng)
    canvas = prime(picture * 0.7)
    upright = np.full_like(x, np.pi / 2)
    flat = 0.35 * fbm(x, y, rng, 4, 3)
    dice = rng.spawn(1)[0].uniform(0, 1, x.shape)
    sky = smoothstep(0.34, 0.20, y - 0.05) > 0.5
    level = ((y > QUAY) & (dice < 0.72)) | (sky & (dice < 0.7))
    angle = (np.where(level, flat, upright) + 0.06 * fbm(x, y, rng, 9, 2)).astype(np.float32)
    for count, length, width in ((900, 95, 32), (2400, 54, 15), (9000, 18, 6)):
        starts = scatter(count, rng)
        shades = vary(sample(picture, starts), rng, 0.015, 0.12, 0.12)
        lay(
            canvas,
            trace(angle, starts, length, 5),
            shades,
            width,
            rng,
            sharp=0.08,
            streak=0.08,
            ragged=0.12,
        )
    bright = picture.max(-1) - 0.4 * picture.min(-1)
    starts = scatter(24000, rng)
    starts = starts[(sample(bright, starts) > 0.58) & (starts[:, 1] > QUAY)]
    shades = vary(np.clip(sample(picture, starts) * 1.15, 0, 1), rng, 0.012, 0.12, 0.06)
    lay(canvas, trace(angle, starts, 12, 4), shades, 4.4, rng, sharp=0.1, streak=0.06, ragged=0.1)
    tall = trace(upright, windows[:, :2], windows[:, 2] * 768 * 1.5, 4)
    lay(
        canvas,
        tall,
        vary(windows[:, 3:], rng, 0.01, 0.1, 0.05),
        windows[:, 2] * 720,
        rng,
        sharp=0.05,
        streak=0.05,
        ragged=0.0,
    )
    painted = varnish(canvas, 0.65, 0.12)
    shine = np.clip(painted - 0.62, 0, 1)
    return np.asarray(painted + 0.4 * (glow(shine, (5, 16), 0.8) - shine), np.float32)
