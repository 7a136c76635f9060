"""Which process takes more and more memory: the show watches its own over a long evening.

A leak is not mended here, it is told: on the remote, in the log and in the report.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

_EVERY_S = 2.0
_BLOCK_S = 600.0
_BLOCKS = 7  # an hour from the first to the last
_STEP_MIB, _TOTAL_MIB = (
    2.0,
    32.0,
)  # what a full cache or a new scene gives back in between is no leak


def private_mib(pid: int) -> float | None:
    """Return the memory that only this process has, in MiB; None where a system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return None


@dataclass
class Growth:
    """One life of a process: the least memory it had in every ten minutes, and the most ever."""

    pid: int
    born_at: float
    most: float = 0.0
    _lows: deque[float] = field(default_factory=lambda: deque(maxlen=_BLOCKS))
    _low: float = float("inf")
    _ends: float = 0.0

    def take(self, now: float, mib: float) -> None:
        """Take in what it has now (seconds, MiB); its first ten minutes are warming up."""
        self.most = max(self.most, mib)
        if now - self.born_at < _BLOCK_S:
            self._ends = self.born_at + 2 * _BLOCK_S
            return
        if now >= self._ends:
            self._lows.append(self._low)
            self._low, self._ends = mib, now + _BLOCK_S
        self._low = min(self._low, mib)

    @property
    def an_hour(self) -> float:
        """How many MiB it grew by within the hour, 0 unless it did so in each ten minutes of it."""
        lows = list(self._lows)
        rises = [after - before for before, after in pairwise(lows)]
        if len(lows) < _BLOCKS or min(rises) < _STEP_MIB or lows[-1] - lows[0] < _TOTAL_MIB:
            return 0.0
        return lows[-1] - lows[0]


class Growths:
    """The processes of a show by name; `growing` says which ones grow, in words."""

    def __init__(self) -> None:
        self.growing: list[str] = []
        self._lives: dict[str, Growth] = {}
        self._most: dict[str, float] = {}
        self._looked_at = float("-inf")

    def look(self, now: float, pids: Mapping[str, int | None]) -> list[str]:
        """Look at them, every two seconds at most; return what grows now and did not before."""
        if now - self._looked_at < _EVERY_S:
            return []
        self._looked_at = now
        before = self._sentences()
        for name, pid in pids.items():
            mib = private_mib(pid) if pid else None
            if pid and mib is not None:
                self._take(name, pid, now, mib)
        growing = self._sentences()
        self.growing = list(growing.values())
        return [text for name, text in growing.items() if name not in before]

    def _take(self, name: str, pid: int, now: float, mib: float) -> None:
        life = self._lives.get(name)
        if life is None or life.pid != pid:
            life = self._lives[name] = Growth(pid, now)
        life.take(now, mib)
        self._most[name] = max(self._most.get(name, 0.0), mib)

    def _sentences(self) -> dict[str, str]:
        return {
            # One digit: what a page was told and waved away does not come back with every block.
            name: f"{name} takes {float(f'{life.an_hour:.0e}'):.0f} MiB more than an hour ago"
            for name, life in self._lives.items()
            if life.an_hour
        }

    @property
    def most(self) -> dict[str, float]:
        """The most memory each had, in MiB."""
        return {name: round(mib, 1) for name, mib in self._most.items()}
