"""Sees when the card or the weights of the model that plays were saved anew.
Used by the infer loop, which then loads the model again beside the old one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from vj.core.gig import Gig

LOOK_EVERY = 0.5  # seconds

State = tuple[tuple[int, int], ...]
"""When (ns) and how large (bytes) each file was saved; empty when one is missing."""


@dataclass(frozen=True)
class Origin:
    """The files a model was loaded from, and their state just before they were read."""

    card: str
    weights: Path | None
    state: State


def state_of(gig: Gig, card: str, weights: Path | None) -> State:
    """Look at a model's files as they are now."""
    paths = [gig.card_files.get(card), weights] if weights else [gig.card_files.get(card)]
    try:
        stats = [path.stat() for path in paths if path]
    except OSError:
        return ()
    return tuple((s.st_mtime_ns, s.st_size) for s in stats) if len(stats) == len(paths) else ()


class Edits:
    """Reports each edit once, when it was the same at two looks; a file that goes away is none."""

    def __init__(self, gig: Gig) -> None:
        self._gig = gig
        self._looked_at = -math.inf
        self._origin: Origin | None = None
        self._known: State = ()
        self._last: State = ()

    def found(self, origin: Origin, now: float) -> bool:
        """Say whether the files of the model that plays were edited; `now`: seconds, monotonic."""
        if origin is not self._origin:
            self._origin, self._known = origin, origin.state
        if now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        before, self._last = self._last, state_of(self._gig, origin.card, origin.weights)
        if not self._last or self._last != before or self._last == self._known:
            return False
        self._known = self._last
        return True
