"""A small queue of events in anonymous shared memory: one writer, one reader, no lock.

The desk sends what hands did; the stage drains it at the top of every frame.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from typing import Any

import numpy as np

from vj.core.types import Event, Set, Trigger

_RECORD = 512
_WRITTEN, _READ, _DROPPED = range(3)


class Ring:
    """Fixed-size records between a write and a read counter; full means dropped and counted."""

    def __init__(self, memory: Any, heads: Any, records: int) -> None:
        self._memory, self._heads, self.records = memory, heads, records
        self._map()

    @classmethod
    def create(cls, records: int = 1024) -> Ring:
        """Make a queue that holds up to `records` undrained events."""
        spawn = multiprocessing.get_context("spawn")
        return cls(spawn.RawArray("B", records * _RECORD), spawn.RawArray("q", 3), records)

    def _map(self) -> None:
        self._head = np.frombuffer(self._heads, np.int64)
        self._slots = np.frombuffer(self._memory, np.uint8).reshape(self.records, _RECORD)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": (self._memory, self._heads, self.records)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._memory, self._heads, self.records = state["parts"]
        self._map()

    @property
    def dropped(self) -> int:
        """How many events were lost because the reader was away."""
        return int(self._head[_DROPPED])

    @property
    def waiting(self) -> bool:
        """Whether something is queued that nobody has drained yet."""
        return bool(self._head[_WRITTEN] != self._head[_READ])

    def send(self, event: Event) -> bool:
        """Queue an event; return False when the queue is full or the event is too long.

        An event that does not know when its hand moved moved now.
        """
        kind = "s" if isinstance(event, Set) else "t"
        what = (
            [event.param, event.value] if isinstance(event, Set) else [event.action, event.argument]
        )
        at = event.at or time.perf_counter_ns()
        text = json.dumps([kind, *what, event.hand, at], separators=(",", ":")).encode()
        written = int(self._head[_WRITTEN])
        if len(text) > _RECORD - 2 or written - int(self._head[_READ]) >= self.records:
            self._head[_DROPPED] += 1
            return False
        slot = self._slots[written % self.records]
        slot[:2] = divmod(len(text), 256)
        slot[2 : 2 + len(text)] = np.frombuffer(text, np.uint8)
        self._head[_WRITTEN] = written + 1
        return True

    def drain(self) -> list[Event]:
        """Take out everything queued so far, oldest first."""
        events: list[Event] = []
        read, written = int(self._head[_READ]), int(self._head[_WRITTEN])
        for index in range(read, written):
            slot = self._slots[index % self.records]
            length = int(slot[0]) * 256 + int(slot[1])
            kind, name, value, hand, at = json.loads(slot[2 : 2 + length].tobytes())
            made = Set if kind == "s" else Trigger
            events.append(made(name, value, hand, at))
        self._head[_READ] = written
        return events
