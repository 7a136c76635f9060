"""One wanted source kept alive: read, watched, and reopened for ever when it is lost.

Stepped by the player; time comes in as an argument.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vj.capture.reader import Reader, Shot
from vj.core.types import Pixels

log = logging.getLogger(__name__)

LOST_AFTER = 1.0  # s of the very same picture from a live source
HUNG_AFTER = 2.0  # s inside one read
OPENING = 10.0  # s until the first picture
GIVE_UP = 5.0  # s after which a hung thread is only got rid of with its process
BACKOFF = (0.5, 1.0, 2.0, 4.0, 5.0)


@dataclass(frozen=True)
class Opened:
    """How a source is read: its word, its pictures, and whether standing still means it is lost."""

    word: str
    frames: Callable[[], Iterator[Pixels]]
    live: bool = False


class Line:
    """A source and its present reader, if it has one."""

    def __init__(
        self, opened: Opened, size: tuple[int, int] | None, arrived: threading.Event, now: float
    ) -> None:
        self.opened, self._size, self._arrived = opened, size, arrived
        self.message = ""
        self._hung: list[Reader] = []
        self._hung_at = now
        self._tries, self._reopen_at = 0, now
        self._glance = b""
        self._number = 0
        self._reader: Reader | None = None
        self._start(now)

    @property
    def lost(self) -> bool:
        """Whether the source is known to give no pictures now."""
        return self._reader is None

    def stuck(self, now: float) -> bool:
        """Whether a thread hangs in a driver for good, so that only a fresh process helps."""
        return now - self._hung_at > GIVE_UP and any(reader.alive for reader in self._hung)

    def close(self) -> None:
        """Ask the reader's thread to end."""
        if self._reader is not None:
            self._reader.stop()

    def step(self, now: float) -> Shot | None:
        """Return the source's new picture, if there is one.

        `changed_at` is then the last moment at which a new picture really was another one.
        """
        if self._reader is None:
            self._hung = [reader for reader in self._hung if reader.alive]
            if now >= self._reopen_at and not self._hung:
                self._start(now)
            return None
        shot = self._reader.shot
        if shot is not None and shot.number != self._number:
            self._take(shot, now)
        else:
            shot = None
        silent = now - self._heard_at
        if self._reader.ended is not None:
            self._lose(now, self._reader.ended)
        elif self._number == 0 and silent > OPENING:
            self._hang(now, f"no picture within {OPENING:g} s")
        elif self._number > 0 and silent > HUNG_AFTER:
            self._hang(now, f"it hangs, no picture for {HUNG_AFTER:g} s")
        elif self._number > 0 and shot is not None and now - self.changed_at > LOST_AFTER:
            self._lose(now, "it repeats the same picture")
            return None
        return shot

    def _start(self, now: float) -> None:
        self._reader = Reader(self.opened.frames, self._size, self._arrived)
        self._number, self._heard_at, self.changed_at = 0, now, now
        # A stuck driver goes on repeating the same picture after reopening: compare across readers.

    def _take(self, shot: Shot, now: float) -> None:
        self._number, self._heard_at = shot.number, now
        if self.opened.live:
            glance = shot.pixels[4::45, 4::80].tobytes()
            if glance == self._glance:
                return
            self._glance = glance
        self.changed_at = now
        if self._tries:
            log.info("source %s is back", self.opened.word)
        self._tries, self.message = 0, ""

    def _hang(self, now: float, why: str) -> None:
        if self._reader is not None:
            self._hung.append(self._reader)
            self._hung_at = now
        self._lose(now, why)

    def _lose(self, now: float, why: str) -> None:
        self.close()
        self._reader = None
        self._reopen_at = now + BACKOFF[min(self._tries, len(BACKOFF) - 1)]
        self._tries += 1
        self.message = f"source {self.opened.word}: {why}"
