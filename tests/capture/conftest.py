"""A source that a test drives, for everything that watches sources."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from vj.capture.reading import SourceLost
from vj.core.types import Pixels

SIZE = (36, 64)


class Door:
    """What is handed in here is what the source delivers; every opening is counted."""

    size = SIZE

    def __init__(self) -> None:
        self.given: queue.Queue[Pixels | Exception] = queue.Queue()
        self.openings = 0
        self.arrived = threading.Event()

    def frames(self) -> Iterator[Pixels]:
        """The source; it waits like a driver that waits for its camera."""
        self.openings += 1
        while True:
            given = self.given.get(timeout=20)
            if isinstance(given, Exception):
                raise given
            yield given

    def show(self, level: int) -> None:
        """Deliver a plain picture."""
        self.given.put(np.full((*SIZE, 4), level, np.uint8))

    def fail(self, why: str = "unplugged") -> None:
        """Lose the source."""
        self.given.put(SourceLost(why))

    def until(self, true: Callable[[], object]) -> None:
        """Wait until the reader's thread has done what was handed in."""
        for _ in range(400):
            if true():
                return
            self.arrived.wait(0.02)
            self.arrived.clear()
        raise AssertionError("the reader's thread did not do it")


@pytest.fixture
def door() -> Iterator[Door]:
    found = Door()
    yield found
    for _ in range(8):
        found.fail("the test is over")


@pytest.fixture
def other() -> Iterator[Door]:
    found = Door()
    yield found
    for _ in range(8):
        found.fail("the test is over")
