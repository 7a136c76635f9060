"""How far a modulator has moved its parameter at a moment: waves, steps, envelopes, followers.

Used by the values on stage; time, beats and what was measured come in as arguments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vj.core.modulator import Modulator

_TURN_S = 4.0  # a wave that names no length
_SETTLE = 3.0  # time constants until a follower has followed (95 %)
_ATTACK_S, _RELEASE_S = 0.05, 0.25  # a follower that names no times
_STRIKE_S, _FALL_S = 0.01, 0.2  # an envelope that names none


@dataclass(frozen=True, slots=True)
class Sensed:
    """What sound and dancer do now: name -> 0..1, and how often the sound has struck."""

    values: Mapping[str, float] = field(default_factory=dict)
    onsets: int = 0


SILENCE = Sensed()


class Motion:
    """One modulator at work; `gain` 0..1 moves to `target` within `seconds`."""

    def __init__(self, modulator: Modulator, gain: float, target: float, seconds: float) -> None:
        self.modulator = modulator
        self.gain, self.target, self.seconds = gain, target, seconds
        self._turn: int | None = None
        self._level = self._from = 0.0
        self._since = math.inf

    def step(self, now: float, beat: float, dt: float, sensed: Sensed) -> float:
        """Move on by `dt` seconds; return how far, as a part of the parameter's range, -1..1."""
        step = dt / self.seconds if self.seconds > 0 else 1.0
        away = self.target - self.gain
        self.gain += math.copysign(min(step, abs(away)), away)
        level = self._at(now, beat, dt, sensed)
        if self.modulator.swings:
            level -= 0.5
        return self.gain * self.modulator.depth * level

    def _at(self, now: float, beat: float, dt: float, sensed: Sensed) -> float:
        modulator = self.modulator
        if modulator.follow:
            return self._follow(sensed.values.get(modulator.follow, 0.0), dt)
        if modulator.shape != "envelope":
            return (wave(modulator, now, beat) + 1.0) / 2
        turn = sensed.onsets if modulator.gate else _place(modulator, now, beat)[0]
        struck = self._turn is not None and turn != self._turn
        self._turn = turn
        self._since += dt
        if struck:
            self._since, self._from = 0.0, self._level
        self._level = envelope(modulator, self._since, self._from)
        return self._level

    def _follow(self, value: float, dt: float) -> float:
        low, high = self.modulator.range
        wanted = min(max((value - low) / (high - low), 0.0), 1.0)
        attack, release = self.modulator.attack, self.modulator.release
        rises = wanted > self._level
        seconds = attack if rises else release
        if seconds is None:
            seconds = _ATTACK_S if rises else _RELEASE_S
        part = -math.expm1(-_SETTLE * dt / seconds) if seconds > 0 else 1.0
        self._level += (wanted - self._level) * part
        return self._level


def envelope(modulator: Modulator, since: float, start: float) -> float:
    """An envelope's level 0..1 `since` seconds after it was struck, when it stood at `start`."""
    attack = _STRIKE_S if modulator.attack is None else modulator.attack
    if since < attack:
        return start + (1.0 - start) * since / attack
    since -= attack
    if since < modulator.decay:
        return 1.0 + (modulator.sustain - 1.0) * since / modulator.decay
    since -= modulator.decay + modulator.hold
    if since <= 0.0:
        return modulator.sustain
    release = _FALL_S if modulator.release is None else modulator.release
    return modulator.sustain * (1.0 - since / release) if since < release else 0.0


def wave(modulator: Modulator, now: float, beat: float) -> float:
    """A wave's or a row of steps' place -1..1 at a time in seconds and a position in beats."""
    cycle, phase = _place(modulator, now, beat)
    match modulator.shape:
        case "sine":
            return math.sin(math.tau * phase)
        case "triangle":
            return 1.0 - 4.0 * abs((phase + 0.25) % 1.0 - 0.5)
        case "saw":
            return 2.0 * phase - 1.0
        case "square":
            return 1.0 if phase < 0.5 else -1.0
        case "steps":
            return 2.0 * _stair(modulator.steps or [0.0], modulator.glide, phase) - 1.0
    before, after = _chance(cycle), _chance(cycle + 1)
    return before + (after - before) * _ease(phase)


def _place(modulator: Modulator, now: float, beat: float) -> tuple[int, float]:
    """The number of the turn and where in it we are, 0..1."""
    if modulator.seconds is not None or (modulator.beats is None and modulator.shape in _SLOW):
        at = now / (modulator.seconds or _TURN_S)
    else:
        at = beat / (modulator.beats or 1.0)
    cycle, phase = divmod(at + modulator.phase, 1.0)
    return int(cycle), phase


_SLOW = ("sine", "triangle", "saw", "square", "random")


def _stair(steps: list[float], glide: float, phase: float) -> float:
    """The step a phase stands on; the last part `glide` of it leads to the next."""
    at = phase * len(steps)
    index = min(int(at), len(steps) - 1)
    here, after = steps[index], steps[(index + 1) % len(steps)]
    part = (at - index - (1.0 - glide)) / glide if glide > 0 else 0.0
    return here + (after - here) * _ease(min(max(part, 0.0), 1.0))


def _ease(part: float) -> float:
    return part * part * (3.0 - 2.0 * part)


def _chance(number: int) -> float:
    """A fixed value -1..1 for each whole number, without any pattern one can see."""
    mixed = (number * 0x9E3779B97F4A7C15 + 0x7F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 27
    return (mixed & 0xFFFFFFFF) / 0x7FFFFFFF - 1.0
