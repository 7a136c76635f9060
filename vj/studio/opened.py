"""Opens a picture file to learn from; a JPEG that ends too early is no picture, like others then.

Used by all that reads pictures for a training. OpenCV fills what is missing of a JPEG with grey,
and libjpeg says so without a name.
"""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

_JPEG, _END = b"\xff\xd8\xff", b"\xd9"
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd9-\xfe])")  # not the bytes that stand among pixels


def open_picture(path: Path, how: int = cv2.IMREAD_COLOR) -> NDArray[np.uint8] | None:
    """Read (h, w, 3) uint8 BGR, or (h, w) for IMREAD_GRAYSCALE; None when it cannot be read."""
    try:
        data = path.read_bytes()
        whole = data and not ends_early(data)
        found = cv2.imdecode(np.frombuffer(data, np.uint8), how) if whole else None
    except (OSError, cv2.error):
        return None
    return None if found is None else np.asarray(found, np.uint8)


def ends_early(data: bytes) -> bool:
    """Whether these are the bytes of a JPEG without its end."""
    if not data.startswith(_JPEG):
        return False
    found = _MARKER.search(data, 2)
    while found is not None and found[1] != _END:
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        found = _MARKER.search(data, found.end() + length)
    return found is None
