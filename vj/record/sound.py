"""The sound of a film: encoded beside the pictures and kept in step with their clock.

Made by a Writer when there is sound to be heard; one per file.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer

from vj.core.soundbox import CHANNELS, Samples

_SLACK = 0.08  # seconds sound may be off before it is put right
_AT_ONCE = 2.0  # seconds encoded in one go, in about 10 ms: pictures must not wait longer
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
        self._waiting: deque[tuple[int, Samples]] = deque()  # what comes after a long silence

    def write(self, samples: Samples, at: float) -> None:
        """Append (n, 2) float32 -1..1 whose first is `at` seconds after the film's beginning.

        None at all say that nothing was heard until then. Of a long silence before them a part is
        encoded; they follow in the calls to come.
        Raises: OSError (av.FFmpegError is one) when they cannot be written.
        """
        here = round(at * self._rate)
        if self._next is None:
            if self._late and not len(samples):
                return
            self._next = max(here, 0) if self._late else 0
        self._waiting.append((here, samples))
        self._catch_up()

    def _catch_up(self) -> None:
        left, slack = round(_AT_ONCE * self._rate), round(_SLACK * self._rate)
        while self._waiting and left > 0:
            here, samples = self._waiting[0]
            assert self._next is not None
            off = here - self._next
            if off > slack:  # what waits comes after the silence
                silence = off if off <= left + slack else left
                samples = np.zeros((silence, CHANNELS), np.float32)
            else:
                self._waiting.popleft()
                if off < -slack:
                    samples = samples[-off:]
            self._encode(samples)
            left -= len(samples)

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
        """Write what still waits and what the encoder holds."""
        while self._waiting:
            self._catch_up()
        if self._next is not None:
            self._file.mux(self._stream.encode())
