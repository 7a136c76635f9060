"""What hands hold up right now, for the next desk: one that dies must not leave it up.

Kept by the sender, told by pages, tablets and pads, posted on the desk's status board.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vj.core.types import Set


@dataclass(frozen=True, slots=True)
class Back:
    """What a held value goes back to, and the scene it was taken hold of in."""

    event: Set
    scene: str


class Held:
    """What each holder holds; any thread may tell."""

    def __init__(self) -> None:
        self._by: dict[object, tuple[Back, ...]] = {}

    def tell(self, holder: object, backs: Sequence[Back]) -> None:
        """Take in all that a holder holds now."""
        if backs:
            self._by[holder] = tuple(backs)
        else:
            self._by.pop(holder, None)

    def document(self) -> list[list[object]]:
        """All of it as plain words for the status board, see `read`."""
        found = [back for backs in list(self._by.values()) for back in backs]
        return [[b.event.param, b.event.value, b.event.hand, b.scene] for b in found]


def read(document: object) -> Iterator[Back]:
    """What the desk before this one has written in `Held.document`; what is none is left out."""
    for entry in document if isinstance(document, list) else ():
        match entry:
            case [str(param), float() | int() as value, str(hand), str(scene)]:
                yield Back(Set(param, float(value), hand), scene)
