"""What OSC messages mean in this show: the scene's addresses and the rig's foreign layout.

Shared by the UDP receiver and OSCQuery's WebSockets; refreshed by the desk's main loop.
"""

from __future__ import annotations

import logging
import time

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.layout import Layout
from vj.core.types import Event, Set
from vj.desk.addresses import Ask, Book, Hold, build_book, interpret
from vj.desk.mirror import Mirror
from vj.desk.osc_gate import Message
from vj.desk.osc_layout import OURS, into, layout_file, open_layout

log = logging.getLogger(__name__)

_FILE_CHECK_S = 1.0
_ON_ITS_WAY_S = 0.25


class Ear:
    """The book and the layout that count now; both are replaced whole, never edited."""

    def __init__(self, gig: Gig, mirror: Mirror) -> None:
        self._gig, self._mirror = gig, mirror
        self._written = self._edition()
        self.book = self._write()
        self.layout: Layout = OURS
        self._stamp, self._said = 0, ""
        self._checked_at = float("-inf")
        self._reached: dict[str, tuple[float, float]] = {}
        self._read_layout()

    def refresh(self, now: float) -> None:
        """Follow the scene, the table, the set list and the layout's file; `now` in seconds."""
        written = self._edition()
        if written != self._written:
            self._written = written
            self.book = self._write()
        if now - self._checked_at >= _FILE_CHECK_S:
            self._checked_at = now
            self._read_layout()

    def meanings(self, message: Message, hand: str) -> list[Event | Ask | Hold]:
        """Say what one message asks for; nothing for what is unknown, wrong or a release."""
        if message.address in self.layout and message.arguments[:1] == ("?",):
            return [Ask(message.address)]
        found: list[Event | Ask | Hold] = []
        for ours in into(self.layout, message):
            meaning = interpret(self.book, ours, hand, self.base)
            if isinstance(meaning, Set):
                self.reach(meaning)
            if meaning is not None:
                found.append(meaning)
        return found

    def knows(self, address: str) -> bool:
        """Say whether an address means anything here."""
        return address in self.book.routes or address in self.layout

    def reach(self, event: Set) -> None:
        """Remember what was sent to the stage, which has not said yet that it is there."""
        self._reached[event.param] = (event.value, time.monotonic())

    def base(self, name: str) -> float:
        """Where a parameter stands, or where it was told to go too lately to be there yet."""
        value, at = self._reached.get(name, (0.0, float("-inf")))
        return value if time.monotonic() - at < _ON_ITS_WAY_S else self._mirror.value(name)

    def _edition(self) -> tuple[int, int, tuple[str, ...]]:
        """What the book depends on."""
        mirror = self._mirror
        return mirror.bound.generation, self._gig.table.edition, mirror.wanted.scenes

    def _write(self) -> Book:
        return build_book(self._gig.table, self._mirror.wanted.scenes, self._mirror.bound.knobs)

    def _read_layout(self) -> None:
        """Read the layout when its file was saved; one broken in mid-edit leaves the old one."""
        try:
            path = layout_file(self._gig)
            stamp = path.stat().st_mtime_ns if path else 0
            if stamp != self._stamp:
                self._stamp = stamp
                self.layout = {**OURS, **open_layout(self._gig)}
        except (UserError, OSError) as error:
            if str(error) != self._said:
                self._said = str(error)
                log.warning("OSC layout stays as it was: %s", error)
