"""When things happen: the tempo, what waits for it, and how much earlier it has to begin.

Owned by the stage's Play, which does what `Waiting` says is due.
"""

from __future__ import annotations

from vj.core.scene import Scene
from vj.core.types import Set, Trigger
from vj.stage.lookahead import Lookahead
from vj.stage.quantise import SCENE, Cue, Waiting, grid_of
from vj.stage.styles import REGIONS
from vj.stage.tempo import Tempo
from vj.stage.values import Params

_JUMP = 0.25  # beats; a position moved further is another place in the music
_QUANTISE = "cue.quantise"
_STYLES = tuple(f"style.{region}" for region in REGIONS)


class Timing:
    """The position in beats, the cues that wait for one, the delays that were measured."""

    def __init__(self, params: Params) -> None:
        self._params = params
        self.tempo = Tempo()
        self.waiting = Waiting()
        self.ahead = Lookahead()

    @property
    def bpm(self) -> float:
        """The tempo in beats per minute."""
        return self._params.goal("tempo.bpm")

    @property
    def bar(self) -> int:
        """How many beats a bar has."""
        return round(self._params.goal("tempo.beats_per_bar"))

    def act(self, event: Trigger, now: float) -> None:
        """Do what a hand wants with the tempo: tap, resync, nudge, align."""
        before = self.tempo.beat
        bpm = self.tempo.act(event, now, self.bpm, self.bar)
        if bpm is not None:
            self._params.set("tempo.bpm", bpm)
        if event.action == "tempo.resync" or abs(self.tempo.beat - before) > _JUMP:
            self.waiting.realign(self.tempo.beat)

    def next_quantise(self) -> None:
        """Let cues wait for the next longer thing, and after the longest for nothing."""
        count = len(self._params.table.params[_QUANTISE].choices)
        self._params.set(_QUANTISE, (self._params.goal(_QUANTISE) + 1) % count)

    def hold_scene(self, scene: Scene, paints: bool, loads: bool, now: float) -> bool:
        """Let a scene wait for its beat; False when it is to come at once.

        `paints`: it changes what is painted; `loads`: another network has to come first.
        """
        grid = self._grid
        if not grid:
            self.waiting.cancel(SCENE)
            return False
        paint_s = self.ahead.paint(scene.model, loads) if paints else 0.0
        cue = Cue(SCENE, scene.name, grid, now, scene, 0.0, paint_s, self.ahead.stage)
        self.waiting.hold(cue, self.tempo.beat, self.bpm)
        return True

    def hold_style(self, event: Set, model: str, now: float) -> bool:
        """Let a style that a hand chose wait for its beat; False when it is to come at once."""
        param, grid = self._params.table.params.get(event.param), self._grid
        if param is None or param.name not in _STYLES or not param.choices:
            return False
        value = param.clamp(event.value)
        if not grid or value == self._params.goal(param.name):
            self.waiting.cancel(param.name)
            return False
        paint_s = self.ahead.paint(model, False)
        to = param.choices[int(value)]
        cue = Cue(param.name, to, grid, now, None, value, paint_s, self.ahead.stage)
        self.waiting.hold(cue, self.tempo.beat, self.bpm)
        return True

    def document(self) -> dict[str, object]:
        """Position in beats, position in the bar, and what waits, as published."""
        beat = self.tempo.beat
        return {
            "beat": beat,
            "bar": round(self.tempo.in_bar(self.bar), 4),
            "cued": self.waiting.document(beat),
        }

    @property
    def _grid(self) -> float:
        """Beats between the moments a cue may come now; 0 = at once."""
        choices = self._params.table.params[_QUANTISE].choices
        return grid_of(choices[int(self._params.goal(_QUANTISE))], self.bar)
