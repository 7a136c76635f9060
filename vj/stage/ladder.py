"""What is shown while paintings are late: the last one carried along, its colours, the camera.

Owned by the stage's inputs; its rung is in the stage's status, the seconds on each in the report.
"""

from __future__ import annotations

RUNGS = ("live", "carried", "palette", "dry")
LATE = 2.0  # s the painting may lag behind the camera before its colours alone take over
FADE = 0.5  # s from rung to rung
_SLACK = 0.25  # s more than half as much again as usual before a painting is called late


class Ladder:
    """How much of each is seen, and for how long each has been.

    `alive`: 0 camera, 1 painted; `look`: 0 the painting, 1 the camera in its colours; both move
    softly. `seconds`: rung -> how long it was the one, since the first camera picture.
    """

    def __init__(self) -> None:
        self.alive = self.look = 0.0
        self.rung = "dry"
        self.seconds = dict.fromkeys(RUNGS, 0.0)
        self._usual = 0.0  # s the painting is behind just before the next comes
        self._lag = 0.0

    def painted(self) -> None:
        """A new painting came."""
        lag = min(self._lag, LATE)
        self._usual += (lag - self._usual) * (0.2 if self._usual else 1.0)

    def tick(self, dt: float, lag: float | None, colours: bool, wanted: bool = True) -> None:
        """Move on by `dt` seconds.

        lag: seconds the newest painting is behind the camera, None before there is one; colours:
        whether its colours are known; wanted: whether the scene has a network at all.
        """
        self._lag = lag or 0.0
        if lag is None or (lag >= LATE and not (colours and wanted)):
            self.rung = "dry"
        elif lag >= LATE:
            self.rung = "palette"
        else:
            self.rung = "carried" if lag > 1.5 * self._usual + _SLACK else "live"
        self.seconds[self.rung] += dt
        step = dt / FADE
        if self.alive <= 0.0 and self.rung != "dry":
            self.look = float(self.rung == "palette")  # what nobody sees need not fade
        self.alive = _towards(self.alive, float(self.rung != "dry"), step)
        if self.rung != "dry":
            self.look = _towards(self.look, float(self.rung == "palette"), step)

    def document(self) -> dict[str, object]:
        """The rung and the seconds on each, for the status."""
        return {
            "rung": self.rung,
            "rungs": {rung: round(seconds, 1) for rung, seconds in self.seconds.items()},
        }


def _towards(value: float, goal: float, step: float) -> float:
    return value + min(max(goal - value, -step), step)
