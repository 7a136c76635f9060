"""Pointillism: sails before the setting sun in dots of pure colour, each near its complement.

Called through `plates.paint("pointillism")`.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.brush import Canvas, prime
from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import Points, fbm, grid, sample, smoothstep, warped
from vj.studio.plates.easel.surface import varnish

SKY = palette("fffbe6 ffe873 ffb84a ff8560 e46a9a a06fd0 5f7fe0 3f6fd0 2f4fb0")
SEA = palette("1c2f86 2b56b8 2f8fc0 58c0b8")
HILLS = palette("56379a 7d52b8 b872b8")
TREE = palette("101a55 123f5c 12694a 3f9a45 b8c840 ffcf4a")
SAIL = palette("fff4d8 e8d8f8 8fa0ec 4a58c0 2a2478")
SUN = (0.58, 0.40)
WATERLINE = 0.60


def boat(picture: Rgb, cx: float, foot: float, tall: float, x: Field, y: Field) -> Rgb:
    """Set a boat with two sails on the water."""
    high = np.clip((foot - y) / tall, 0, 1)
    bend = 0.10 * tall * np.sin(np.pi * high)
    on = (y < foot) & (y > foot - tall)
    main = on & (x > cx) & (x < cx + 0.40 * tall * (1 - high) ** 0.9 + bend)
    jib = on & (x < cx - 0.012 * tall) & (x > cx - 0.34 * tall * (0.86 - high) - 0.4 * bend)
    for part, lean in ((main, 0.0), (jib, 0.25)):
        tone = np.clip(0.25 + lean + 0.75 * (x - cx) / (0.4 * tall) + 0.25 * (1 - high), 0, 1)
        picture = mix(picture, ramp(tone.astype(np.float32), SAIL), part.astype(np.float32))
    hull = (y > foot) & (y < foot + 0.07 * tall)
    hull &= np.abs(x - cx) < 0.40 * tall - (y - foot) * 1.4
    return mix(picture, palette("231a5e")[0] * np.ones_like(picture), hull.astype(np.float32))


def tree(picture: Rgb, x: Field, y: Field, rng: np.random.Generator) -> Rgb:
    """Grow the great pine at the left: tiers of cushions, lit from the sun's side."""
    trunk = np.abs(x - 0.13 - 0.035 * np.sin(y * 7 + 0.5)) < 0.016 + 0.016 * (y > 0.7)
    trunk &= y > 0.10
    picture = mix(picture, palette("3b1a58")[0] * np.ones_like(picture), trunk.astype(np.float32))
    for cx, cy, wide, high in (
        (0.03, 0.42, 0.13, 0.055),
        (0.25, 0.36, 0.12, 0.05),
        (0.06, 0.28, 0.17, 0.065),
        (0.24, 0.22, 0.15, 0.06),
        (0.10, 0.13, 0.20, 0.075),
        (0.17, 0.04, 0.15, 0.06),
    ):
        far = np.hypot((x - cx) / wide, (y - cy) / high)
        edge = 1 - far + 0.35 * fbm(x, y, rng, 12, 3)
        form = 0.55 * (x - cx) / wide - 0.5 * (y - cy) / high + 0.5 * fbm(x, y, rng, 14, 2)
        cover = smoothstep(0.0, 0.12, edge.astype(np.float32))
        picture = mix(picture, ramp((0.42 + 0.42 * form).astype(np.float32), TREE), cover)
    return picture


def scene(size: int, rng: np.random.Generator) -> Rgb:
    """Compose the colours the dots will pick up. Returns (h, w, 3)."""
    x, y = grid(size)
    wx, wy = warped(x, y, rng, 3, 0.025)
    far = np.hypot(wx - SUN[0], (wy - SUN[1]) * 1.15)
    halo = 0.03 * np.sin(far * 62) + 0.06 * fbm(x * 0.5, y * 2.2, rng, 4, 3)
    picture = ramp((np.clip(far * 1.45 - 0.05, 0, 1) ** 0.8 + halo).astype(np.float32), SKY)
    rise = WATERLINE - 0.055 - 0.045 * fbm(x, np.zeros_like(y), rng, 2.6, 4)
    rise = rise + 0.05 * np.exp(-(((x - SUN[0]) / 0.12) ** 2))
    hills = ramp(np.clip((y - rise) / 0.08, 0, 1).astype(np.float32), HILLS)
    picture = mix(picture, hills, smoothstep(-0.003, 0.004, (y - rise).astype(np.float32)))
    for cx, foot, tall in ((0.40, 0.610, 0.17), (0.72, 0.615, 0.25), (0.47, 0.605, 0.10)):
        picture = boat(picture, cx, foot, tall, x, y)
    depth = np.clip((y - WATERLINE) / (1 - WATERLINE), 0, 1)
    ripple = ((0.004 + 0.03 * depth) * fbm(x * 0.7, y * 5, rng, 10, 3)).astype(np.float32)
    flip = np.clip(2 * WATERLINE - y + ripple, 0, 1).astype(np.float32)
    at_x, at_y = (x + 1.5 * ripple) * size, flip * size
    mirror = np.asarray(
        cv2.remap(picture, at_x, at_y, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT), np.float32
    )
    bands = 0.5 + 0.5 * np.sin(2 * np.pi * (y * 15 / (0.35 + depth) + fbm(x, y * 2, rng, 4, 3)))
    sea = ramp(np.clip(1 - depth * 0.8 + 0.3 * (bands - 0.5), 0, 1).astype(np.float32), SEA)
    water = mix(mirror, sea, (0.28 + 0.66 * bands * (0.5 + 0.5 * depth)).astype(np.float32))
    lane = np.exp(-(((x - SUN[0]) / (0.05 + 0.16 * depth)) ** 2)) * (0.35 + 0.65 * (1 - bands))
    water = mix(water, palette("ffd45a")[0] * np.ones_like(water), (0.85 * lane).astype(np.float32))
    picture = mix(picture, water, smoothstep(-0.001, 0.001, y - WATERLINE - 0.018))
    for cx, foot, tall in ((0.86, 0.80, 0.46),):
        picture = boat(picture, cx, foot, tall, x, y)
    bank = 0.93 - 0.30 * np.exp(-((x / 0.30) ** 2)) + 0.025 * fbm(x, y, rng, 7, 4)
    grass = ramp(
        (0.30 + 0.45 * fbm(x, y, rng, 9, 3) + 0.5 * (bank + 0.05 - y)).astype(np.float32), TREE
    )
    picture = mix(picture, grass, smoothstep(-0.003, 0.01, (y - bank).astype(np.float32)))
    return tree(picture, wx, wy, rng)


def ranks(count: int, rng: np.random.Generator) -> Points:
    """Place dots in rings about the sun, in the sky, and in level rows, below. (n, 2)."""
    pitch = float(np.sqrt(1.0 / count))
    rings = []
    for k in range(1, int(1.1 / pitch)):
        turn = np.arange(0, 2 * np.pi, 1 / k) + rng.uniform(0, 6)
        ring = np.stack([np.cos(turn), np.sin(turn) / 1.15], -1) * k * pitch + SUN
        rings.append(ring[ring[:, 1] < WATERLINE])
    rows = np.arange(WATERLINE, 1.02, pitch * 0.9)
    for row in rows:
        line = np.arange(-0.02, 1.02, pitch * 1.1) + rng.uniform(0, pitch)
        rings.append(np.stack([line, np.full_like(line, row)], -1))
    spots = np.concatenate(rings) + rng.normal(0, 0.22 * pitch, (sum(map(len, rings)), 2))
    keep = ((spots > -0.02) & (spots < 1.02)).all(1)
    return rng.permutation(spots[keep]).astype(np.float32)


def dab(
    canvas: Canvas, spots: Points, colours: Rgb, radius: float, rng: np.random.Generator
) -> None:
    """Set round dots of thick paint, slightly oval, radius in 768ths."""
    size = canvas.shape[0]
    unit = size / 768 * 16
    for spot, colour in zip(spots, colours, strict=True):
        r, g, b = (colour * 255).tolist()
        a = radius * rng.uniform(0.75, 1.2) * unit
        axes = (max(8, round(a)), max(8, round(a * rng.uniform(0.7, 1))))
        at = tuple(int(v) for v in np.rint(spot * size * 16))
        turn = float(rng.uniform(0, 180))
        high = float(rng.uniform(110, 200))
        cv2.ellipse(canvas, at, axes, turn, 0, 360, (r, g, b, high), -1, cv2.LINE_AA, 4)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    picture = scene(size, rng)
    canvas = prime(picture * 0.75)
    for count, radius, hue, chroma, strange in (
        (4500, 8.5, 0.02, 1.0, 0.0),
        (7500, 5.6, 0.035, 1.15, 0.06),
        (6000, 4.0, 0.05, 1.25, 0.10),
    ):
        spots = ranks(count, rng)
        colours = sample(picture, spots)
        grey = colours.mean(1, keepdims=True)
        colours = np.clip(grey + (colours - grey) * chroma, 0, 1).astype(np.float32)
        other = rng.uniform(0, 1, len(spots)) < strange
        colours[other] = np.clip(2 * grey[other] - colours[other], 0.08, 1)
        dab(canvas, spots, vary(colours, rng, hue, 0.10, 0.09), radius, rng)
    return varnish(canvas, 0.45, 0.06)
