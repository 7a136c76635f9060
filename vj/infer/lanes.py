"""Two pictures painted side by side, each on its own share of the cores, handed out in order.
Used by the live loop and by the speed measurement.

One picture on all cores waits for threads to wake some hundred times; two pictures on half the
cores each do not: on two cores, beside a stage, 15 brush pictures a second became 17.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def shares(wanted: int = 0) -> tuple[int, int]:
    """Return (lanes, threads in each) for `wanted` threads; 0: all of two cores, else all but one.

    The core that is left on larger machines belongs to the stage.
    """
    count = cores()
    threads = wanted or (count if count <= 2 else count - 1)
    return (2, threads // 2) if threads >= 2 else (1, 1)


class Lanes(Generic[T, R]):
    """A few threads of work; `tag` comes back with each result, in the order of the orders."""

    def __init__(self, count: int, threads: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(
            count, "lane", initializer=torch.set_num_threads, initargs=(threads,)
        )
        self._running: deque[tuple[T, Future[R]]] = deque()

    def free(self, limit: int | None = None) -> bool:
        """Whether another order may begin now; `limit`: at most so many at a time."""
        return len(self._running) < min(self.count, limit or self.count)

    @property
    def busy(self) -> bool:
        """Whether any order has not been taken yet."""
        return bool(self._running)

    @property
    def oldest(self) -> T | None:
        """What the order was tagged with that has been given first and not been taken yet."""
        return self._running[0][0] if self._running else None

    def order(self, tag: T, work: Callable[[], R]) -> None:
        """Begin to work; returns at once."""
        self._running.append((tag, self._pool.submit(work)))

    def take(self) -> tuple[T, Future[R]] | None:
        """Return the oldest order if it is finished, else None; its future may hold an error."""
        if self._running and self._running[0][1].done():
            return self._running.popleft()
        return None

    def close(self) -> None:
        """Wait for what is running and end the threads."""
        self._pool.shutdown()
