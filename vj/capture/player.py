"""Decides which source is seen: switches, fades to the dancer while one is lost, and back.

Stepped by the capture process; time comes in as an argument, sources as a function.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import cv2
import numpy as np

from vj.capture.line import Line, Opened
from vj.capture.reader import Reader, Shot
from vj.capture.rhythm import Rhythm
from vj.capture.spec import Spec
from vj.core.errors import UserError
from vj.core.types import Pixels

log = logging.getLogger(__name__)

DANCER: Spec = {"kind": "dancer"}
SWITCHING = 2.0  # s the old source may go on while the new one opens
HOLD = 1.0  # s the last picture of a film stays before the dancer comes, or a live one unchanged
FADE = 0.5  # s
RETRY = 2.0  # s until a source that was refused is tried again: it may have been plugged in


class Player:
    """The source that is wanted, the one still seen, and the dancer that stands in.

    `open_source(spec)` says how to read a spec, or raises UserError when it is wrong.
    """

    def __init__(
        self, open_source: Callable[[Spec], Opened], size: tuple[int, int], arrived: threading.Event
    ) -> None:
        self._open, self._size, self._arrived = open_source, size, arrived
        self.wanted: Spec = {}
        self.error = ""
        self._refused: Spec = {}
        self._retry_at = 0.0
        self._said: set[str] = set()
        self._line: Line | None = None
        self._old: Line | None = None
        self._stand_in: Reader | None = None
        self._dance = 0  # number of the dancer's last picture
        self._entrance: Reader | None = None  # draws the picture the dance begins with
        self._first: Shot | None = None
        self._last: Pixels | None = None
        self._dark = 0.0  # 0 = the source is seen, 1 = the dancer
        self._wanted_at = self._seen_at = self._heard_at = self._stepped_at = 0.0
        self._rhythm = Rhythm()

    @property
    def lost(self) -> bool:
        """Whether the wanted source gives no pictures now."""
        return self._line is None or self._line.lost

    @property
    def message(self) -> str:
        """Why the wanted source is not seen, empty when all is well."""
        return self._line.message if self._line else ""

    @property
    def playing(self) -> str:
        """The word of the source that is really seen, empty before the first picture."""
        if self._stand_in is not None and self._dark > 0.5:
            return "dancer"
        line = self._old or self._line
        return line.opened.word if line is not None and self._last is not None else ""

    def stuck(self, now: float) -> bool:
        """Whether a driver holds a thread for good, so that only a fresh process helps."""
        return any(line.stuck(now) for line in (self._line, self._old) if line is not None)

    def want(self, spec: Spec, now: float) -> None:
        """Ask for a source; one that cannot be had is told in `error`, and tried now and then."""
        if spec == self.wanted:
            self.error, self._refused = "", {}
            return
        if spec == self._refused and now < self._retry_at:
            return
        try:
            opened = self._open(spec)
        except UserError as error:
            self.error, self._refused, self._retry_at = str(error), dict(spec), now + RETRY
            self._say(self.error)
            if self._line is not None:
                return
            opened = self._open(DANCER)
        else:
            self.error, self._refused, self.wanted = "", {}, dict(spec)
        if self._old is not None:
            self._old.close()
        self._old, self._line = self._line, Line(opened, self._size, self._arrived, now)
        self._wanted_at, self._rhythm = now, Rhythm()

    def step(self, now: float) -> Shot | None:
        """Return the picture to publish now, if there is a new one."""
        if self._line is None:
            return None
        elapsed, self._stepped_at = min(now - self._stepped_at, 0.25), now
        shot = self._line.step(now)
        if shot is not None:
            self._seen_at, self._heard_at = self._line.changed_at, now
            self._rhythm.beat(now)
        elif self._line.lost:
            self._rhythm.rest()
        if self._old is not None:
            if shot is not None or now - self._wanted_at > SWITCHING:
                self._old.close()
                self._old = None
            else:
                shot = self._old.step(now)
                if shot is not None:
                    self._seen_at = self._heard_at = now
        if shot is not None:
            self._last = shot.pixels
        if self._line.message:
            self._say(f"{self._line.message}; the dancer plays meanwhile")
        elif self._last is not None and self._line.opened.live:
            self._make_up()
        return self._blend(shot, self._is_dark(now), elapsed)

    def close(self) -> None:
        """Ask all threads to end."""
        for part in (self._line, self._old):
            if part is not None:
                part.close()
        for reader in (self._stand_in, self._entrance):
            if reader is not None:
                reader.stop()

    def _is_dark(self, now: float) -> bool:
        if self._last is None:
            return bool(self.message) or now - self._wanted_at > SWITCHING
        if now - self._seen_at > HOLD:
            return True
        # Films pause where they begin anew and go on; a live source that is away is seen at once.
        live = self._line is not None and self._old is None and self._line.opened.live
        return live and (self.lost or now - self._heard_at > self._rhythm.patience)

    def _make_up(self) -> None:
        """Have the picture the dance begins with, so that nobody has to wait for it."""
        if self._first is not None:
            return
        if self._entrance is None:
            self._entrance = Reader(self._open(DANCER).frames, self._size, self._arrived)
        elif self._entrance.shot is not None:
            self._first = self._entrance.shot
            self._entrance.stop()
            self._entrance = None

    def _blend(self, shot: Shot | None, dark: bool, elapsed: float) -> Shot | None:
        """Fade to the dancer when it is dark, and back when it is not."""
        if dark and self._stand_in is None:
            self._stand_in = Reader(self._open(DANCER).frames, self._size, self._arrived)
            self._dance = 0
        if self._stand_in is None:
            return shot
        newest = self._stand_in.shot or self._first
        if newest is None:
            return shot
        step = elapsed / FADE if self._last is not None else 1.0
        self._dark = min(max(self._dark + (step if dark else -step), 0.0), 1.0)
        if self._dark <= 0.0:
            self._stand_in.stop()
            self._stand_in = None
            return shot
        if newest.number == self._dance and shot is None and self._dark in (0.0, 1.0):
            return None
        self._dance = newest.number
        if self._dark >= 1.0 or self._last is None:
            return newest
        # Softly begun: of a pause that was only a little too long nothing is seen.
        part = self._dark * self._dark * (3.0 - 2.0 * self._dark)
        mixed = cv2.addWeighted(newest.pixels, part, self._last, 1.0 - part, 0.0)
        return Shot(np.asarray(mixed, dtype=np.uint8), 0, (shot or newest).captured_at)

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            log.warning("%s", text)
