"""A picture painted smaller than it is shown: the network is quicker, the camera's edges come back.
Used by vj.infer.painter where the machine is too slow for the whole size (vj.infer.pace).

Source: He et al. 2010, guided filter. Around each place the painting is taken for a straight line
over the light of what was painted; what that has finer than the painting's pixels comes back along
the line. What the line does not explain, the strokes, stays as painted.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from vj.core.types import Pixels
from vj.infer.pace import SHARES

LEAST_SIDE = 128  # pixels; networks need some to work with
AROUND = (3, 3)  # pixels of the small painting that a line is drawn through
NOISE = 40.0  # variance of light, in levels, up to which it is more noise than shape
STEEPEST = 1.5  # slope of a line
FAINT = 4.0  # levels of light: finer things below that are noise


def eased(pixels: Pixels, share: float, paint: Callable[[Pixels], Pixels]) -> Pixels:
    """Paint (h, w, 4) at a share of each side, 0..1, and enlarge what comes of it.

    What `paint` gives back untouched is the picture itself.
    """
    small = shrunk(pixels, share)
    painted = paint(small)
    if painted is small:
        return pixels
    return painted if small is pixels else enlarged(painted, small, pixels)


def least_share(size: tuple[int, int]) -> float:
    """The smallest of SHARES at which pictures of `size` (h, w) are painted smaller, else 1."""
    small = [share for share in SHARES if round(min(size) * share) >= LEAST_SIDE]
    return min(small, default=1.0)


def shrunk(pixels: Pixels, share: float) -> Pixels:
    """Shrink (h, w, 4) to a share of each side, 0..1; small pictures stay as they are."""
    height, width = (round(side * share) for side in pixels.shape[:2])
    if share >= 1 or min(height, width) < LEAST_SIDE:
        return pixels
    how = cv2.INTER_AREA if share <= 0.5 else cv2.INTER_LINEAR  # ten times as quick, as smooth
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def enlarged(painted: Pixels, small: Pixels, pixels: Pixels) -> Pixels:
    """Bring a painting to the size of the picture it was made for, as sharp as that is.

    painted, small: (h, w, 4), the painting and what it was made from; pixels: (H, W, 4), the same
    in its whole size. Returns (H, W, 4) with the alpha of `pixels`.
    """
    size = (pixels.shape[1], pixels.shape[0])
    rgb = cv2.cvtColor(painted, cv2.COLOR_RGBA2RGB)
    light = cv2.cvtColor(small, cv2.COLOR_RGBA2GRAY).astype(np.float32)
    colours = rgb.astype(np.float32)
    mean, middle = cv2.blur(light, AROUND), cv2.blur(colours, AROUND)
    spread = cv2.blur(light * light, AROUND) - mean * mean + np.float32(NOISE)
    slope = cv2.blur(colours * light[..., None], AROUND) - middle * mean[..., None]
    slope /= spread[..., None]
    np.clip(slope, -STEEPEST, STEEPEST, out=slope)
    whole = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)
    fine = cv2.subtract(whole, cv2.resize(light, size), dtype=cv2.CV_32F)
    fine *= np.minimum(1, fine * fine * np.float32(1 / FAINT**2))
    detail = cv2.multiply(cv2.resize(slope, size), cv2.merge([fine, fine, fine]))
    grown = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC)
    levels = cv2.add(grown, detail, dtype=cv2.CV_8U)
    out = np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2RGBA), np.uint8)
    cv2.mixChannels([pixels], [out], [3, 3])
    return out
