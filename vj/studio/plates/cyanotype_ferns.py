"""Cyanotype: ferns and umbels laid on blue paper in the sun, their shadows left white.

Called through `plates.paint("cyanotype-ferns")`.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.brush import lay, prime, trace
from vj.studio.plates.easel.colour import Field, Rgb, palette, ramp, vary
from vj.studio.plates.easel.noise import fbm, grid, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, grain, varnish

BLUE = palette("04102f 0a2a6a 1450a0 3a86c8 9cc9e4 f4f6ee")
GROUND = palette("06163c 0b2d70 123f8c 0d3478 1a56a6")
SHIFT = 4  # cv2 draws at 1/16 pixel
LAYERS = (  # plants, least and most length in widths, blur of the shadow, its light
    (30, 0.42, 0.62, 4.0, 0.34),
    (22, 0.44, 0.66, 1.6, 0.60),
    (15, 0.46, 0.74, 0.5, 0.97),
)


def leaf(mask: Field, base: tuple[float, float], angle: float, length: float, wide: float) -> None:
    """Fill one leaflet, pointed at both ends, into a mask; lengths in widths of the picture."""
    size = mask.shape[0]
    t = np.linspace(0, 1, 9)
    half = wide * np.sin(np.pi * t**0.8)
    out = np.concatenate(
        [np.stack([t * length, half], -1), np.stack([t * length, -half], -1)[::-1]]
    )
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = (out @ turn + base) * size - 0.5
    cv2.fillPoly(mask, [np.rint(points * 2**SHIFT).astype(np.int32)], 1.0, cv2.LINE_AA, SHIFT)


def frond(mask: Field, root: tuple[float, float], angle: float, tall: float, bow: float) -> None:
    """Lay one fern: a bowed stem, leaflets on both sides that are themselves cut to leaflets."""
    steps = 21
    x, y = root
    for n in range(steps):
        part = n / steps
        angle += bow / steps
        x, y = x + tall / steps * np.cos(angle), y + tall / steps * np.sin(angle)
        leaf(mask, (x, y), angle + np.pi, tall / steps * 1.4, 0.0035 * (1.15 - part))
        reach = tall * 0.26 * np.sin(np.pi * (0.16 + 0.84 * part)) ** 0.8
        for side in (-1, 1):
            way = angle + side * (1.18 - 0.25 * part)
            leaf(mask, (x, y), way, reach, 0.0016)
            for k in range(1, 9):
                at = (x + reach * k / 9 * np.cos(way), y + reach * k / 9 * np.sin(way))
                small = tall * 0.034 * (1 - 0.7 * k / 9) * (1.1 - 0.5 * part)
                for twist in (-0.95, 0.95):
                    leaf(mask, at, way + twist, small, small * 0.26)


def umbel(mask: Field, root: tuple[float, float], angle: float, tall: float, dice: float) -> None:
    """Lay one umbel: a stem that opens into rays of small blossoms."""
    leaf(mask, root, angle, tall, 0.003)
    top = (root[0] + tall * np.cos(angle), root[1] + tall * np.sin(angle))
    for ray in np.linspace(-1.0, 1.0, 11):
        way, reach = angle + ray, tall * (0.36 - 0.08 * abs(ray))
        leaf(mask, top, way, reach, 0.0016)
        tip = (top[0] + reach * np.cos(way), top[1] + reach * np.sin(way))
        for petal in np.arange(7) * 2 * np.pi / 7 + dice + ray:
            leaf(mask, tip, petal, tall * 0.032, tall * 0.011)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    canvas = prime(ramp(np.clip(0.45 + 0.5 * fbm(x, y, rng, 3, 4), 0, 1), GROUND))
    sweep = (0.5 * fbm(x, y, rng, 1.6, 2) + 0.15).astype(np.float32)
    for count, length, width in ((260, 260, 46), (420, 180, 24)):
        starts = scatter(count, rng)
        shades = vary(GROUND[rng.integers(0, len(GROUND), len(starts))], rng, 0.01, 0.1, 0.16)
        lay(canvas, trace(sweep, starts, length, 9), shades, width, rng, streak=0.16, bristle=2.6)
    ground = varnish(canvas, 0.7, 0.05)
    light = np.zeros((size, size), np.float32)
    for count, least, most, away, share in LAYERS:  # what lies closer to the paper is sharper
        mask = np.zeros((size, size), np.float32)
        for n, (cx, cy) in enumerate(scatter(count, rng)):
            angle = -np.pi / 2 + rng.normal(0, 0.85)
            tall = rng.uniform(least, most)
            root = (cx - tall / 2 * np.cos(angle), cy - tall / 2 * np.sin(angle))
            turn = rng.normal(0, 0.7)
            if n % 4 == 3:
                umbel(mask, root, angle, tall * 0.8, turn)
            else:
                frond(mask, root, angle, tall, turn)
        light = np.maximum(light, share * blur(mask, away) ** 0.8)
    light *= 0.90 + 0.13 * fbm(x, y, rng, 9, 4)
    edge = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    light = np.maximum(light, smoothstep(0.022, 0.008, edge + 0.012 * fbm(x, y, rng, 24, 3)))
    white = ramp(np.clip(0.30 + 0.75 * light, 0, 1), BLUE)
    cover = smoothstep(0.05, 0.75, light)[..., None]
    picture = ground + (white - ground) * cover
    return np.asarray(picture * (1 + 0.035 * grain(size, rng))[..., None], np.float32)
