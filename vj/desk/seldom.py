"""Lets a logger say the same thing once a second: strangers on the network cannot fill the log.

The desk's own hands have Complaints; this is for the loggers of the libraries they use.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

_EVERY_S = 1.0
_KINDS = 256
_THEIRS = ("asyncio", "aiohttp.server", "aiohttp.web", "aiohttp.websocket", "aiohttp.internal")


class Seldom(logging.Filter):
    """At most one record a second of each logger and message; the next one tells how many more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is let through; one that is may get a few words more."""
        # What asyncio says has one line of words and then sockets and tasks, each time others.
        kind, now = (record.name, str(record.msg).partition("\n")[0]), self._clock()
        with self._lock:
            at, left_out = self._said.pop(kind, (float("-inf"), 0))
            said = now - at >= _EVERY_S
            self._said[kind] = (now, 0) if said else (at, left_out + 1)
            if len(self._said) > _KINDS:
                del self._said[next(iter(self._said))]
        if said and left_out:
            record.msg = f"{record.getMessage()} ({left_out} more like this were left out)"
            record.args = ()
        return said


def hush() -> None:
    """Make the loggers of what speaks to the network say everything seldom, in this process."""
    seldom = Seldom()
    for name in _THEIRS:
        logging.getLogger(name).addFilter(seldom)
