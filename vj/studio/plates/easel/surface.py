"""Surfaces: relief of thick paint, paper and cloth, glow, soft shadows.

Called by every plate for its last layers; pictures are float32 (h, w, 3) 0..1.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.brush import Canvas
from vj.studio.plates.easel.colour import Field, Rgb


def blur(picture: Field, radius: float) -> Field:
    """Blur by a Gaussian; radius (standard deviation) in 768ths of the width."""
    sigma = radius * picture.shape[1] / 768
    if sigma < 0.2:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def relief(rgb: Rgb, height: Field, strength: float = 1.0, shine: float = 0.3) -> Rgb:
    """Light a surface from the upper left; height 0..1, shine adds wet highlights."""
    scale = rgb.shape[1] / 768
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) / 8 * scale**0.5
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) / 8 * scale**0.5
    slope = np.clip(-(dx + 1.3 * dy) * -6 * strength, -1, 1)
    lit = rgb * (1 + 0.55 * slope)[..., None]
    wet = shine * (np.maximum(slope - 0.15, 0) ** 1.5)
    return np.asarray(lit + wet[..., None], np.float32)


def varnish(canvas: Canvas, strength: float = 1.0, shine: float = 0.3) -> Rgb:
    """Turn a painted canvas into a picture with the light on its ridges. Returns (h, w, 3)."""
    rgb = canvas[..., :3].astype(np.float32) / 255
    return relief(rgb, blur(canvas[..., 3].astype(np.float32) / 255, 0.8), strength, shine)


def grain(size: int, rng: np.random.Generator, coarse: float = 1.6) -> Field:
    """Make paper grain: mottled fibres. Returns (size, size) float32, mean 0, deviation 1."""
    rng = rng.spawn(1)[0]  # the size must not change what is painted next
    fine = blur(rng.standard_normal((size, size)).astype(np.float32), coarse * 0.5)
    soft = blur(rng.standard_normal((size, size)).astype(np.float32), coarse * 2.5)
    fine, soft = fine / fine.std(), soft / soft.std()
    both = fine + 0.7 * soft
    return np.asarray(both / both.std(), np.float32)


def weave(size: int, rng: np.random.Generator, pitch: float = 4.0) -> Field:
    """Make the weave of a linen canvas; pitch in 768ths. Returns (size, size) 0..1."""
    rng = rng.spawn(1)[0]  # as for grain
    at = np.arange(size, dtype=np.float32) * (2 * np.pi * 768 / size / pitch)
    wobble = blur(rng.standard_normal((size, size)).astype(np.float32), 6.0)
    wobble = wobble / wobble.std() * 0.5
    over = np.sin(at[None] + wobble) * np.sin(at[:, None] + wobble)
    return np.asarray(0.5 + 0.5 * over, np.float32)


def glow(light: Rgb, radii: tuple[float, ...] = (3, 9, 28), gain: float = 0.8) -> Rgb:
    """Add halos of several widths to drawn light."""
    total = light.copy()
    for radius in radii:
        total += gain * blur(light, radius)
    return total
