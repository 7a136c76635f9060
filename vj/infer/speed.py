"""How many pictures per second a model paints here, alone, from pixels to pixels.
Called by `vj bench models`."""

from __future__ import annotations

import time

import cv2
import numpy as np

from vj.core.gig import Gig
from vj.core.types import Pixels
from vj.infer.engine import build_engine
from vj.infer.painter import Mix, paint


def sample(size: tuple[int, int]) -> Pixels:
    """Make a picture of `size` (h, w) with a soft-edged person in the middle; always the same."""
    height, width = size
    tiles = np.random.default_rng(0).integers(0, 256, (9, 16, 4)).astype(np.uint8)
    pixels = np.asarray(cv2.resize(tiles, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    matte = np.zeros(size, np.uint8)
    centre, axes = (width // 2, height // 2), (width // 8, 2 * height // 5)
    cv2.ellipse(matte, centre, axes, 0, 0, 360, 255, cv2.FILLED)
    cv2.insertChannel(cv2.blur(matte, (9, 9)), pixels, 3)
    return pixels


def pictures_per_second(gig: Gig, name: str, size: tuple[int, int], seconds: float) -> float:
    """Paint (h, w) pictures for `seconds` with two styles, person and background, and count.

    Loading and warming up do not count; the first two styles of the gig are used.
    Raises: UserError for a card that cannot be loaded.
    """
    styles = list(gig.style_files)[:2]
    engine = build_engine(gig, name, styles, size, gig.rig.device)
    mixes: list[Mix] = [((style, 1.0),) for style in styles] or [()]
    pixels = sample(size)
    started = time.perf_counter()
    count = 0
    while count == 0 or time.perf_counter() - started < seconds:
        paint(engine.model, engine.shelf, engine.device, pixels, mixes[0], mixes[-1], 1.0)
        count += 1
    return count / (time.perf_counter() - started)
