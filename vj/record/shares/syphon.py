"""The output picture for other programs on the same Mac.

Source: syphon-python. Written by its documentation, never tried: no Mac here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vj.core.types import Pixels

PACKAGE, IMPORT = "syphon-python", "syphon"


class Syphon:
    """An open Syphon server."""

    def __init__(self, server: Any, texture: Any, copy: Any, height: int, width: int) -> None:
        self._server, self._texture, self._copy = server, texture, copy
        self._rgba = np.empty((height, width, 4), np.uint8)

    def send(self, pixels: Pixels) -> None:
        """See Share."""
        np.copyto(self._rgba, pixels)
        self._rgba[..., 3] = 255
        self._copy(self._rgba, self._texture)
        self._server.publish_frame_texture(self._texture)

    def close(self) -> None:
        """See Share."""
        self._server.stop()


def open_share(name: str, height: int, width: int, fps: float) -> Syphon:
    """See the package."""
    import syphon
    from syphon.utils.numpy import copy_image_to_mtl_texture
    from syphon.utils.raw import create_mtl_texture

    server = syphon.SyphonMetalServer(name)
    texture = create_mtl_texture(server.device, width, height)
    return Syphon(server, texture, copy_image_to_mtl_texture, height, width)
