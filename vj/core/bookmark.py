"""Where a show stands, on disk: after a power cut the next one goes on there.

Kept by the show while it runs and torn out when it ends; what is left was cut off.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vj.core.board import Board
from vj.core.crew import alive, birth
from vj.core.places import state_folder
from vj.core.rewrite import write_text

log = logging.getLogger(__name__)

STALE_S = 12 * 3600.0
"""Older ones belong to another evening."""

_EVERY_S = 2.0
_PAGES = 2  # written in turn: what a dying disk does to one leaves the other
# What must not outlive the hand or the machine it came from.
_PASSING = ("record", "time", "beat", "faces", "carries")
_PASSING_VALUES = ("blackout", "freeze")
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Place:
    """Where a show was cut off: the stage's document, and when it was written (`time.time()`)."""

    document: Mapping[str, Any]
    at: float


class Bookmark:
    """The bookmark of one gig; its files are this user's, so that a gig may lie on a locked stick.

    A gig that moved has none.
    """

    def __init__(self, gig: Path, folder: Path | None = None) -> None:
        key = hashlib.sha256(str(gig.resolve()).encode(errors="surrogateescape")).hexdigest()[:16]
        self._folder = (folder or state_folder()) / "shows"
        self._pages = [self._folder / f"{key}.{number}" for number in range(_PAGES)]
        self._number = 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def found(self, now: float | None = None) -> Place | None:
        """Return where the last show was cut off; None when it ended, is old or still runs."""
        now = time.time() if now is None else now
        newest = max(filter(None, map(_read, self._pages)), key=_number, default=None)
        if newest is None or now - newest["at"] > STALE_S or _runs(newest):
            return None
        return Place(newest["document"], float(newest["at"]))

    def keep(self, document: Mapping[str, Any]) -> None:
        """Write where the show stands.

        Raises: UserError when the disk does not take it.
        """
        self._number += 1
        page = {
            "number": self._number,
            "at": time.time(),
            "pid": os.getpid(),
            "boot": _boot(),
            "document": _lasting(document),
        }
        text = json.dumps(page, separators=(",", ":"))
        with contextlib.suppress(OSError):  # the writing says it better
            self._folder.mkdir(parents=True, exist_ok=True)
        write_text(self._pages[self._number % _PAGES], f"{_sum(text)}\n{text}\n")

    def follow(self, board: Board) -> None:
        """Keep what the board says from now on, in a thread: disks may take their time."""
        # Above what lies there, or an old page would win over the first new one.
        self._number = max((_number(page) for page in map(_read, self._pages) if page), default=0)
        self._thread = threading.Thread(target=self._run, args=(board,), daemon=True)
        self._thread.start()

    def tear_out(self) -> None:
        """The show has ended as it should: the next one begins at the beginning."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(2.0)
        for page in self._pages:
            with contextlib.suppress(OSError):
                page.unlink(missing_ok=True)

    def _run(self, board: Board) -> None:
        trouble, seq = "", 0
        while not self._ended.wait(_EVERY_S):
            found = board.read(seq)
            if found is None:
                continue
            seq = found[0]
            try:
                self.keep(found[1])
                trouble = ""
            except Exception as error:  # a full disk costs the bookmark, never the show
                if str(error) != trouble:
                    log.warning("where the show stands is not kept: %s", error)
                trouble = str(error)


def _lasting(document: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if name not in _PASSING}
    for part in ("values", "goals"):
        values = kept.get(part, {})
        kept[part] = {name: v for name, v in values.items() if name not in _PASSING_VALUES}
    return kept


def _read(page: Path) -> dict[str, Any] | None:
    """Return what a page says, None when it is not there, torn or of another program."""
    try:
        digest, _, text = page.read_text(encoding="utf-8").partition("\n")
        if digest != _sum(text.rstrip("\n")):
            return None
        found = json.loads(text)
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and isinstance(found.get("document"), dict)
    return found if whole and isinstance(found.get("at"), (int, float)) else None


def _number(page: Mapping[str, Any]) -> int:
    return int(page.get("number", 0))


def _runs(page: Mapping[str, Any]) -> bool:
    """Whether the show that wrote it is still there, as far as this system tells."""
    if os.name != "posix" or page.get("boot") != _boot() or page.get("pid") == os.getpid():
        return False
    with contextlib.suppress(KeyError, TypeError, ValueError, OverflowError):
        pid = int(page["pid"])
        return alive(pid, birth(pid))
    return False


def _boot() -> str:
    """Another one each time the machine is switched on, where the system says so."""
    with contextlib.suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
