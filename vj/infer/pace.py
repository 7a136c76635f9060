"""How large the next picture is painted, so that paintings come often enough on a slow machine.
Asked and told by the live loop (vj.infer.live).

A network's time goes with the pixels it paints. Where the whole size would bring fewer paintings a
second than wanted, a smaller one is painted and enlarged (vj.infer.ease). The whole size comes back
when there is clearly room for it, and is tried half as soon after every time there was none.
"""

from __future__ import annotations

import logging
import statistics
from collections import deque
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

SHARES = (1.0, 0.875, 0.75, 0.625, 0.5)  # of each side
STEP = 0.125  # from one painting to the next a share changes by so much, so that nothing jumps
ALWAYS = 0.15  # part of a whole painting's time that its size does not change
LEAST, MOST = 6, 15  # paintings of a size that decide, and that are remembered
SETTLE = 1.0  # seconds a new size is given at the least
ROOM = 1.3  # a larger size must promise so many times the paintings wanted
PATIENCE = 4.0  # seconds before a larger size is tried; twice that after the first step down
MOST_PATIENCE = 120.0


@dataclass
class _Place:
    """A model's share, since when (monotonic seconds), and what its paintings took there."""

    share: float = 1.0
    since: float | None = None
    patience: float = PATIENCE
    spent: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))
    least: float = SHARES[-1]  # a smaller picture would not be painted sooner

    def move(self, share: float, now: float) -> None:
        """Begin to measure at another share."""
        self.share, self.since = share, now
        self.spent.clear()


class Pace:
    """Chooses the share of each side that is painted; every model has its own."""

    def __init__(self, wanted: float) -> None:
        """Take the paintings per second to keep up; 0 always paints the whole size."""
        self._wanted = wanted
        self._places: dict[str, _Place] = {}
        self.share = 1.0

    def next(self, model: str, least: float = SHARES[-1]) -> float:
        """Return the share of each side, 0.5..1, for a model's next picture.

        least: the smallest share that is painted sooner than a larger one; 1 is always the whole.
        """
        place = self._place(model)
        place.least = least
        wanted = max(place.share, least)
        self.share += min(max(wanted - self.share, -STEP), STEP)
        self.share = max(self.share, least)
        return self.share

    def painted(self, model: str, share: float, seconds: float, lanes: int, now: float) -> None:
        """Hear how long a picture took; `lanes`: how many are painted side by side."""
        place = self._place(model)
        if share != max(place.share, place.least) or place.least >= 1 or not self._wanted:
            return
        if place.since is None:
            place.since = now
        place.spent.append(seconds)
        if len(place.spent) < LEAST or now - place.since < SETTLE:
            return
        whole = statistics.median(place.spent) / lanes / _cost(share)  # seconds of a whole picture
        if _cost(share) * whole * self._wanted > 1:
            if share > place.least:
                place.patience = min(2 * place.patience, MOST_PATIENCE)
                self._move(model, _fitting(whole * self._wanted, place.least), now)
        elif now - place.since > place.patience:
            larger = _fitting(whole * self._wanted * ROOM, place.least)
            if larger > share:
                self._move(model, larger, now)

    def _move(self, model: str, share: float, now: float) -> None:
        log.info("model %s paints at %.0f %% of the width from now on", model, 100 * share)
        self._place(model).move(share, now)

    def _place(self, model: str) -> _Place:
        return self._places.setdefault(model, _Place())


def _cost(share: float) -> float:
    """What a painting of a share takes, measured in whole ones."""
    return ALWAYS + (1 - ALWAYS) * share * share


def _fitting(load: float, least: float) -> float:
    """The largest share at which so many whole paintings are done in the time, or the least."""
    fitting = (share for share in SHARES if share > least and _cost(share) * load <= 1)
    return next(fitting, least)
