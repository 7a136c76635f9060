"""The output picture for other programs on the same Windows machine.

Source: SpoutGL, the binding of Spout 2. Written by its documentation, never tried: no Windows here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vj.core.types import Pixels

PACKAGE, IMPORT = "SpoutGL", "SpoutGL"
_RGBA = 0x1908  # GL_RGBA


class Spout:
    """An open Spout sender."""

    def __init__(self, sender: Any, height: int, width: int) -> None:
        self._sender = sender
        self._rgba = np.empty((height, width, 4), np.uint8)

    def send(self, pixels: Pixels) -> None:
        """See Share."""
        np.copyto(self._rgba, pixels)
        self._rgba[..., 3] = 255
        height, width = pixels.shape[:2]
        if not self._sender.sendImage(self._rgba, width, height, _RGBA, False, 0):
            raise RuntimeError("Spout takes no picture")

    def close(self) -> None:
        """See Share."""
        self._sender.releaseSender()


def open_share(name: str, height: int, width: int, fps: float) -> Spout:
    """See the package."""
    import SpoutGL

    sender = SpoutGL.SpoutSender()
    sender.setSenderName(name)
    return Spout(sender, height, width)
