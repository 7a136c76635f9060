"""The last seconds of sound in anonymous shared memory: one writer, many readers, no lock.

The desk's audio hand writes what an input gives, the recorder reads it; nobody waits.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHANNELS = 2
SECONDS = 8
_MOST_RATE = 192_000
_WRITTEN, _RATE, _AT = range(3)

Samples = NDArray[np.float32]
"""(n, CHANNELS) float32 -1..1, in the order of time."""


@dataclass(frozen=True)
class Heard:
    """Samples read: the number of the first since the show began, and when the last one was.

    `until`: perf_counter_ns of the end of `samples`; `rate`: samples per second.
    """

    samples: Samples
    first: int
    until: int
    rate: int


class Soundbox:
    """A ring of samples with the number written so far, their rate and the newest one's moment."""

    def __init__(self, memory: Any, heads: Any) -> None:
        self._memory, self._heads = memory, heads
        self._map()

    @classmethod
    def create(cls) -> Soundbox:
        """Make a box for the last SECONDS of sound at any usual rate."""
        spawn = multiprocessing.get_context("spawn")
        return cls(spawn.RawArray("f", SECONDS * 48_000 * CHANNELS), spawn.RawArray("q", 3))

    def _map(self) -> None:
        self._head = np.frombuffer(self._heads, np.int64)
        self._ring = np.frombuffer(self._memory, np.float32).reshape(-1, CHANNELS)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": (self._memory, self._heads)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._memory, self._heads = state["parts"]
        self._map()

    @property
    def rate(self) -> int:
        """Samples per second of what is being heard; 0 while nothing is."""
        return int(self._head[_RATE])

    def write(self, samples: NDArray[np.float32], rate: int, until: int) -> None:
        """Append (n, channels) float32; one channel is heard on both sides, more than two are left.

        `until`: perf_counter_ns of the last sample. What is not finite becomes silence.
        """
        if samples.ndim != 2 or not samples.size or not 0 < rate <= _MOST_RATE:
            return
        block = np.nan_to_num(samples[-len(self._ring) :, :CHANNELS], posinf=0.0, neginf=0.0)
        written = int(self._head[_WRITTEN])
        places = np.arange(written, written + len(block)) % len(self._ring)
        self._ring[places] = block
        self._head[_RATE], self._head[_AT] = rate, until
        self._head[_WRITTEN] = written + len(block)

    def silence(self) -> None:
        """Say that nothing is heard any more."""
        self._head[_RATE] = 0

    @property
    def written(self) -> int:
        """How many samples were written since the show began."""
        return int(self._head[_WRITTEN])

    def read(self, after: int) -> Heard | None:
        """Return the samples from number `after` on, or None when there are none.

        Those that are overwritten already are left out.
        """
        written, rate, until = (int(self._head[field]) for field in (_WRITTEN, _RATE, _AT))
        # The writer may be half a second into what is oldest.
        first = max(after, written - len(self._ring) * 15 // 16)
        if rate <= 0 or first >= written:
            return None
        samples = self._ring[np.arange(first, written) % len(self._ring)]
        return Heard(samples, first, until, rate)
