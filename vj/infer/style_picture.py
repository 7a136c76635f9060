"""A style picture's file made into pixels, before any network sees it.

Used by the shelf of styles and by the soundcheck, which must not wait for torch.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.errors import UserError

MOST_BYTES = 64 * 2**20
LONGEST = 4  # times the shorter side; a banner has to be brought to the same shorter side


def decode_style(path: Path) -> NDArray[np.uint8]:
    """Return a style picture as it is in its file: (h, w, 3) uint8 BGR.

    Raises: UserError when the file is missing, too large or no picture.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"style {path}: larger than {MOST_BYTES // 2**20} MB")
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise UserError(f"style {path}: cannot be read ({error.strerror})") from error
    try:
        bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error as error:
        raise UserError(f"style {path}: cannot be decoded ({error.err})") from error
    if bgr is None:
        raise UserError(f"style {path}: no picture OpenCV can read")
    return np.asarray(bgr, np.uint8)


def style_middle(path: Path) -> NDArray[np.uint8]:
    """Return a style picture as `decode_style` does; of a banner only the middle.

    The networks' memory goes with the pixels: all of a long one would end the process.
    """
    bgr = decode_style(path)
    most = LONGEST * min(bgr.shape[:2])
    top, left = (max(0, side - most) // 2 for side in bgr.shape[:2])
    return np.ascontiguousarray(bgr[top : top + most, left : left + most])
