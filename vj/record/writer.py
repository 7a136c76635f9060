"""Writes pictures with their times into an H.264 mp4 that stays readable after a crash.

Used by the recorder process; one Writer is one file.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from vj.core.types import Pixels

_TICKS = 90_000
# Every fragment is complete on disk, so a killed recorder loses at most the last second.
_SAFE = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}


def free_name(path: Path) -> Path:
    """Return `path`, or `name-2.mp4`, `name-3.mp4` ... so that no recording is ever overwritten."""
    number, candidate = 2, path
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


class Writer:
    """An open video file; pictures carry their own time, so an uneven rate stays true.

    Raises: OSError (av.FFmpegError is one) when the file cannot be made or the disk is full.
    """

    def __init__(self, path: Path, height: int, width: int, rate: int = 60) -> None:
        self.path = path
        # H.264 in 4:2:0 wants even sides; an odd last row or column is left out.
        self._height, self._width = height & ~1, width & ~1
        self._file = av.open(str(path), "w", format="mp4", options=_SAFE)
        stream = self._file.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = self._width, self._height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.codec_context.gop_size = rate
        stream.codec_context.thread_count = 1
        stream.options = {"preset": "ultrafast", "crf": "18", "tune": "zerolatency"}
        self._stream = stream
        self._last = -1
        self.frames = 0

    def write(self, pixels: Pixels, at: float) -> None:
        """Append an RGBA picture shown at `at` seconds after the start of the recording."""
        ticks = max(round(at * _TICKS), self._last + 1)
        self._last = ticks
        rgb = np.ascontiguousarray(pixels[: self._height, : self._width, :3])
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts, frame.time_base = ticks, Fraction(1, _TICKS)
        for packet in self._stream.encode(frame):
            self._file.mux(packet)
        self.frames += 1

    def close(self) -> None:
        """Write what the encoder still holds and close the file."""
        for packet in self._stream.encode():
            self._file.mux(packet)
        self._file.close()
