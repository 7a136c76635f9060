"""The output picture over the network, for every program that speaks NDI.

Source: cyndilib, which brings NDI's own library. NDI announces itself and listens on the network.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from vj.core.types import Pixels

PACKAGE, IMPORT = "cyndilib", "cyndilib"


class Ndi:
    """An open NDI sender."""

    def __init__(self, sender: Any, height: int, width: int) -> None:
        self._sender = sender
        self._rgba = np.empty((height, width, 4), np.uint8)

    def send(self, pixels: Pixels) -> None:
        """See Share; the alpha is opaque, others would take the matte for holes."""
        np.copyto(self._rgba, pixels)
        self._rgba[..., 3] = 255
        self._sender.write_video(self._rgba.reshape(-1))

    def close(self) -> None:
        """See Share."""
        self._sender.close()


def open_share(name: str, height: int, width: int, fps: float) -> Ndi:
    """See the package."""
    from cyndilib.sender import Sender
    from cyndilib.video_frame import VideoSendFrame
    from cyndilib.wrapper.ndi_structs import FourCC

    frame = VideoSendFrame()
    frame.set_resolution(width, height)
    frame.set_frame_rate(Fraction(fps).limit_denominator(1001))
    frame.set_fourcc(FourCC.RGBA)
    sender = Sender(name, clock_video=False)
    sender.set_video_frame(frame)
    sender.open()
    return Ndi(sender, height, width)
