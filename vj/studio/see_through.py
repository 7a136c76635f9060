"""What lies under the transparency of a cut-out: the visible colours go on there, softly.
Called before pictures and films with an alpha of their own are painted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

Light = NDArray[np.float32]  # (h, w, 4): colours times how much they count, and that, 0..1
TRUST = 4.0  # times the share of a coarse pixel that is visible: a quarter speaks for all of it


def filled(pixels: Pixels) -> Pixels:
    """Give what is invisible the colours of what is visible around it.

    Networks look at a whole picture, and under alpha 0 lies whatever a program left there: black,
    white, the background that was cut away. It would colour what is seen.

    pixels: (h, w, 4) uint8. Returns the same with other colours where alpha is 0, without a copy
    when there is nothing, or only, to be filled.
    Source: Gortler et al. 1996, "The Lumigraph" (pull-push).
    """
    invisible = pixels[..., 3] == 0
    if not invisible.any() or invisible.all():
        return pixels
    share = pixels[..., 3:].astype(np.float32) / 255
    whole = _spread(np.dstack([pixels[..., :3] * share, share]))
    out = pixels.copy()
    out[invisible, :3] = np.rint(whole[invisible, :3])
    return out


def _spread(light: Light) -> Light:
    """Lay the colours over what coarser pictures of them know of the places between."""
    height, width = light.shape[:2]
    if max(height, width) == 1:
        return np.asarray(light / light[..., 3:], np.float32)
    coarse = np.asarray(cv2.pyrDown(light), np.float32)
    coarse *= np.minimum(TRUST, 1 / np.maximum(coarse[..., 3:], 1e-30))
    below = cv2.pyrUp(_spread(coarse), dstsize=(width, height))
    return np.asarray(light + (1 - light[..., 3:]) * below, np.float32)
