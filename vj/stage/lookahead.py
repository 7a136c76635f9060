"""How long a change takes until its first picture is on screen, as this show has measured it.

Owned by the stage's Play, fed by the frame; cues begin that much before the beat they wait for.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from statistics import median

LONGEST = 4.0  # seconds; whatever takes longer comes late rather than begins a bar too soon
_GIVE_UP = 20.0
_CHANGES, _PICTURES = 5, 15


@dataclass(frozen=True, slots=True)
class _Begun:
    at: int
    model: str
    loads: bool
    take: int


class Lookahead:
    """Medians of the newest measurements, in seconds; moments are perf_counter_ns.

    `paint`: from a change of style or model to the first picture painted with it, for each model;
    before one was seen, the delay from camera to screen stands in. `stage`: from the beginning of a
    frame to its presentation.
    """

    def __init__(self) -> None:
        self._frames: deque[float] = deque(maxlen=_PICTURES)
        self._pictures: deque[float] = deque(maxlen=_PICTURES)
        self._changes: dict[tuple[str, bool], deque[float]] = defaultdict(
            lambda: deque(maxlen=_CHANGES)
        )
        self._begun: _Begun | None = None
        self._take = 0

    @property
    def stage(self) -> float:
        """Seconds from the beginning of a frame until it is on screen."""
        return min(median(self._frames), LONGEST) if self._frames else 0.0

    def paint(self, model: str, loads: bool) -> float:
        """Seconds until `model` shows a change; `loads`: it does not play yet."""
        known = self._changes.get((model, loads)) or self._pictures
        return min(median(known), LONGEST) if known else 0.0

    def document(self) -> dict[str, float]:
        """The look-aheads in ms: of the stage, and of each network by name, playing or to load."""
        known = {f"{model} loads" if loads else model: model for model, loads in self._changes}
        return {"stage": round(1e3 * self.stage, 1)} | {
            word: round(1e3 * self.paint(model, word != model), 1) for word, model in known.items()
        }

    def begin(self, now: float, model: str, loads: bool) -> None:
        """A change that has to be painted was made at `now` seconds; `loads`: see `paint`."""
        self._begun = _Begun(round(now * 1e9), model, loads, self._take)

    def shown(self, at: int, drawn_for: int, styled: int, take: int) -> None:
        """A frame begun at `drawn_for` is on screen since `at`.

        `styled`: when the camera took the painted picture that is new in it (0 = none is), `take`:
        that picture's.
        """
        self._frames.append(max(at - drawn_for, 0) / 1e9)
        if not styled:
            return
        self._pictures.append(max(at - styled, 0) / 1e9)
        begun, self._take = self._begun, take
        if begun is None:
            return
        # A picture taken after the change cannot have been painted without it.
        if (take != begun.take) if begun.loads else (styled >= begun.at):
            self._changes[begun.model, begun.loads].append((at - begun.at) / 1e9)
            self._begun = None
        elif at - begun.at > _GIVE_UP * 1e9:
            self._begun = None
