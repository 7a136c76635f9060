"""A latest-wins JSON document in anonymous shared memory: one writer, many readers, no lock.

Carries the stage's wanted state to everybody and each process's status to the show.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vj.core.letterbox import Letterbox


class Board:
    """A letterbox whose letters are JSON."""

    def __init__(self, box: Letterbox) -> None:
        self._box = box

    @classmethod
    def create(cls, size: int = 65536) -> Board:
        """Make a board for documents up to `size` bytes of JSON."""
        return cls(Letterbox.create(size))

    @property
    def size(self) -> int:
        """How many bytes of JSON fit."""
        return self._box.size

    def post(self, document: Mapping[str, object]) -> int:
        """Write a document and return its number.

        Raises: ValueError when its JSON is larger than the board or holds NaN; TypeError when a
        value is not JSON.
        """
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        if len(text) > self.size:
            raise ValueError(f"document of {len(text)} bytes on a board of {self.size}")
        return self._box.put(text)

    @property
    def newest(self) -> int:
        """The number of the newest document, 0 before the first."""
        return self._box.newest

    def read(self, after_seq: int = 0) -> tuple[int, dict[str, Any]] | None:
        """Return (number, document) of the newest one, or None when none is newer."""
        found = self._box.take(after_seq)
        return (found[0], json.loads(found[1])) if found else None
