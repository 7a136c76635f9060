"""A picture painted smaller than it is shown: the network is quicker, the camera's edges come back.
Used by vj.infer.painter where the machine is too slow for the whole size (vj.infer.pace).

Source: He et al. 2010, guided filter. Around each place the painting is taken for a straight line
over the light of what was painted; what that has finer than the painting's pixels comes back along
the line. What the line does not explain, the strokes, stays as painted.
"""

from __future__ import annotations

import cv2
import numpy as np

from vj.core.types import Pixels

LEAST_SIDE = 128  # pixels; networks need some to work with
AROUND = (3, 3)  # pixels of the small painting that a line is drawn through
NOISE = 40.0  # variance of light, in levels, up to which it is more noise than shape
STEEPEST = 1.5  # slope of a line
FAINT = 4.0  # levels of light: finer things below that are noise


def shrunk(pixels: Pixels, share: float) -> Pixels:
    """Shrink (h, w, 4) to a share of each side, 0..1; small pictures stay as they are."""
    height, width = (round(side * share) for side in pixels.shape[:2])
    if share >= 1 or min(height, width) < LEAST_SIDE:
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def enlarged(painted: Pixels, small: Pixels, pixels: Pixels) -> Pixels:
    """Bring a painting to the size of the picture it was made for, as sharp as that is.

    painted, small: (h, w, 4), the painting and what it was made from; pixels: (H, W, 4), the same
    in its whole size. Returns (H, W, 4) with the alpha of `pixels`.
    """
    size = (pixels.shape[1], pixels.shape[0])
    light = cv2.cvtColor(small, cv2.COLOR_RGBA2GRAY).astype(np.float32)
    colours = cv2.cvtColor(painted, cv2.COLOR_RGBA2RGB).astype(np.float32)
    mean, middle = cv2.blur(light, AROUND), cv2.blur(colours, AROUND)
    spread = cv2.blur(light * light, AROUND) - mean * mean
    slope = cv2.blur(colours * light[..., None], AROUND) - middle * mean[..., None]
    slope /= (spread + np.float32(NOISE))[..., None]
    np.clip(slope, -STEEPEST, STEEPEST, out=slope)
    fine = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY).astype(np.float32)
    cv2.subtract(fine, cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), fine)
    fine *= np.minimum(1, fine * fine * np.float32(1 / FAINT**2))
    sharp = cv2.resize(slope, size, interpolation=cv2.INTER_LINEAR)
    cv2.multiply(sharp, cv2.merge([fine, fine, fine]), sharp)
    cv2.add(sharp, cv2.resize(colours, size, interpolation=cv2.INTER_CUBIC), sharp)
    levels = sharp.clip(0, 255).round().astype(np.uint8)
    out = np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2RGBA), np.uint8)
    cv2.mixChannels([pixels], [out], [3, 3])
    return out
