"""A number written into a picture as black and white blocks, and read back after any trip.

The test card carries it, so that the delay from source to screen can be measured on the picture.
"""

from __future__ import annotations

import numpy as np

from vj.core.types import Pixels

_BITS = 24
_CELLS = 2 + _BITS + 4  # white, black, the number, its check


def _rows(height: int) -> slice:
    return slice(height - max(height // 16, 4), height)


def _check(number: int) -> int:
    return (number ^ (number >> 4) ^ (number >> 8) ^ (number >> 12) ^ (number >> 20)) & 15


def stamp(pixels: Pixels, number: int) -> None:
    """Write `number` (its lowest 24 bits) along the lower edge of the picture, in place."""
    number &= (1 << _BITS) - 1
    bits = [1, 0, *((number >> bit) & 1 for bit in reversed(range(_BITS)))]
    bits += [(_check(number) >> bit) & 1 for bit in reversed(range(4))]
    width = pixels.shape[1]
    columns = np.arange(width) * _CELLS // width
    pixels[_rows(pixels.shape[0]), :, :3] = (np.array(bits)[columns] * 255)[None, :, None]


def read_stamp(pixels: Pixels) -> int | None:
    """Read the number back, None when there is none; survives scaling, blur and compression."""
    rows = _rows(pixels.shape[0])
    strip = pixels[rows, :, :3].astype(np.float32).mean(axis=(0, 2))
    centres = ((np.arange(_CELLS) + 0.5) * pixels.shape[1] / _CELLS).astype(int)
    reach = max(pixels.shape[1] // _CELLS // 4, 1)
    levels = np.array([strip[max(c - reach, 0) : c + reach].mean() for c in centres])
    if levels[0] - levels[1] < 60:
        return None
    bits = (levels[2:] > (levels[0] + levels[1]) / 2).astype(int)
    value = int("".join(map(str, bits)), 2)
    number, check = value >> 4, value & 15
    return number if check == _check(number) else None
