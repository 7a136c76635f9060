"""Says each kind of failure once, with its traceback, and then keeps quiet.

Used at the loop tops of the hands, where one bad message must not end the hand.
"""

from __future__ import annotations

import logging


class Complaints:
    """Remembers which kinds of failure a logger has already been told."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._told: set[str] = set()

    def tell(self, what: str, error: BaseException) -> None:
        """Log `error` with its traceback unless one of its kind was told before."""
        kind = f"{what}: {type(error).__name__}"
        if kind not in self._told:
            self._told.add(kind)
            self._log.error("%s: %s", what, error, exc_info=error)
