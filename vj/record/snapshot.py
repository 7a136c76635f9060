"""One picture into a PNG file.

Called by the recorder process when somebody asked for a snapshot.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import av
import numpy as np

from vj.core.types import Pixels


def write_png(pixels: Pixels, path: Path) -> None:
    """Write (H, W, 4) RGBA into a PNG file; its alpha, the matte, is left out.

    Raises: OSError (av.FFmpegError is one) when it cannot be written; then no part of it stays.
    """
    try:
        _write(pixels, path)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _write(pixels: Pixels, path: Path) -> None:
    height, width = pixels.shape[:2]
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[..., :3]), format="rgb24")
    frame.pts = 0
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as file:
        stream = file.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "rgb24"
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
