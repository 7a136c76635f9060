"""The sound of a film: encoded beside the pictures and kept in step with their clock.

Made by a Writer when there is sound to be heard; one per file.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer

from vj.core.soundbox import CHANNELS, Samples

_SLACK = 0.08  # seconds sound may be off before it is put right
_KBITS = 192
_CHUNK = 16_384


class SoundTrack:
    """An AAC track; gaps become silence, what comes twice is left out.

    `late`: whether the track may begin later than the film; else it begins with silence.
    """

    def __init__(self, file: OutputContainer, rate: int, late: bool) -> None:
        self._file, self._rate, self._late = file, rate, late
        stream = file.add_stream("aac", rate=rate, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = _KBITS * 1000
        self._stream = stream
        self._next: int | None = None  # the number of the next sample, counted from the film's 0

    def write(self, samples: Samples, at: float) -> None:
        """Append (n, 2) float32 -1..1 whose first is `at` seconds after the film's beginning.

        Raises: OSError (av.FFmpegError is one) when they cannot be written.
        """
        here = round(at * self._rate)
        if self._next is None:
            self._next = max(here, 0) if self._late else 0
        off = here - self._next
        if off > _SLACK * self._rate:
            self._encode(np.zeros((off, CHANNELS), np.float32))
        elif off < -_SLACK * self._rate:
            samples = samples[-off:]
        self._encode(samples)

    def _encode(self, samples: Samples) -> None:
        for begin in range(0, len(samples), _CHUNK):
            part = samples[begin : begin + _CHUNK]
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(part.T.clip(-1, 1)), format="fltp", layout="stereo"
            )
            assert self._next is not None
            frame.sample_rate, frame.pts = self._rate, self._next
            frame.time_base = Fraction(1, self._rate)
            self._next += len(part)
            self._file.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder still holds."""
        if self._next is not None:
            self._file.mux(self._stream.encode())
