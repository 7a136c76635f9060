"""The sign of life of the infer process: its status document, posted while its loop turns.
Made by vj.infer.live; the show starts the process anew when the beat stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from vj.core.board import Board

BEAT = 0.1


class Heartbeat:
    """Posts the status document ten times a second, as long as the main loop renews its lease.

    A loop that hangs stops the beat, a model that loads in its own thread does not.
    """

    def __init__(self, board: Board, document: Callable[[], dict[str, object]]) -> None:
        self._board, self._document = board, document
        self._until = 0.0
        self._beats = 0
        self._ended = threading.Event()

    def renew(self, seconds: float) -> None:
        """Promise to be back within `seconds`."""
        self._until = time.monotonic() + seconds

    def start(self) -> None:
        """Begin to beat in a thread of its own."""
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(BEAT):
            if time.monotonic() < self._until:
                self._beats += 1
                self._board.post({"beat": self._beats, **self._document()})
