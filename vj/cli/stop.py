"""Ctrl-C in a training: it ends after its step and keeps what it has learned.
Used by the commands that train."""

from __future__ import annotations

import os
import signal

TOLD = b"\nstopping after this step and saving; Ctrl-C once more stops at once\n"
GO_ON = "stopped; the same command with --resume goes on from here"


class Stop:
    """Says, asked after every step, whether somebody wants an end; a second Ctrl-C is one."""

    def __init__(self) -> None:
        self._asked, self._owner = False, os.getpid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Whether to stop now."""
        return self._asked

    def _ask(self, *_: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        if os.getpid() == self._owner:  # processes that read ahead hear it, too
            os.write(2, TOLD)
