"""The style plates: original pictures painted by our own code, one file per plate.

Called by hand (`python -m vj.studio.plates styles`) and by the tests; shows read the files.
"""

import zlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np

from vj.core.errors import UserError, unknown
from vj.studio.plates.easel.colour import Rgb8, to_rgb8

FULL_SIZE = 768
JPEG_QUALITY = 92
MAX_BYTES = 350_000


def names() -> list[str]:
    """Name every plate, sorted: the files of this folder with - for _."""
    return sorted(
        file.stem.replace("_", "-")
        for file in Path(__file__).parent.glob("*.py")
        if not file.stem.startswith("_")
    )


def paint(name: str, size: int = FULL_SIZE, seed: int = 0) -> Rgb8:
    """Paint one plate; the same name, size and seed give the same picture.

    Returns (size, size, 3) uint8 RGB. Strokes scale with the size.

    Raises:
        UserError: no plate has that name, or the size is below 64.
    """
    if name not in names():
        raise unknown("plate", name, names())
    if size < 64:
        raise UserError(f"a plate is at least 64 pixels wide, not {size}")
    plate = import_module(f"{__name__}.{name.replace('-', '_')}")
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return to_rgb8(plate.paint(size, rng))


def encode(picture: Rgb8) -> bytes:
    """Encode a picture as JPEG, at a lower quality only where it would pass MAX_BYTES.

    Takes (h, w, 3) uint8 RGB.
    """
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    for quality in range(JPEG_QUALITY, 60, -3):
        data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= MAX_BYTES:
            break
    return data


def paint_all(
    folder: Path, size: int = FULL_SIZE, seed: int = 0, only: Sequence[str] = ()
) -> list[Path]:
    """Paint every plate, or only some, into the folder as <name>.jpg and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.jpg" for name in only or names()]
    for file in files:
        file.write_bytes(encode(paint(file.stem, size, seed)))
    return files
