"""The one home of parameter values: set by hand, faded by scenes, smoothed, moved by modulators.

Owned by the stage's Play; everybody else reads the copy it publishes each frame.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vj.core.cue import Curve
from vj.core.modulator import Modulator
from vj.core.params import Param
from vj.core.table import Table
from vj.stage.fades import Manner, bent, plain
from vj.stage.motion import SILENCE, Motion, Sensed

_SETTLED = 1e-4
_SETTLE_RATE = 3.0  # time constants until a smoothed value counts as settled (95 %)


@dataclass(slots=True)
class _Fade:
    start: float
    target: float
    seconds: float
    curve: Curve
    elapsed: float = 0.0


class Params:
    """Every parameter's knob position and what is on screen of it right now.

    A knob position jumps when a hand sets it and travels while a scene fades in; the shown value
    follows it with the parameter's `smooth` and swings around it with the scene's modulators.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._knobs = {param.name: param.default for param in table}
        self._smoothed = dict(self._knobs)
        self._fades: dict[str, _Fade] = {}
        self._motions: dict[str, list[Motion]] = {}
        self.shown: Mapping[str, float] = dict(self._knobs)

    def grow(self) -> None:
        """Give parameters the table has learned their defaults, and keep the others in range."""
        for param in self.table:
            self._knobs[param.name] = param.clamp(self._knobs.get(param.name, param.default))
            self._smoothed.setdefault(param.name, param.default)

    def set(self, name: str, value: float) -> bool:
        """Move a knob by hand, at once; False when there is no such knob or no finite value."""
        param = self.table.params.get(name)
        if param is None or not math.isfinite(value):
            return False
        self._fades.pop(name, None)
        self._knobs[name] = param.clamp(value)
        return True

    def goal(self, name: str) -> float:
        """Where a knob is, or where it is going while a scene fades in."""
        fade = self._fades.get(name)
        return fade.target if fade else self._knobs[name]

    def words(self) -> dict[str, str]:
        """Where choices are or are going, by word: their numbers are of this table only."""
        goals = ((param, self.goal(name)) for name, param in self.table.params.items())
        return {p.name: p.choices[int(goal)] for p, goal in goals if p.choices}

    @property
    def knobs(self) -> Mapping[str, float]:
        """Where every knob is now, on its way or not; good until the next change."""
        return self._knobs

    def fade_to(self, targets: Mapping[str, float], how: Manner | float) -> None:
        """Let knobs travel from where they are to `targets`; in 0 s they jump, smoothing too.

        `how`: seconds, or a manner in which each has its own; switches and choices change half way.
        """
        manner = how if isinstance(how, Manner) else plain(how)
        for name, value in targets.items():
            param = self.table.params.get(name)
            if param is None:
                continue
            target = param.clamp(value)
            seconds, curve = manner.of(name)
            self._fades.pop(name, None)
            if seconds <= 0:
                self._knobs[name] = self._smoothed[name] = target
            elif target != self._knobs[name]:
                self._fades[name] = _Fade(self._knobs[name], target, seconds, curve)

    def modulate(
        self, modulators: Mapping[str, Modulator | Sequence[Modulator]], seconds: float
    ) -> None:
        """Bring in a scene's modulators and take out the others, both over `seconds`."""
        for motions in self._motions.values():
            for motion in motions:
                motion.target, motion.seconds = 0.0, seconds
        for name, found in modulators.items():
            known = self.table.find(name).name
            motions = self._motions.setdefault(known, [])
            for modulator in [found] if isinstance(found, Modulator) else found:
                same = next((motion for motion in motions if motion.modulator == modulator), None)
                if same:
                    same.target = 1.0
                else:
                    gain = 0.0 if seconds > 0 else 1.0
                    motions.append(Motion(modulator, gain, 1.0, seconds))

    def tick(
        self, now: float, dt: float, beat: float, sensed: Sensed = SILENCE
    ) -> Mapping[str, float]:
        """Move everything by `dt` seconds and return name -> value as it is to be shown.

        `now`: seconds, for modulators in seconds; `beat`: position in beats, for the others;
        `sensed`: sound and dancer, for those that follow them.
        """
        self._advance_fades(dt)
        shown = {}
        smoothed, motions = self._smoothed, self._motions
        for name, knob in self._knobs.items():
            if smoothed[name] == knob and name not in motions:  # most of them, most of the time
                shown[name] = knob
                continue
            param = self.table.params[name]
            value = self._smooth(param, knob, dt)
            if name in motions:
                value = param.clamp(value + self._swing(param, now, beat, dt, sensed))
            shown[name] = value
        self.shown = shown
        return shown

    def moving(self) -> dict[str, float]:
        """Goals of the knobs whose shown value is elsewhere, so that a restart can go on."""
        goals = {**self._knobs, **{name: fade.target for name, fade in self._fades.items()}}
        shown = self.shown
        return {name: goal for name, goal in goals.items() if shown.get(name, goal) != goal}

    def restore(self, shown: Mapping[str, float], goals: Mapping[str, float]) -> None:
        """Stand where an earlier life of the stage stood; unknown names are ignored."""
        for name, value in {**shown, **goals}.items():
            if self.set(name, value):
                start = shown.get(name, value)
                self._smoothed[name] = start if math.isfinite(start) else self._knobs[name]
        self.shown = dict(self._smoothed)

    def _advance_fades(self, dt: float) -> None:
        for name, fade in list(self._fades.items()):
            fade.elapsed += dt
            part = min(fade.elapsed / fade.seconds, 1.0)
            param = self.table.params[name]
            if part >= 1.0 - 1e-9:
                self._knobs[name] = fade.target
                del self._fades[name]
                continue
            if param.kind in ("switch", "choice"):
                self._knobs[name] = fade.target if part >= 0.5 else fade.start
            else:
                way = (fade.target - fade.start) * bent(part, fade.curve)
                self._knobs[name] = param.clamp(fade.start + way)

    def _smooth(self, param: Param, knob: float, dt: float) -> float:
        value = self._smoothed[param.name]
        if param.kind != "float" or not param.smooth or param.name in self._fades:
            value = knob
        elif value != knob:
            value += (knob - value) * -math.expm1(-_SETTLE_RATE * dt / param.smooth)
            if abs(value - knob) <= _SETTLED * (param.high - param.low):
                value = knob
        self._smoothed[param.name] = value
        return value

    def _swing(self, param: Param, now: float, beat: float, dt: float, sensed: Sensed) -> float:
        motions = self._motions[param.name]
        total = sum(motion.step(now, beat, dt, sensed) for motion in motions)
        motions[:] = [motion for motion in motions if motion.gain or motion.target]
        if not motions:
            del self._motions[param.name]
        return total * (param.high - param.low)
