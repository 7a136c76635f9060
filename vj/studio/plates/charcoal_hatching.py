"""Charcoal hatching: a heap of apples in black, sanguine and white chalk on toned paper.

Called through `plates.paint("charcoal-hatching")`.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.brush import Paths, trace
from vj.studio.plates.easel.colour import Field, Rgb, mix, palette
from vj.studio.plates.easel.noise import Points, fbm, grid, sample, scatter, smoothstep, warped
from vj.studio.plates.easel.surface import blur, grain

PAPER, COAL, SANGUINE, CHALK = palette("cfa273 15110f b0341b fff4e0")


def heap(x: Field, y: Field, rng: np.random.Generator) -> tuple[Field, Field]:
    """Heap up apples, the nearer ones below. Returns tone 0..1 and the form's angle."""
    tone = (0.30 + 0.16 * fbm(x, y, rng, 3, 4)).astype(np.float32)
    angle = (0.6 + 0.7 * fbm(x, y, rng, 2, 2)).astype(np.float32)
    light = np.array([-0.52, -0.58, 0.63], np.float32)
    side = np.linspace(-0.06, 1.06, 6)
    spots = np.stack(np.meshgrid(side, side), -1)
    spots[::2, :, 0] += 0.11
    spots = spots.reshape(-1, 2) + rng.normal(0, 0.028, (36, 2))
    for cx, cy in spots[np.argsort(spots[:, 1])]:
        r = rng.uniform(0.10, 0.155)
        dx, dy = (x - cx) / r, (y - cy) / r
        swell = 1 + 0.05 * fbm(dx * 0.3 + cx, dy * 0.3 + cy, rng, 2, 2) - 0.06 * dy * np.abs(dx)
        far = np.hypot(dx, dy) / swell
        tone *= 1 - 0.85 * smoothstep(1.75, 0.9, np.hypot(dx - 0.30, dy - 0.20))
        nz = np.sqrt(np.clip(1 - far * far, 0.004, 1))
        lit = dx * light[0] + dy * light[1] + nz * light[2]
        bounce = 0.42 * smoothstep(0.55, 1.0, far) * np.clip(0.75 * dx + 0.5 * dy, 0, 1)
        gx, gy = light[0] - light[2] * dx / nz, light[1] - light[2] * dy / nz
        dip = np.exp(-((dx / 0.30) ** 2) - ((dy + 0.66) / 0.13) ** 2)
        stem = np.abs(dx - 0.02 - 0.5 * (dy + 0.62) ** 2) < 0.055 - 0.05 * (dy + 0.7)
        stem &= np.abs(dy + 0.86) < 0.26
        on = far < 1
        tone = np.where(on, np.clip(0.12 + 0.86 * lit, 0.02, 1) + bounce - 0.55 * dip, tone)
        tone = np.where(stem, 0.0, tone).astype(np.float32)
        angle = np.where(on, np.arctan2(-gx, gy), angle).astype(np.float32)
    return np.clip(tone, 0, 1), angle


def hatch(size: int, paths: Paths, weight: Field, rng: np.random.Generator, width: float) -> Field:
    """Draw strokes whose pressure (weight, (n,) 0..1) sets their tone. Returns 0..1 (h, w)."""
    sheet = np.zeros((size, size), np.float32)
    layer = np.zeros((size, size), np.uint8)
    order = rng.permutation(len(paths))
    for part in np.array_split(order, 6):
        layer[:] = 0
        for i in part:
            thick = max(1, round(width * rng.uniform(0.6, 1.5) * size / 768))
            fixed = np.rint(paths[i] * size * 16).astype(np.int32)
            tone = int(255 * np.clip(weight[i], 0, 1))
            cv2.polylines(layer, [fixed], False, tone // 2, thick + 1, cv2.LINE_AA, 4)
            cv2.polylines(layer, [fixed[1:-1]], False, tone, thick, cv2.LINE_AA, 4)
        sheet += (1 - sheet) * (layer / np.float32(255))
    return sheet


def rub(picture: Rgb, colour: Rgb, load: Field, tooth: Field) -> Rgb:
    """Rub dry pigment over the paper: it catches on the tooth, fully only where pressed hard."""
    caught = smoothstep(-0.25, 0.35, load * 1.55 - 0.62 + 0.20 * tooth)
    return mix(
        picture, colour * np.ones_like(picture), np.asarray(caught * np.sqrt(load), np.float32)
    )


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    wx, wy = warped(x, y, rng, 5, 0.006, 2)
    tone, along = heap(wx, wy, rng)
    tone = blur(tone, 1.0)
    tooth = grain(size, rng, 1.4)
    picture = PAPER * (1 + 0.05 * tooth + 0.05 * fbm(x, y, rng, 3, 4))[..., None]
    picture = rub(
        picture.astype(np.float32), SANGUINE, 0.50 * blur(smoothstep(0.60, 0.1, tone), 6), tooth
    )
    picture = rub(picture, COAL, 0.66 * blur(smoothstep(0.30, 0.0, tone), 5), tooth)

    def strokes(
        count: int, turn: float, length: float, low: float, high: float, gain: float, width: float
    ) -> Field:
        starts: Points = scatter(count, rng)
        need = smoothstep(low, high, sample(tone, starts))
        keep = need > 0.06
        starts, need = starts[keep], need[keep]
        reach = (length * rng.uniform(0.6, 1.4, len(starts))).astype(np.float32)
        paths = trace((along + turn).astype(np.float32), starts, reach, 8)
        return hatch(size, paths, gain * need, rng, width)

    for pigment, count, turn, length, low, high, gain, width in (
        (SANGUINE, 9000, 0.12, 34, 0.92, 0.30, 0.62, 1.2),
        (SANGUINE, 6000, 0.95, 26, 0.62, 0.15, 0.70, 1.1),
        (COAL, 9000, 0.05, 38, 0.50, 0.10, 0.85, 1.3),
        (COAL, 7000, 0.85, 26, 0.32, 0.0, 0.90, 1.2),
        (COAL, 1200, -0.1, 70, 0.16, 0.0, 1.0, 3.0),
        (CHALK, 8000, 0.10, 26, 0.80, 1.0, 0.85, 1.4),
        (CHALK, 900, 0.0, 34, 0.93, 1.0, 1.0, 3.0),
    ):
        drawn = strokes(count, turn, length, low, high, gain, width)
        picture = rub(picture, pigment, drawn, tooth)
    return np.asarray(blur(picture, 0.25), np.float32)
