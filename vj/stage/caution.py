"""After crashes of the stage: what the next one keeps from doing, and how it comes back to it.

Owned by the stage's Play; level 1 is no effects, level 2 is the dancer without a network as well.
"""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

_CALM = (0.0, 60.0, 300.0)  # seconds on a level until it is trusted with the one below
_EFFECT_EVERY = 0.25  # seconds: loading one can be seen, all at once would be a standstill
_SAID = (
    "",
    "the stage fell over twice: it plays without effects for a minute, or until panic",
    "the stage fell over again and again: it plays the dancer for five minutes, or until panic",
)


class Caution:
    """How careful the stage is, 0 to 2; `behind` is the scene that level 2 plays instead of."""

    def __init__(self, level: int) -> None:
        self.level, self.behind = level, ""
        self._calm, self._next_effect = 0.0, 0.0
        if level:
            log.warning("%s", self.complaint)

    @property
    def complaint(self) -> str:
        """What the performer is told, "" when all is well."""
        return _SAID[self.level]

    def tick(self, dt: float) -> bool:
        """Move on by `dt` seconds; True when the scene behind shall come back."""
        self._calm += dt
        if not self.level or self._calm < _CALM[self.level]:
            return False
        self.lower_to(self.level - 1)
        return self.level == 1

    def lower_to(self, level: int) -> None:
        """Be no more careful than that: a hand wants it, or it went well for long enough."""
        if level < self.level:
            self.level, self._calm = level, 0.0
            log.warning("%s", self.complaint or "the stage plays everything again")

    def wants_effect(self) -> bool:
        """Whether it is time to load one more effect that was left out."""
        if self.level or self._calm < self._next_effect:
            return False
        self._next_effect = self._calm + _EFFECT_EVERY
        return True
