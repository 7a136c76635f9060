"""Makes the small pictures the remote page shows: raw RGBA with a twelve-byte head, no codec.

Called by the remote for clients that asked for the preview.
"""

from __future__ import annotations

import struct

import numpy as np

from vj.core.types import Pixels

_HEAD = struct.Struct("<HHIB3x")


def shrink(pixels: Pixels, height: int, width: int) -> Pixels:
    """Average blocks of pixels until the picture fits `height` x `width`; alpha becomes 255.

    `pixels`: (H, W, 4) uint8 RGBA. Returns (h, w, 4) uint8; at most a block is cut off at the right
    and bottom. Blocks over 4 pixels wide are sampled, not summed in full.
    """
    tall, wide = pixels.shape[:2]
    block = max(1, -(-tall // height), -(-wide // width))
    h, w = max(tall // block, 1), max(wide // block, 1)
    step = -(-block // 4)
    offsets = range(0, min(block, tall, wide), step)
    total = np.zeros((h, w, 4), np.uint16)
    for y in offsets:
        for x in offsets:
            total += pixels[y : y + h * block : block, x : x + w * block : block]
    small = (total // len(offsets) ** 2).astype(np.uint8)
    small[..., 3] = 255
    return small


def matte(pixels: Pixels) -> Pixels:
    """Return the matte of (H, W, 4) as a gray picture of the same shape."""
    return np.ascontiguousarray(np.broadcast_to(pixels[..., 3:], pixels.shape))


def pack(pixels: Pixels, seq: int, pane: int = 0) -> bytes:
    """Return width, height (uint16), number (uint32), pane (uint8), 3 bytes, then the RGBA bytes.

    Numbers are little endian; `pane` says which of the pictures this is.
    """
    height, width = pixels.shape[:2]
    return _HEAD.pack(width, height, seq & 0xFFFFFFFF, pane) + pixels.tobytes()
