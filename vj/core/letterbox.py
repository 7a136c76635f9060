"""Latest-wins bytes in anonymous shared memory: one writer, many readers, no lock.

Carries a phone's camera pictures, still packed, from the desk to capture; boards build on it.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

import numpy as np

_SLOTS = 4
_BEFORE, _AFTER, _LENGTH = range(3)


class Letterbox:
    """Four slots for up to `size` bytes each, written round-robin and read without waiting.

    What lies inside is whatever the writer was given; who opens it must not trust it.
    """

    def __init__(self, memory: Any, heads: Any, size: int) -> None:
        self._memory, self._heads, self.size = memory, heads, size
        self._map()

    @classmethod
    def create(cls, size: int) -> Letterbox:
        """Make a letterbox for letters of up to `size` bytes."""
        spawn = multiprocessing.get_context("spawn")
        return cls(spawn.RawArray("B", _SLOTS * size), spawn.RawArray("q", 1 + _SLOTS * 3), size)

    def _map(self) -> None:
        head = np.frombuffer(self._heads, np.int64)
        self._newest, self._slot_heads = head[:1], head[1:].reshape(_SLOTS, 3)
        self._slot_bytes = np.frombuffer(self._memory, np.uint8).reshape(_SLOTS, self.size)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": (self._memory, self._heads, self.size)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._memory, self._heads, self.size = state["parts"]
        self._map()

    def put(self, letter: bytes) -> int:
        """Copy a letter in and return its number.

        Raises: ValueError when it is empty or larger than a slot.
        """
        if not 0 < len(letter) <= self.size:
            raise ValueError(f"a letter of {len(letter)} bytes in a box of {self.size}")
        seq = int(self._newest[0]) + 1
        head = self._slot_heads[seq % _SLOTS]
        head[_BEFORE] = seq
        head[_LENGTH] = len(letter)
        self._slot_bytes[seq % _SLOTS, : len(letter)] = np.frombuffer(letter, np.uint8)
        head[_AFTER] = seq
        self._newest[0] = seq
        return seq

    @property
    def newest(self) -> int:
        """The number of the newest letter, 0 before the first."""
        return int(self._newest[0])

    def take(self, after_seq: int = 0) -> tuple[int, bytes] | None:
        """Return (number, bytes) of the newest letter, or None when none is newer."""
        for _ in range(8):
            seq = int(self._newest[0])
            if seq == 0 or seq == after_seq:
                return None
            head = self._slot_heads[seq % _SLOTS]
            length = int(head[_LENGTH])
            if int(head[_AFTER]) != seq or not 0 < length <= self.size:
                continue
            letter = self._slot_bytes[seq % _SLOTS, :length].tobytes()
            if int(head[_BEFORE]) == seq:
                return seq, letter
        return None
