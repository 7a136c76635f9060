"""What the sources that read through OpenCV share: opening, losing, and turning BGR into Pixels.

Called by the files in `sources/`; everything that comes from a device or file is checked here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from vj.core.types import Pixels

if TYPE_CHECKING:
    import cv2

Capture: TypeAlias = "cv2.VideoCapture"

_FFMPEG = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_AT_ONCE = "rtsp_transport;tcp|fflags;nobuffer|flags;low_delay"
OPEN_LIMIT_MS, READ_LIMIT_MS = 3000, 2000
_VARIABLES = {
    # Read once by OpenCV, before the first capture of the process: V4L2 waits 10 s a frame without.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1",
    "OPENCV_VIDEOIO_V4L_READ_ATTEMPTS": "1",
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",
    "OPENCV_AVFOUNDATION_SKIP_AUTH": "1",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_LOG_LEVEL": "ERROR",
}


class SourceLost(Exception):
    """The source gives no pictures any more (or not yet); its text says why, in one sentence."""


def prepare() -> None:
    """Set OpenCV's environment; to be called before cv2 is imported, keeps what the user set."""
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)


def open_ffmpeg(address: str, what: str, live: bool = False) -> Capture:
    """Open a file or (`live`) an address with time limits on opening and on every read.

    Raises: SourceLost when it cannot be opened.
    """
    import cv2

    # Read at every opening. Without buffering a stream is sooner seen, but a file loses pictures.
    if live:
        os.environ.setdefault(_FFMPEG, _AT_ONCE)
    elif os.environ.get(_FFMPEG) == _AT_ONCE:
        del os.environ[_FFMPEG]

    limits = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_LIMIT_MS),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_LIMIT_MS),
    ]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise SourceLost(f"{what} cannot be opened")
    return capture


def to_pixels(image: object, into: Pixels | None = None) -> Pixels | None:
    """Turn what OpenCV read (gray, BGR or BGRA, uint8) into Pixels, None when it is no picture.

    Transparency becomes the matte; a picture without it has the matte 0 (unknown). `into`: memory
    for the result, if it happens to have the right shape.
    """
    import cv2

    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.size == 0:
        return None
    if image.ndim == 2:
        pixels = cv2.cvtColor(image, cv2.COLOR_GRAY2RGBA, into)
    elif image.ndim == 3 and image.shape[2] == 3:
        pixels = cv2.cvtColor(image, cv2.COLOR_BGR2RGBA, into)
    elif image.ndim == 3 and image.shape[2] == 4:
        pixels = cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA, into)
    else:
        return None
    if image.ndim == 2 or image.shape[2] == 3:
        pixels[:, :, 3] = 0
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def shape_in(pixels: Pixels, room: tuple[int, int]) -> tuple[int, int]:
    """Return the (height, width) at which all of a picture just goes into a room, undistorted."""
    rows, columns = pixels.shape[:2]
    scale = min(room[0] / rows, room[1] / columns)
    return max(round(rows * scale), 1), max(round(columns * scale), 1)


def contain(pixels: Pixels, room: tuple[int, int]) -> Pixels:
    """Make a picture as small as (height, width) if it is larger; keeps its form and its alpha."""
    import cv2

    rows, columns = pixels.shape[:2]
    scale = min(room[0] / rows, room[1] / columns, 1.0)
    if scale == 1.0:
        return pixels
    size = max(int(columns * scale), 1), max(int(rows * scale), 1)
    smaller = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(smaller, np.uint8)


def fit(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Fill (height, width) with the middle of the picture; keeps its proportions and its matte."""
    import cv2

    height, width = size
    rows, columns = pixels.shape[:2]
    if (rows, columns) == size:
        return pixels
    scale = max(height / rows, width / columns)
    keep_rows, keep_columns = min(rows, round(height / scale)), min(columns, round(width / scale))
    top, left = (rows - keep_rows) // 2, (columns - keep_columns) // 2
    part = pixels[top : top + max(keep_rows, 1), left : left + max(keep_columns, 1)]
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(part, (width, height), interpolation=how), np.uint8)
