"""Colour: palettes written as hex words, ramps between them, small natural variations.

Called by every plate; colours are float32 RGB 0..1, display-referred.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]  # (h, w), float32 wherever it is kept
Rgb = NDArray[np.floating[Any]]  # (..., 3) 0..1
Rgb8 = NDArray[np.uint8]  # (h, w, 3)


def palette(words: str) -> Rgb:
    """Read hex colours parted by spaces ("1b2a49 f2e8cf"). Returns (n, 3) float32 0..1."""
    return np.array([list(bytes.fromhex(word)) for word in words.split()], np.float32) / 255


def ramp(t: Field, colours: Rgb, stops: Sequence[float] | None = None) -> Rgb:
    """Colour a field by a gradient; t in 0..1 runs through the colours, evenly or at the stops.

    Returns t.shape + (3,) float32.
    """
    at = np.linspace(0, 1, len(colours)) if stops is None else np.asarray(stops)
    flat = np.clip(t, 0, 1)
    return np.stack([np.interp(flat, at, colours[:, i]) for i in range(3)], -1).astype(np.float32)


def mix(a: Rgb, b: Rgb, amount: Field | float) -> Rgb:
    """Lay b over a; amount 0..1, per pixel (h, w) or one number."""
    cover = amount[..., None] if isinstance(amount, np.ndarray) else np.float32(amount)
    return (a + (b - a) * cover).astype(np.float32)


def vary(
    colours: Rgb,
    rng: np.random.Generator,
    hue: float = 0.02,
    chroma: float = 0.1,
    value: float = 0.1,
) -> Rgb:
    """Vary each colour of an (n, 3) list a little, as paint mixed by hand does.

    hue is in turns, chroma and value are relative; all are standard deviations.
    """
    hsv = cv2.cvtColor(colours[None].astype(np.float32), cv2.COLOR_RGB2HSV)[0]
    n = len(hsv)
    hsv[:, 0] = (hsv[:, 0] + 360 * hue * rng.standard_normal(n)) % 360
    hsv[:, 1] = np.clip(hsv[:, 1] * (1 + chroma * rng.standard_normal(n)), 0, 1)
    hsv[:, 2] = np.clip(hsv[:, 2] * (1 + value * rng.standard_normal(n)), 0, 1)
    return np.asarray(cv2.cvtColor(hsv[None].astype(np.float32), cv2.COLOR_HSV2RGB)[0], np.float32)


def enrich(rgb: Rgb, chroma: float = 1.0, contrast: float = 1.0) -> Rgb:
    """Move every colour away from its grey (chroma), the picture from mid grey (contrast)."""
    grey = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    rgb = grey[..., None] + (rgb - grey[..., None]) * chroma
    return np.clip((rgb - 0.5) * contrast + 0.5, 0, 1).astype(np.float32)


def to_rgb8(rgb: Rgb) -> Rgb8:
    """Round float RGB 0..1 to uint8."""
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
