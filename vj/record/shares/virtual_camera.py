"""The output picture as a camera that any video program can choose.

Source: pyvirtualcam, for v4l2loopback on Linux and OBS's virtual camera on Windows and macOS.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vj.core.types import Pixels

PACKAGE, IMPORT = "pyvirtualcam", "pyvirtualcam"


class VirtualCamera:
    """An open virtual camera."""

    def __init__(self, camera: Any) -> None:
        self._camera = camera
        self._rgb = np.empty((camera.height, camera.width, 3), np.uint8)

    def send(self, pixels: Pixels) -> None:
        """See Share."""
        np.copyto(self._rgb, pixels[..., :3])
        self._camera.send(self._rgb)

    def close(self) -> None:
        """See Share."""
        self._camera.close()


def open_share(name: str, height: int, width: int, fps: float) -> VirtualCamera:
    """See the package; its device has a name of its own.

    Raises: RuntimeError when there is no virtual camera on this machine.
    """
    import pyvirtualcam

    return VirtualCamera(pyvirtualcam.Camera(width=width, height=height, fps=fps))
