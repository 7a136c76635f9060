"""Small JPEGs of large pictures, for the remote page's buttons.

Run as a child by the desk, which has no picture decoder:
`python -m vj.capture.thumbnails WIDTHxHEIGHT FROM TO FROM TO ...`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import cv2
import numpy as np

from vj.capture.reading import fit

_QUALITY = 82


def thumbnail(path: Path, size: tuple[int, int]) -> bytes | None:
    """Return a picture's middle as JPEG of `size` (height, width); None if it is unreadable."""
    raw = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_REDUCED_COLOR_2) if raw.size else None
    if picture is None:
        return None
    small = fit(np.asarray(picture, np.uint8), size)
    done, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return packed.tobytes() if done else None


def main(words: list[str]) -> None:
    """Make every thumbnail that can be made; each appears whole or not at all."""
    cv2.setNumThreads(1)
    width, height = (int(side) for side in words[0].split("x"))
    for name, to in zip(words[1::2], words[2::2], strict=True):
        try:
            packed = thumbnail(Path(name), (height, width))
            if packed:
                half = Path(f"{to}.{os.getpid()}")
                half.write_bytes(packed)
                half.replace(to)
        except (OSError, cv2.error):
            continue


if __name__ == "__main__":
    main(sys.argv[1:])
