"""The recorder: takes the stage's output picture from its mailbox and writes it to a file.

Started by the show for `--record FILE.mp4`; trouble with disk or encoder never leaves here.
"""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path

from vj.core.house import House
from vj.core.types import Pixels
from vj.record.writer import Writer, free_name

log = logging.getLogger(__name__)

_POLL, _BEAT, _RETRY = 0.002, 0.1, 5.0


def main(house: House) -> None:
    """Record until the process is told to end."""
    recorder = Recorder(house)
    try:
        while True:
            recorder.step(time.perf_counter())
            time.sleep(_POLL)
    finally:
        recorder.close()


class Recorder:
    """Newest output picture -> file; opens a new numbered file after trouble or a size change."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._seq = 0
        self._out: Pixels | None = None
        self._writer: Writer | None = None
        self._started = self._beat_at = self._retry_at = 0.0
        self._size = (0, 0)
        self._frames = 0
        self._error = ""

    def step(self, now: float) -> None:
        """Write the newest picture if there is a new one; `now` in seconds, any origin."""
        if now - self._beat_at >= _BEAT:
            self._beat_at = now
            self._post()
        frame = self._house.screen.latest(self._seq, self._out)
        if frame is None or now < self._retry_at:
            return
        self._seq, self._out = frame.seq, frame.pixels
        try:
            self._write(frame.pixels, now)
        except (OSError, ValueError) as error:
            self._error = str(error)[:200]
            log.warning("recording stopped: %s; trying again in %.0f s", self._error, _RETRY)
            self._writer, self._retry_at = None, now + _RETRY

    def _write(self, pixels: Pixels, now: float) -> None:
        height, width = pixels.shape[:2]
        if self._writer is None or self._size != (height, width):
            self.close()
            path = free_name(Path(self._house.options.record))
            self._writer = Writer(path, height, width)
            self._started, self._size = now, (height, width)
            log.info("recording to %s", path)
        self._writer.write(pixels, now - self._started)
        self._frames += 1

    def _post(self) -> None:
        path = str(self._writer.path) if self._writer else ""
        status = {"frames": self._frames, "file": path, "error": self._error}
        self._house.status["record"].post(status)

    def close(self) -> None:
        """Finish the file that is open, if any."""
        if self._writer is not None:
            with contextlib.suppress(OSError, ValueError):
                self._writer.close()
            self._writer = None
