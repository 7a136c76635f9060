"""From a network's coarse idea of a person to an outline that follows the picture's edges.
Used by vj.infer.netmatte for every picture; about 1 ms at 640x360 on one core.

Source: guided filter (He, Sun, Tang 2013; He, Sun 2015 for the coarse-to-full form).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
Gray = NDArray[np.uint8]

LONGEST = 256  # longer side of the coarse picture everything but the last step works at
REACH = 4  # coarse pixels within which an edge of the picture draws the outline to itself
EDGE = 1.5e-3  # variance of brightness 0..1 that counts as an edge


def coarse_size(size: tuple[int, ...]) -> tuple[int, int]:
    """Return the coarse (h, w) for a picture of (h, w)."""
    scale = min(1.0, LONGEST / max(size[:2]))
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def shaped(found: Map, size: tuple[int, int]) -> Map:
    """Stretch a map to (h, w) without aliasing."""
    if found.shape == size:
        return found
    way = cv2.INTER_AREA if found.shape[0] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(found, size[::-1], interpolation=way), np.float32)


def odds_to_part(odds: Map) -> Map:
    """Turn log odds into 0..1."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds.clip(-30, 30))), np.float32)


def at_threshold(soft: Map, threshold: float) -> Map:
    """Move what was `threshold` (0..1) to one half; 0 and 1 stay where they are."""
    sure = min(max(threshold, 0.01), 0.99)
    if sure == 0.5:
        return soft
    return np.asarray(soft / (soft + (1 - soft) * (sure / (1 - sure)) + 1e-9), np.float32)


def carried(earlier: Map | Gray, flow: Map) -> NDArray[Any]:
    """Move an earlier coarse picture to now; flow (h, w, 2): for now's pixels, the way back."""
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    across, down = x + flow[..., 0], y + flow[..., 1]
    moved = cv2.remap(earlier, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved)


def outlined(soft: Map, coarse: Gray, gray: Gray, feather: float) -> Gray:
    """Bring a coarse matte to the picture's size, drawn to the picture's edges.

    soft: (h', w') 0..1; coarse: (h', w') and gray: (h, w), the picture's brightness 0..255;
    feather: 0 (crisp) to 1 (wide). Returns (h, w) uint8.
    """
    feather = min(max(feather, 0.0), 1.0)
    if feather > 0.3:
        soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), 8.0 * (feather - 0.3)), np.float32)
    slope, level = _guided(soft, coarse.astype(np.float32) * np.float32(1 / 255))
    size = gray.shape[1], gray.shape[0]
    full = cv2.multiply(cv2.resize(slope, size), gray, scale=1 / 255, dtype=cv2.CV_32F)
    full = cv2.add(full, cv2.resize(level, size))
    steep = 1.0 / (0.2 + 0.8 * feather)
    # convertScaleAbs takes the absolute value; what is below 0 must stay there
    levels = np.maximum(full, np.float32(0.5 - 0.5 / steep))
    return np.asarray(cv2.convertScaleAbs(levels, alpha=255 * steep, beta=127.5 - 127.5 * steep))


def _guided(soft: Map, guide: Map) -> tuple[Map, Map]:
    """Fit soft = slope * guide + level around every pixel, all (h, w)."""
    around = (2 * REACH + 1, 2 * REACH + 1)
    mean, part = cv2.blur(guide, around), cv2.blur(soft, around)
    spread = cv2.blur(guide * guide, around) - mean * mean
    slope = (cv2.blur(guide * soft, around) - mean * part) / (spread + np.float32(EDGE))
    level = part - slope * mean
    slopes, levels = cv2.blur(slope, around), cv2.blur(level, around)
    return np.asarray(slopes, np.float32), np.asarray(levels, np.float32)
