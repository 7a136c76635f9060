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
