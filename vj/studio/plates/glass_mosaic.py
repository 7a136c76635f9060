"""Glass mosaic: fans of tesserae, peacock greens and blues with smalti of gold, set in dark grout.

Called through `plates.paint("glass-mosaic")`.
"""

import numpy as np

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp, vary
from vj.studio.plates.easel.noise import border, fbm, grid, smoothstep
from vj.studio.plates.easel.surface import blur, relief

DAY = palette("0a2a5e 0f5fa6 12a3b4 3fd0a0 c9e265 ffd23f ff8a2a d92b4b 6a1b6e 0a2a5e")
GROUT = palette("14121a")[0]
GOLD = palette("7a4a0c e0a52a fff0a8")
ACROSS = 5  # fans side by side


def fans(x: Field, y: Field) -> tuple[Field, Field, Field]:
    """Find the fan each pixel lies on, scales over scales, the lower rows on top.

    Returns its number, the distance from its centre in fan radii, and the angle.
    """
    radius = 1 / ACROSS
    shape = np.full(x.shape, -1.0, np.float32)
    far, angle = np.zeros_like(x), np.zeros_like(x)
    number = 0
    for row in range(-1, 2 * ACROSS + 3):
        for column in range(-1, ACROSS + 2):
            cx, cy = (column + 0.5 * (row % 2)) * radius, row * radius * 0.5
            dx, dy = x - cx, y - cy
            r = np.hypot(dx, dy) / (radius * 0.56)
            here = (r < 1) & (dy < radius * 0.30)
            shape[here], far[here] = number, r[here]
            angle[here] = np.arctan2(dy[here], dx[here])
            number += 1
    return shape, far.astype(np.float32), angle.astype(np.float32)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    fine = size * 2
    x, y = grid(fine)
    wx = x + 0.010 * fbm(x, y, rng, 3, 2) + 0.0016 * fbm(x, y, rng, 40, 2)
    wy = y + 0.010 * fbm(x, y, rng, 3, 2) + 0.0016 * fbm(x, y, rng, 40, 2)
    shape, far, angle = fans(wx, wy)
    rows = 7
    row = np.floor(far * rows)
    tiles = np.where(row == 0, 1, np.round((row + 0.5) * 2 * np.pi / 1.35))
    offset = np.sin(row * 12.9 + shape * 78.2) * 0.5
    tile = np.where(row == 0, 0, np.floor(angle / (2 * np.pi) * tiles + offset))
    key = ((shape + 1) * 64 + row) * 128 + tile + 64
    _, order = np.unique(key.astype(np.int64), return_inverse=True)
    index = np.asarray(order, np.int32).reshape(x.shape)
    count = int(index.max()) + 1
    size_of = np.bincount(index.ravel(), minlength=count).astype(np.float32)

    def mean(field: Field) -> Field:
        return (np.bincount(index.ravel(), field.ravel(), count) / size_of).astype(np.float32)

    mx, my, mrow, mfan = mean(x), mean(y), mean(row.astype(np.float32)), mean(shape)
    place = (0.9 * mx + 1.3 * my) / 2 + 0.22 * np.sin(mx * 5) * np.cos(my * 4 + 1)
    hue = (place * 1.5 + 0.10 * mrow + 0.13 * np.sin(mfan * 2.4)) % 1
    tint = vary(ramp(hue.astype(np.float32), DAY), rng, 0.018, 0.12, 0.20)
    gilt = (mrow >= rows - 1) | (mrow == 0) | (rng.uniform(0, 1, count) < 0.035)
    shine = ramp(rng.uniform(0.1, 1, count).astype(np.float32), GOLD)
    tint = np.where(gilt[:, None], shine, tint).astype(np.float32)
    dark = (mrow == rows - 3) & ~gilt
    tint[dark] *= 0.45
    tilt = rng.normal(0, 1, (count, 2)).astype(np.float32)
    slope = (tilt[index, 0] * (x - mx[index]) + tilt[index, 1] * (y - my[index])) * 22
    gap = border(index) * (768 / fine)
    glass = tint[index] * (1 + 0.5 * np.clip(slope, -1, 1))[..., None]
    cord = fbm(x + mx[index] * 7, y + my[index] * 5, rng, 26, 3, 0.6)
    glass = glass * (1 + 0.16 * cord)[..., None]
    glass += (np.clip(slope + 0.4 * cord - 0.55, 0, 1) * 0.8)[..., None]
    body = smoothstep(0.9, 2.3, gap)
    sand = GROUT * (1 + 0.35 * fbm(x, y, rng, 120, 2))[..., None]
    dome = smoothstep(0.5, 5.0, gap) * 0.5
    picture = relief(mix(sand.astype(np.float32), glass, body), dome, 0.7, 0.12)
    picture = blur(picture, 0.35)
    return np.asarray(picture.reshape(size, 2, size, 2, 3).mean((1, 3)), np.float32)
