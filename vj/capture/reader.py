"""A thread that reads one source and keeps its newest picture in a slot.

Started by the player: opening and reading may block for ever, and the player must not.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vj.capture.reading import SourceLost, fit
from vj.core.errors import UserError
from vj.core.types import Pixels

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture in the rig's size, its number from this reader and when it was grabbed."""

    pixels: Pixels
    number: int
    captured_at: int  # perf_counter_ns


class Reader:
    """One source being read; `shot` is its newest picture, `ended` says why there will be none.

    `size`: (height, width) that pictures are made to fill; None leaves them as they are.
    """

    def __init__(
        self,
        frames: Callable[[], Iterator[Pixels]],
        size: tuple[int, int] | None,
        arrived: threading.Event,
    ) -> None:
        self._frames, self._size, self._arrived = frames, size, arrived
        self._stop = threading.Event()
        self.shot: Shot | None = None
        self.ended: str | None = None
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs (or hangs)."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask the thread to end after its next picture; does not wait for it."""
        self._stop.set()

    def _run(self) -> None:
        try:
            self._read()
            self.ended = "it gives no more pictures"
        except (SourceLost, UserError) as error:
            self.ended = str(error)
        except Exception as error:
            # The only catch for everything: whatever a driver or a file does, the show goes on.
            log.exception("the source failed")
            self.ended = f"{type(error).__name__}: {error}"
        self._arrived.set()

    def _read(self) -> None:
        frames = self._frames()
        try:
            for number, pixels in enumerate(frames, 1):
                captured_at = time.perf_counter_ns()
                if self._stop.is_set():
                    return
                fitting = pixels if self._size is None else fit(pixels, self._size)
                self.shot = Shot(fitting, number, captured_at)
                self._arrived.set()
        finally:
            close = getattr(frames, "close", None)
            if close is not None:
                close()
