"""Masks of outputs: where light may fall, from a polygon or a PNG picture.

Made when an output is first drawn and whenever its size changes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyglet.extlibs.png as png_files
from numpy.typing import NDArray

from vj.core.polygon import coverage

log = logging.getLogger(__name__)

_LARGEST = 4096


def make_mask(
    mask: str | Sequence[tuple[float, float]], folder: Path, size: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """Return how much light each place gets: (h, w) uint8, 255 = all; None without a mask.

    `size`: (height, width) a polygon is drawn at; a picture keeps its own.
    """
    if not mask:
        return None
    if not isinstance(mask, str):
        return coverage(mask, size)
    try:
        return read_png(folder / mask)
    except Exception as error:  # whatever a broken file raises: the light stays on
        log.warning("mask %s is not used: %s", mask, error)
        return None


def read_png(path: Path) -> NDArray[np.uint8]:
    """Read a PNG of any kind as brightness times opacity, (h, w) uint8.

    Raises: ValueError when it is too large, and what the decoder raises when it is broken.
    """
    with path.open("rb") as file:
        reader: Any = png_files.Reader(file=file)  # type: ignore[no-untyped-call]
        width, height, rows, _ = reader.asRGBA8()
        if max(width, height) > _LARGEST:
            raise ValueError(f"{width}x{height}; at most {_LARGEST} pixels on a side")
        pixels = np.array([np.frombuffer(bytes(row), np.uint8) for row in rows])
    rgba = pixels.reshape(height, width, 4).astype(np.float32)
    light = rgba[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.round(light * rgba[..., 3] / 255.0).astype(np.uint8)
