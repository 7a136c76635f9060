"""When the next picture is due, for sources that have no clock of their own.

Used by the files in `sources/`; clock and sleep come in as arguments, so tests need no waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

Clock = Callable[[], float]
Sleep = Callable[[float], None]


def ticks(fps: float, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep) -> Iterator[int]:
    """Yield the number of each picture when it is due, `fps` a second, from 0.

    Numbers that are already overdue are skipped, so a slow consumer sees fewer pictures but the
    right tempo.
    """
    start, number = clock(), 0
    while True:
        wait = start + number / fps - clock()
        if wait > 0:
            sleep(wait)
        yield number
        number = max(number + 1, int((clock() - start) * fps + 1e-6))
