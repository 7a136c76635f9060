"""The output picture into a film: a new numbered file after trouble or a change of size.

Owned by the recorder process; times are those at which the pictures were presented.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from vj.core.types import Frame
from vj.record.writer import Writer, free_name

log = logging.getLogger(__name__)

_RETRY = 5.0


class Recording:
    """Writes presented pictures while asked to; trouble ends a file, never the recorder."""

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._began = 0
        self._size = (0, 0)
        self._retry_at = 0.0
        self.frames = 0
        self.file, self.error = "", ""

    def write(self, frame: Frame, path: Path, now: float) -> None:
        """Append a picture presented at its `captured_at`; `path` names the file to begin if none
        is open; `now` in seconds, any origin, spaces the tries after trouble.
        """
        if now < self._retry_at:
            return
        try:
            self._append(frame, path)
        except (OSError, ValueError) as error:
            self.error = str(error)[:200]
            log.warning("recording stopped: %s; trying again in %.0f s", self.error, _RETRY)
            self._writer, self._retry_at = None, now + _RETRY

    def _append(self, frame: Frame, path: Path) -> None:
        height, width = frame.pixels.shape[:2]
        if self._writer is None or self._size != (height, width):
            self.close()
            path.parent.mkdir(exist_ok=True)
            self._writer = Writer(free_name(path), height, width)
            self._began, self._size = frame.captured_at, (height, width)
            self.file, self.error = str(self._writer.path), ""
            log.info("recording to %s", self.file)
        self._writer.write(frame.pixels, (frame.captured_at - self._began) / 1e9)
        self.frames += 1

    def close(self) -> None:
        """Finish the file that is open, if any."""
        if self._writer is not None:
            with contextlib.suppress(OSError, ValueError):
                self._writer.close()
            self._writer, self._retry_at = None, 0.0
