"""How the movement of the camera picture travels: a small field of where every place was.

Written by capture, read by the stage; it lies in a mailbox like a picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

COLUMNS = 160  # of the field; finer is better at outlines and dearer with the square
Field = NDArray[np.float32]
"""(h, w, 3) float32: how far right and down of here a place of the newest camera picture was in the
picture that was painted, in parts of the picture's width and height; how sure that is, 0..1."""


def grid_of(size: tuple[int, int]) -> tuple[int, int]:
    """Return (rows, columns) of the field for pictures of (height, width)."""
    height, width = size
    columns = min(COLUMNS, width)
    return max(round(columns * height / width), 1), columns


def packed(field: Field) -> Pixels:
    """Lay a field into a picture of twice its width: four half floats a place, (h, 2 w, 4)."""
    rows, columns = field.shape[:2]
    halves = np.zeros((rows, columns, 4), np.float16)
    halves[..., :3] = field
    return halves.view(np.uint8).reshape(rows, 2 * columns, 4)


def mailbox_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (height, width) of a mailbox for the packed field of pictures of (height, width)."""
    rows, columns = grid_of(size)
    return rows, 2 * columns
