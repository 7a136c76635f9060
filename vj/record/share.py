"""The share process: hands the output picture to other programs, as the rig says.

Started by the show when `share` in `rig.yaml` names a way; other programs and their drivers may
hang or crash, and only this process with them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from vj.core.house import House
from vj.core.types import Pixels
from vj.record.shares import Share, open_share

log = logging.getLogger(__name__)

_POLL, _BEAT, _RETRY = 0.002, 0.1, 5.0

Opening = Callable[[str, int, int, float], Share]


def main(house: House) -> None:
    """Share until the process is told to end."""
    sharer = Sharer(house)
    try:
        while True:
            if not sharer.step(time.perf_counter()):
                time.sleep(_POLL)
    finally:
        sharer.close()


class Sharer:
    """Every way the rig names; one that fails is tried again while the others go on."""

    def __init__(self, house: House, opening: Opening = open_share) -> None:
        self._house, self._opening = house, opening
        self._open: dict[str, Share] = {}
        self._size = (0, 0)
        self._errors: dict[str, str] = {}
        self._retry_at: dict[str, float] = {}
        self._out: Pixels | None = None
        self._seq, self._frames, self._beat_at = 0, 0, 0.0

    def step(self, now: float) -> bool:
        """Hand on the newest picture; `now` in seconds. False when there was none."""
        if now - self._beat_at >= _BEAT:
            self._beat_at = now
            self._post()
        frame = self._house.screen.latest(self._seq, self._out)
        if frame is None:
            return False
        self._seq, self._out = frame.seq, frame.pixels
        height, width = frame.pixels.shape[:2]
        if (height, width) != self._size:
            self.close()
            self._size = (height, width)
        for word in self._house.gig.rig.share:
            try:
                self._send(word, frame.pixels, now)
            except (OSError, RuntimeError, ValueError) as error:
                self._fail(word, error, now)
        self._frames += 1
        return True

    def _send(self, word: str, pixels: Pixels, now: float) -> None:
        if word not in self._open:
            if now < self._retry_at.get(word, now):
                return
            self._open[word] = self._opening(word, *self._size, float(self._house.gig.rig.fps))
            self._errors.pop(word, None)
            log.info("the picture is shared by %s", word)
        self._open[word].send(pixels)

    def _fail(self, word: str, error: Exception, now: float) -> None:
        said = str(error)[:200]
        if self._errors.get(word) != said:
            log.warning("%s; trying again in %.0f s", said, _RETRY)
        self._errors[word], self._retry_at[word] = said, now + _RETRY
        self._close(word)

    def _close(self, word: str) -> None:
        share = self._open.pop(word, None)
        try:
            if share is not None:
                share.close()
        except (OSError, RuntimeError) as error:
            log.warning("%s did not close: %s", word, error)

    def _post(self) -> None:
        status = {"frames": self._frames, "open": sorted(self._open)}
        errors = "; ".join(self._errors.values())
        self._house.status["share"].post({**status, "error": errors})

    def close(self) -> None:
        """Close every way out."""
        for word in list(self._open):
            self._close(word)
