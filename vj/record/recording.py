"""Pictures into films: a new numbered file after trouble or a change of size.

Owned by the recorder process, one for the output picture and one for the source of a take.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

import numpy as np

from vj.core.soundbox import CHANNELS, Soundbox
from vj.core.types import Frame
from vj.record.writer import Writer, free_name

log = logging.getLogger(__name__)

_RETRY = 5.0
_LATEST = 4.0  # seconds: until then what sounded while a picture was seen has come


class Recording:
    """Writes pictures with their own times; trouble ends a file, never the recorder.

    `began`: the moment that times count from, perf_counter_ns; None = each file's first picture.
    `sound`: what is heard meanwhile, if it is kept; `quality`, `matte`: see Writer.
    """

    def __init__(
        self,
        sound: Soundbox | None,
        began: int | None = None,
        quality: int = 18,
        matte: bool = False,
    ) -> None:
        self._sound, self._heard = sound, 0
        self._zero, self._quality, self._matte = began, quality, matte
        self._writer: Writer | None = None
        self._open: Path | None = None
        self._began = 0
        self._size = (0, 0)
        self._retry_at = 0.0
        self.frames = 0
        self.file, self.error = "", ""

    def write(self, frame: Frame, path: Path, now: float) -> None:
        """Append a picture at its `captured_at`; `path` names the file to begin if none is open.

        `now` in seconds, any origin, spaces the tries after trouble.
        """
        if now < self._retry_at:
            return
        try:
            self._append(frame, path)
        except (OSError, ValueError) as error:
            self.error = reason(error, path)
            log.warning("recording stopped: %s; trying again in %.0f s", self.error, _RETRY)
            self._drop()
            self._retry_at = now + _RETRY

    def _append(self, frame: Frame, path: Path) -> None:
        height, width = frame.pixels.shape[:2]
        began = frame.captured_at if self._zero is None else self._zero
        if frame.captured_at < began:
            return
        if self._writer is None or self._size != (height, width):
            self.close()
            path.parent.mkdir(exist_ok=True)
            file = self._open = free_name(path)
            self._writer = Writer(
                file, height, width, quality=self._quality, matte=self._matte,
                sound_rate=self._sound.rate if self._sound else 0,
            )  # fmt: skip
            self._heard = self._sound.written if self._sound else 0
            self._began, self._size = began, (height, width)
            self.file, self.error = str(file), ""
            log.info("recording to %s", self.file)
        at = (frame.captured_at - self._began) / 1e9
        self._writer.write(frame.pixels, at)
        self.frames += 1
        self._listen(self._writer, at)

    def _listen(self, writer: Writer, at: float) -> None:
        """Add what was heard until a picture; another input's sound would be too fast."""
        heard = self._sound.read(self._heard) if self._sound else None
        if heard is not None:
            self._heard = heard.first + len(heard.samples)
        if heard is not None and heard.rate == writer.sound_rate:
            began = (heard.until - self._began) / 1e9 - len(heard.samples) / heard.rate
            writer.write_sound(heard.samples, began)
        else:
            writer.write_sound(np.zeros((0, CHANNELS), np.float32), at - _LATEST)

    def close(self) -> None:
        """Finish the file that is open, if any."""
        if self._writer is not None:
            try:
                self._writer.close()
            except (OSError, ValueError) as error:
                self.error = reason(error, self._writer.path)
                log.warning("the end of the recording is missing: %s", self.error)
            self._drop()
            self._retry_at = 0.0

    def _drop(self) -> None:
        """Let go of the file; one without a picture in it is no recording and goes."""
        empty = self._writer is None or not self._writer.frames
        path, self._open, self._writer = self._open, None, None
        if path is not None:
            with contextlib.suppress(OSError):
                if empty or not path.stat().st_size:
                    path.unlink()


def reason(error: OSError | ValueError, path: Path) -> str:
    """Say what is wrong in the same words at every try, whatever number the file has."""
    said = error.strerror if isinstance(error, OSError) else ""
    return f"{said}: {path.parent}"[:200] if said else str(error)[:200]
