"""A latest-wins JSON document in anonymous shared memory: one writer, many readers, no lock.

Carries the stage's wanted state to everybody and each process's status to the show.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Mapping
from typing import Any

import numpy as np

_SLOTS = 4
_BEFORE, _AFTER, _LENGTH = range(3)


class Board:
    """Four slots for a UTF-8 JSON document, written round-robin and read without waiting."""

    def __init__(self, memory: Any, heads: Any, size: int) -> None:
        self._memory, self._heads, self.size = memory, heads, size
        self._map()

    @classmethod
    def create(cls, size: int = 65536) -> Board:
        """Make a board for documents up to `size` bytes of JSON."""
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

    def post(self, document: Mapping[str, object]) -> int:
        """Write a document and return its number.

        Raises: ValueError when its JSON is larger than the board or holds NaN; TypeError when a
        value is not JSON.
        """
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        if len(text) > self.size:
            raise ValueError(f"document of {len(text)} bytes on a board of {self.size}")
        seq = int(self._newest[0]) + 1
        head = self._slot_heads[seq % _SLOTS]
        head[_BEFORE] = seq
        head[_LENGTH] = len(text)
        self._slot_bytes[seq % _SLOTS, : len(text)] = np.frombuffer(text, np.uint8)
        head[_AFTER] = seq
        self._newest[0] = seq
        return seq

    @property
    def newest(self) -> int:
        """The number of the newest document, 0 before the first."""
        return int(self._newest[0])

    def read(self, after_seq: int = 0) -> tuple[int, dict[str, Any]] | None:
        """Return (number, document) of the newest one, or None when none is newer."""
        for _ in range(8):
            seq = int(self._newest[0])
            if seq == 0 or seq == after_seq:
                return None
            head = self._slot_heads[seq % _SLOTS]
            length = int(head[_LENGTH])
            if int(head[_AFTER]) != seq or not 0 < length <= self.size:
                continue
            text = self._slot_bytes[seq % _SLOTS, :length].tobytes()
            if int(head[_BEFORE]) == seq:
                return seq, json.loads(text)
        return None
