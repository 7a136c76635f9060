"""A PNG of a small picture, with nothing but the standard library.

Used for the pictures of scenes: the desk has no codec, and needs none for this.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from vj.core.types import Pixels


def png(pixels: Pixels) -> bytes:
    """Return (H, W, 4) uint8 RGBA as a PNG file; alpha, which is the matte here, is left out.

    Source: PNG specification, third edition: signature, IHDR, IDAT, IEND; filter 1 (Sub).
    """
    height, width = pixels.shape[:2]
    rgb = pixels[..., :3]
    rows = np.empty((height, 1 + width * 3), np.uint8)
    rows[:, 0] = 1
    step = rgb.copy()
    step[:, 1:] -= rgb[:, :-1]  # uint8 arithmetic wraps around, as the filter wants it
    rows[:, 1:] = step.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
