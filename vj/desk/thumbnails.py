"""Small pictures of the styles, made once by a child process and kept in the user's cache.

Used by the remote for style buttons; until one is there the page is given the whole picture.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from vj.core.places import cache_folder

log = logging.getLogger(__name__)

_SIZE = "240x170"
_PATIENCE_S = 120.0


class Thumbnails:
    """Picture file -> thumbnail file; a changed picture is another one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or cache_folder() / "thumbnails"
        self._lock = threading.Lock()
        self._asked: set[Path] = set()
        self._running = False
        self._known: dict[Path, tuple[int, int, Path]] = {}

    def find(self, picture: Path) -> Path | None:
        """Return a picture's thumbnail, or None when there is none (yet)."""
        try:
            to = self._place(picture)
        except OSError:
            return None
        return to if to.is_file() else None

    def want(self, pictures: Iterable[Path]) -> None:
        """Have the missing thumbnails made, beside everything else; returns at once."""
        missing = {}
        for picture in pictures:
            try:
                to = self._place(picture)
            except OSError:
                continue
            if to not in self._asked and not to.is_file():
                missing[picture] = to
        with self._lock:
            if not missing or self._running:
                return
            self._running = True
            self._asked |= set(missing.values())
        threading.Thread(target=self._make, args=(missing,), daemon=True, name="thumbnails").start()

    def _place(self, picture: Path) -> Path:
        """Name a thumbnail after the picture's place, size and time.

        Raises: OSError when the picture is not there.
        """
        stat = picture.stat()
        known = self._known.get(picture)
        if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
            text = f"{picture.resolve()} {stat.st_mtime_ns} {stat.st_size} {_SIZE}"
            name = hashlib.sha256(os.fsencode(text)).hexdigest()[:32]
            known = (stat.st_mtime_ns, stat.st_size, self._folder / f"{name}.jpg")
            self._known[picture] = known
        return known[2]

    def _make(self, missing: dict[Path, Path]) -> None:
        pairs = [str(path) for pair in missing.items() for path in pair]
        command = [sys.executable, "-m", "vj.capture.thumbnails", _SIZE, *pairs]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            log.info("no thumbnails: %s", error)
        with self._lock:
            self._running = False
