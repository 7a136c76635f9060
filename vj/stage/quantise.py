"""Cues that wait for a beat or a bar, and when each has to begin so that its picture lands on it.

Owned by the stage's Play; positions are beats, the look-ahead comes in as an argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from vj.core.scene import Scene

SCENE = "scene"
_ECHO_S = 0.2  # the same press again within this is a sender's repetition, not a second thought
_TOUCH = 1e-6  # beats


@dataclass(frozen=True, slots=True)
class Cue:
    """A scene, or a style for one region, that waits until the position `due` in beats.

    `what`: "scene" or the style's knob; `value`: of that knob; `grid`: beats between the moments it
    may come; `paint_s`, `stage_s`: how long painting and drawing take to show it.
    """

    what: str
    to: str
    grid: float
    pressed_at: float
    scene: Scene | None = None
    value: float = 0.0
    paint_s: float = 0.0
    stage_s: float = 0.0
    due: float = 0.0


Step = tuple[Literal["paint", "stage"], Cue]
"""The half of a cue whose moment has come: what the network paints, or what the stage draws."""


def grid_of(word: str, bar: int) -> float:
    """Return how many beats apart a cue may come for a choice of `cue.quantise`; 0 = at once."""
    return {"now": 0.0, "beat": 1.0, "bar": float(bar), "4 bars": 4.0 * bar}[word]


class Waiting:
    """At most one cue for the scene and one for each style; a newer one takes its place."""

    def __init__(self) -> None:
        self._waiting: dict[str, Cue] = {}
        self._begun: list[Cue] = []

    def hold(self, cue: Cue, beat: float, bpm: float) -> bool:
        """Let a cue wait; the same one again cancels it (False), unless it is an echo of the press.

        It is due at the first moment of its grid that its picture can still reach.
        """
        before = self._waiting.get(cue.what)
        if before is not None and before.to == cue.to:
            if cue.pressed_at - before.pressed_at >= _ECHO_S:
                del self._waiting[cue.what]
                return False
            return True
        reach = beat + max(cue.paint_s, cue.stage_s) * bpm / 60.0
        self._waiting[cue.what] = replace(cue, due=_next(reach, cue.grid))
        return True

    def holds(self, what: str) -> bool:
        """Say whether something waits for the scene or a style's knob."""
        return what in self._waiting

    def cancel(self, what: str) -> None:
        """Forget what waits there, or is half begun: something else came at once."""
        self._waiting.pop(what, None)
        self._begun = [cue for cue in self._begun if cue.what != what]

    def drop(self) -> None:
        """Forget everything that waits, and what is half begun."""
        self._waiting.clear()
        self._begun.clear()

    def realign(self, beat: float) -> None:
        """The position has jumped to `beat`: what waits is due at the next moment of its grid."""
        for what, cue in self._waiting.items():
            self._waiting[what] = replace(cue, due=_next(beat, cue.grid))
        self._begun = [replace(cue, due=min(cue.due, _next(beat, cue.grid))) for cue in self._begun]

    def due(self, beat: float, bpm: float, dt: float) -> Iterator[Step]:
        """Yield what has to be done in this frame of `dt` seconds: the nearest to its moment."""
        for cue in list(self._waiting.values()):
            if _reached(cue, max(cue.paint_s, cue.stage_s), beat, bpm, dt):
                del self._waiting[cue.what]
                self._begun.append(cue)
                yield "paint", cue
        for cue in list(self._begun):
            if _reached(cue, cue.stage_s, beat, bpm, dt):
                self._begun.remove(cue)
                yield "stage", cue

    def document(self, beat: float) -> list[dict[str, object]]:
        """What waits, as published: what, to which scene or style, how many beats from now."""
        return [
            {"what": cue.what, "to": cue.to, "beats": round(max(cue.due - beat, 0.0), 2)}
            for cue in self._waiting.values()
        ]


def _next(beat: float, grid: float) -> float:
    return math.ceil(beat / grid - _TOUCH) * grid


def _reached(cue: Cue, ahead_s: float, beat: float, bpm: float, dt: float) -> bool:
    return beat + (ahead_s + dt / 2) * bpm / 60.0 >= cue.due - _TOUCH
