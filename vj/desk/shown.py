"""What every OSC address shows now; works out only what moved.

Shared by feedback, questions and OSCQuery, from whichever thread.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from vj.core.layout import Layout
from vj.desk.addresses import Book
from vj.desk.answers import answers, scene_answers, slot_answers
from vj.desk.mirror import Mirror, Wanted
from vj.desk.osc_layout import out_of
from vj.desk.told import told

Arguments = tuple[float | int | str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What one address shows, and the parameters it comes from (none for the scene)."""

    arguments: Arguments
    params: tuple[str, ...] = ()


class Shown:
    """The newest lines by address; a snapshot is replaced whole, never edited."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._lock = threading.Lock()
        self._source: tuple[Book, Layout] | None = None
        self._wanted: Wanted | None = None
        self._values: dict[str, float] = {}
        self._lines: Mapping[str, Line] = {}

    def lines(self, book: Book, layout: Layout) -> Mapping[str, Line]:
        """Return what every address of the book and of the layout shows."""
        with self._lock:
            wanted = self._mirror.wanted
            if self._source is None or self._source[0] is not book or self._source[1] is not layout:
                self._source, self._wanted, self._values, self._lines = (book, layout), None, {}, {}
            if wanted is not self._wanted:
                self._update(book, layout, wanted)
                self._wanted = wanted
            return self._lines

    def _update(self, book: Book, layout: Layout, wanted: Wanted) -> None:
        fresh: dict[str, Line] = {}
        if not self._lines:
            fresh = {address: Line((argument,)) for address, argument in slot_answers(book)}
        for name in book.faces:
            value = self._mirror.value(name)
            if self._values.get(name) != value:
                self._values[name] = value
                for address, argument in answers(book, name, value):
                    fresh[address] = Line((argument,), (name,))
        for address, argument in scene_answers(book, wanted.scene):
            fresh[address] = Line((argument,))
        for address, number in told(wanted.document).items():
            fresh[address] = Line((number,))
        lines = {**self._lines, **fresh}
        for address, arguments in out_of(
            layout, {address: line.arguments[0] for address, line in lines.items()}
        ):
            params = {name for target in layout[address].to for name in lines[target].params}
            lines[address] = Line(arguments, tuple(sorted(params)))
        self._lines = lines
