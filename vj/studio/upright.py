"""How a PNG or WebP with transparency is to be turned: OpenCV heeds that note only without alpha.
Called by the reading of pictures; JPEG and TIFF are turned by OpenCV itself."""

from __future__ import annotations

from typing import Literal

from vj.capture.framing import turned
from vj.core.types import Pixels

Order = Literal["big", "little"]

PNG, WEBP = b"\x89PNG\r\n\x1a\n", b"WEBP"
ORIENTATION = 0x0112  # the tag of Exif
AS_NOTED = {  # its value -> degrees clockwise, and whether left and right are changed after that
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}


def upright(pixels: Pixels, data: bytes) -> Pixels:
    """Turn (h, w, 4) uint8 as the file it was read from, PNG or WebP, says the camera was held."""
    rotate, mirror = AS_NOTED.get(_orientation(_exif(data).removeprefix(b"Exif\0\0")), (0, False))
    return turned(pixels, rotate, mirror)


def _exif(data: bytes) -> bytes:
    """Find the block of a file that holds what the camera noted; empty when there is none."""
    png = data.startswith(PNG)
    if not png and data[8:12] != WEBP:
        return b""
    at = len(PNG) if png else 12
    while at + 8 < len(data):
        first, second = data[at : at + 4], data[at + 4 : at + 8]
        kind, size = (second, _whole(first)) if png else (first, _whole(second, "little"))
        if kind in (b"eXIf", b"EXIF"):
            return data[at + 8 : at + 8 + size]
        at += 8 + size + (4 if png else size % 2)  # a checksum, or a byte to make it even
    return b""


def _orientation(exif: bytes) -> int:
    """Read the one note out of a block; 0 when it is not there or the block is broken."""
    order: Order = "little" if exif[:2] == b"II" else "big"
    first = _whole(exif[4:8], order)
    count = _whole(exif[first : first + 2], order)
    for at in range(first + 2, first + 2 + 12 * count, 12):
        if _whole(exif[at : at + 2], order) == ORIENTATION:
            return _whole(exif[at + 8 : at + 10], order)
    return 0


def _whole(data: bytes, order: Order = "big") -> int:
    return int.from_bytes(data, order)
