"""Writes pictures with their times into an H.264 film that stays readable after a crash.

Used by the recorder process; one Writer is one file.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from vj.core.soundbox import Samples
from vj.core.types import Pixels
from vj.record.sound import SoundTrack

_TICKS = 90_000
# Every part is complete on disk, so a killed recorder loses at most the last second. Matroska also
# keeps when the first picture was, where mp4 begins at 0; its times are whole milliseconds.
_SAFE = {
    ".mp4": ("mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    ".mkv": ("matroska", {"cluster_time_limit": "1000"}),
}


def free_name(path: Path) -> Path:
    """Return `path`, or `name-2.mp4`, `name-3.mp4` ... so that no recording is ever overwritten."""
    number, candidate = 2, path
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


class Writer:
    """An open video file; pictures carry their own time, so an uneven rate stays true.

    `quality`: x264's scale, smaller is better; `matte`: keep the alpha as a second, gray track;
    `sound_rate`: samples per second of the sound beside it, 0 = none.

    Raises: OSError (av.FFmpegError is one) when the file cannot be made or the disk is full.
    """

    def __init__(
        self,
        path: Path,
        height: int,
        width: int,
        rate: int = 60,
        quality: int = 18,
        matte: bool = False,
        sound_rate: int = 0,
    ) -> None:
        self.path = path
        # H.264 in 4:2:0 wants even sides; an odd last row or column is left out.
        self._height, self._width = height & ~1, width & ~1
        kind, options = _SAFE.get(path.suffix.lower(), _SAFE[".mp4"])
        safe = {**options, "flush_packets": "1"}
        self._file = av.open(str(path), "w", format=kind, options=safe)
        self._picture = self._track(rate, quality, "yuv420p")
        self._matte = self._track(rate, quality, "gray") if matte else None
        late = kind == "matroska"
        self._sound = SoundTrack(self._file, sound_rate, late) if sound_rate else None
        self.sound_rate = sound_rate
        self._last = -1
        self.frames = 0

    def _track(self, rate: int, quality: int, kind: str) -> av.VideoStream:
        stream = self._file.add_stream("libx264", rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = self._width, self._height, kind
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.codec_context.gop_size = rate
        stream.codec_context.thread_count = 1
        stream.options = {"preset": "ultrafast", "crf": str(quality), "tune": "zerolatency"}
        return stream

    def write(self, pixels: Pixels, at: float) -> None:
        """Append an RGBA picture shown at `at` seconds after the start of the recording."""
        ticks = max(round(at * _TICKS), self._last + 1)
        self._last = ticks
        part = pixels[: self._height, : self._width]
        self._encode(self._picture, np.ascontiguousarray(part[..., :3]), "rgb24", ticks)
        if self._matte is not None:
            self._encode(self._matte, np.ascontiguousarray(part[..., 3]), "gray", ticks)
        self.frames += 1

    def write_sound(self, samples: Samples, at: float) -> None:
        """Append (n, 2) samples of `sound_rate`, the first of them `at` seconds after the start."""
        if self._sound is not None:
            self._sound.write(samples, at)

    def _encode(self, stream: av.VideoStream, levels: Pixels, kind: str, ticks: int) -> None:
        frame = av.VideoFrame.from_ndarray(levels, format=kind)
        frame.pts, frame.time_base = ticks, Fraction(1, _TICKS)
        self._file.mux(stream.encode(frame))

    def close(self) -> None:
        """Write what the encoders still hold and close the file."""
        for stream in (self._picture, self._matte):
            if stream is not None:
                self._file.mux(stream.encode())
        if self._sound is not None:
            self._sound.close()
        self._file.close()
