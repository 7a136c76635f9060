"""What came in last, from which hand, and what it became or why it was refused.

Fed by the OSC, MIDI and remote hands through the sender; read by whoever shows a monitor. Words are
only made when somebody reads them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from vj.core.table import Table
from vj.core.types import Event, Set
from vj.desk.spoken import spoken

_KEPT = 200
_MERGE_S = 0.1
_TEXT = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One incoming message, or several on one address within a tenth of a second (`count`).

    `number` grows with every message; `at` is time.time(); `value` are the arguments as they came,
    the newest ones; `events` is what they asked the stage for; `why` says why nothing was asked.
    """

    number: int
    at: float
    hand: str
    what: str
    value: tuple[object, ...]
    events: tuple[Event, ...]
    why: str
    count: int


class Journal:
    """The last two hundred messages; any thread may write and read, and nobody waits for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._newest: dict[tuple[str, str, str], tuple[int, float]] = {}  # its number, its start
        self.number = 0

    def note(
        self,
        hand: str,
        what: str,
        value: Sequence[object] = (),
        events: Sequence[Event] = (),
        why: str = "",
    ) -> None:
        """Remember a message; one that follows its like closely takes its place and counts it."""
        key, at, count = (hand, what, why), time.time(), 1
        first = time.monotonic()  # the clock on the wall may be set back
        with self._lock:
            before = self._newest.get(key)
            if before is not None and first - before[1] < _MERGE_S:
                last = self._entries.pop(before[0])
                at, count = last.at, last.count + 1
                first = before[1]  # its first moment, so that it ends some time
            elif len(self._entries) >= _KEPT:
                _, gone = self._entries.popitem(last=False)
                newest = self._newest.get((gone.hand, gone.what, gone.why))
                if newest is not None and newest[0] == gone.number:
                    del self._newest[gone.hand, gone.what, gone.why]
            self.number += 1
            self._newest[key] = (self.number, first)
            self._entries[self.number] = Entry(
                self.number, at, hand, what, tuple(value), tuple(events), why, count
            )

    def since(self, number: int) -> list[Entry]:
        """Return what was noted after the entry of this number, oldest first."""
        with self._lock:
            if number >= self.number:
                return []
            return [entry for entry in self._entries.values() if entry.number > number]


def told(entry: Entry, table: Table) -> dict[str, object]:
    """Return an entry as plain words, safe to show anywhere: {n, at, hand, what, value, became}.

    `taken` says whether the stage was asked for anything, `count` how many messages it stands for.
    """
    became = ", ".join(dict.fromkeys(_wish(event, table) for event in entry.events))
    return {
        "n": entry.number,
        "at": round(entry.at, 3),
        "hand": plain(entry.hand),
        "what": plain(entry.what),
        "value": plain(" ".join(_shown(value) for value in entry.value)),
        "became": plain(became or entry.why),
        "taken": bool(entry.events),
        "count": entry.count,
    }


def plain(text: str) -> str:
    """Return text with everything escaped that could move a cursor, at most 200 characters."""
    escaped = text[:_TEXT].encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= _TEXT else f"{escaped[: _TEXT - 3]}..."


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value[:64].hex(" ")
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _wish(event: Event, table: Table) -> str:
    """Say what an event asks the stage for, as a person would."""
    if not isinstance(event, Set):
        argument = "" if event.argument is None else f" {_shown(event.argument)}"
        return f"{event.action}{argument}"
    param = table.params.get(event.param)
    if param is None:
        return f"{event.param} = {event.value:.4g}"
    return f"{param.name} {'' if param.kind == 'switch' else '= '}{spoken(param, event.value)}"
