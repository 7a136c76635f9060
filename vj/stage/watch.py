"""Sees when files of the gig are saved, without ever making a frame wait.

The stage's cues start it on a thread; it hands over what it found ready to use.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from vj.core.bounded import read_bounded
from vj.core.errors import UserError
from vj.core.folders import is_file, seen

log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_MOST_BYTES = 1 << 28

T = TypeVar("T")
_Mark = tuple[int, int]


class Watch(Generic[T]):
    """Looks at a folder's files; what changed and then stayed the same for one look is parsed.

    `suffix`: how their names end, in small letters, or several such endings.
    `parse(raw, path)` runs on the watching thread; its result, or the message of its UserError,
    or None for a file that went away, waits in `found` as (path, result).
    """

    def __init__(
        self, folder: Path, suffix: str | tuple[str, ...], parse: Callable[[bytes, Path], T]
    ) -> None:
        self._folder, self._suffix, self._parse = folder, suffix, parse
        self._marks: dict[Path, _Mark] = self._list()
        self._fresh: dict[Path, bytes] = {}
        self._missing: set[Path] = set()
        self._again: deque[Path] = deque()
        self.found: deque[tuple[Path, T | UserError | None]] = deque()

    def start(self) -> Watch[T]:
        """Look four times a second as long as somebody holds this."""
        to_self = weakref.ref(self)
        threading.Thread(target=_keep_looking, args=(to_self,), name="watch", daemon=True).start()
        return self

    def again(self, path: Path) -> None:
        """Parse a file again although nothing was saved: what it refers to may be there now."""
        self._again.append(path)

    def look(self) -> None:
        """Look once; an edit is taken at the second look that reads the same bytes."""
        while self._again:
            path = self._again.popleft()
            if path in self._marks:
                self._marks[path] = (0, 0)
        marks = self._list()
        for path, mark in marks.items():
            if path in self._fresh or self._marks.get(path) != mark:
                self._read(path, mark)
        gone = set(self._marks) - set(marks)
        for path in gone & self._missing:
            del self._marks[path]
            self.found.append((path, None))
        self._missing = gone

    def _list(self) -> dict[Path, _Mark]:
        marks = {}
        for path in seen(self._folder):
            if not path.name.lower().endswith(self._suffix) or not is_file(path):
                continue
            try:
                stat = path.stat()
            except OSError:
                continue
            marks[path] = (stat.st_mtime_ns, stat.st_size)
        return marks

    def _read(self, path: Path, mark: _Mark) -> None:
        try:
            raw = read_bounded(path, _MOST_BYTES)
        except UserError as error:
            log.debug("%s", error)
            return
        if self._fresh.get(path) != raw:
            self._fresh[path] = raw
            return
        del self._fresh[path]
        self._marks[path] = mark
        try:
            self.found.append((path, self._parse(raw, path)))
        except UserError as error:
            self.found.append((path, error))


def _keep_looking(of: weakref.ref[Watch[T]]) -> None:
    """Look until nobody holds the watch any more."""
    pause = threading.Event()
    while not pause.wait(_LOOK_EVERY):
        watch = of()
        if watch is None:
            return
        try:
            watch.look()
        except Exception:
            # A watcher that dies silently would end reloading for the rest of the night.
            log.exception("a look at the gig's files failed")
        del watch
