"""A line of progress: it replaces itself on a terminal, and comes now and then anywhere else.
Used by the commands that take long."""

from __future__ import annotations

import shutil
import sys
import time

LINE_EVERY = 10.0  # seconds between lines where they cannot replace each other


class Line:
    """Shows the newest of the texts it is told."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._said = float("-inf")
        self._open = False

    def say(self, text: str) -> None:
        """Show a text; away from a terminal only if none was shown for a while."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:{width}}", end="", flush=True)
            self._open = True
        elif time.monotonic() - self._said >= LINE_EVERY:
            self._said = time.monotonic()
            print(text, flush=True)

    def end(self) -> None:
        """Leave the line, so that what is printed next begins a new one."""
        if self._open:
            print()
        self._open = False
