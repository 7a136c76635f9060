"""Which move is danced when, and where the feet stand: all pure functions of the beat.

Called by the skeleton; phrases of two bars, blended into each other, nothing remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vj.capture.dancer.moves import CHANNELS, MOVES, Move

Array = NDArray[np.float64]

PHRASE = 8.0  # beats
_BLEND = 1.6  # beats from one move into the next
_WALK = 4.0  # beats from one place on stage to the next
_SWING = 0.62  # beats a foot is in the air
_NAMES = tuple(CHANNELS)
_ROW = {name: row for row, name in enumerate(_NAMES)}
_LEFT = {"l": "r", "r": "l"}
_FLIPPED = ("travel", "face", "sway", "roll", "yaw", "side", "twist", "tilt", "look")
_MIRROR = [_ROW[_LEFT[n[0]] + n[1:]] if n[1] == "_" else _ROW[n] for n in _NAMES]
_SIGN = np.array([[-1.0 if name in _FLIPPED else 1.0] for name in _NAMES])


@dataclass(frozen=True)
class Figures:
    """What the body should do at T moments."""

    values: Array  # (C, T), the channels of the table of moves
    lift: Array  # (T, 2) 0..1, a free leg
    shift: Array  # (T,) -1..1, weight from the right foot to the left because of a free leg
    free: Array  # (T, 2, 3) m: out, up, forward
    spin: Array  # (T,) rad

    def channels(self, moments: slice) -> dict[str, Array]:
        """The channels by name at some of the moments."""
        return dict(zip(_NAMES, self.values[:, moments], strict=True))


def ease(x: Array) -> Array:
    """Go from 0 to 1 while x does, with neither speed nor acceleration at the ends."""
    x = np.minimum(np.maximum(x, 0.0), 1.0)
    return x * x * x * (x * (6.0 * x - 15.0) + 10.0)


@cache
def _phrase(index: int, seed: int) -> tuple[Move, int, float]:
    """The move of a phrase, whether it is mirrored (1 or -1) and where on stage it is danced, m."""
    lap, place = divmod(index, len(MOVES))
    order = np.random.default_rng((seed, lap & 0xFFFF, 7)).permutation(len(MOVES))
    rng = np.random.default_rng((seed, index & 0xFFFFFFFF, 11))
    mirror = 1 if rng.random() < 0.5 else -1
    return MOVES[order[place]], mirror, float(rng.uniform(-0.24, 0.24))


@cache
def _waves(index: int) -> tuple[Array, NDArray[np.int64], Array, Array]:
    """The waves of a move as arrays: middles (C,), rows (W,), numbers (4, W)."""
    move = MOVES[index]
    middles = np.array([move.waves.get(name, (CHANNELS[name],))[0] for name in _NAMES])
    rows: list[int] = []
    numbers: list[tuple[float, float, float, float]] = []
    for name, (_, *waves) in move.waves.items():
        for wave in waves:
            rows.append(_ROW[name])
            numbers.append((wave[0], wave[1], wave[2], wave[3] if len(wave) > 3 else 0.0))
    table = np.array(numbers).T[:, :, None]
    return middles, np.array(rows), table[:3], table[3]


def _dance(move: Move, beats: Array) -> Array:
    """Channel values (C, T) of one move at its own beats (T,)."""
    middles, rows, (amplitude, rate, phase), hardness = _waves(MOVES.index(move))
    swing = np.sin(2.0 * np.pi * (rate * beats + phase))  # (W, T)
    hard = np.tanh(hardness * swing) / np.tanh(np.maximum(hardness, 1e-3))
    values = np.repeat(middles[:, None], beats.size, axis=1)
    np.add.at(values, rows, amplitude * np.where(hardness > 0, hard, swing))
    return values


def _mirrored(values: Array) -> Array:
    return np.asarray(values[_MIRROR] * _SIGN)


def _share(beats: Array, blend: float) -> Array:
    """How much of a phrase is seen at its own beats; neighbours add up to 1."""
    return np.asarray(ease(beats / blend + 0.5) * (1.0 - ease((beats - PHRASE) / blend + 0.5)))


def _bump(beats: Array, start: float, end: float, ramp: float = 0.9) -> Array:
    return ease((beats - start) / ramp) * ease((end - beats) / ramp)


def figures(beats: Array, seed: int) -> Figures:
    """Return what is danced at `beats` (T,); continuous, and the same for the same seed."""
    total = np.zeros((len(_NAMES), beats.size))
    lift, free = np.zeros((beats.size, 2)), np.zeros((beats.size, 2, 3))
    shift, spin = np.zeros(beats.size), np.zeros(beats.size)
    first = int(np.floor((beats.min() - _WALK) / PHRASE))
    last = int(np.floor((beats.max() + _WALK) / PHRASE))
    for index in range(first, last + 1):
        move, mirror, place = _phrase(index, seed)
        own = beats - index * PHRASE
        values = _dance(move, own)
        total += _share(own, _BLEND) * (values if mirror > 0 else _mirrored(values))
        total[_ROW["travel"]] += _share(own, _WALK) * place
        for leg in move.lifts:
            side = 0 if leg.side * mirror > 0 else 1
            amount = _bump(own, leg.start, leg.end)
            lift[:, side] += amount
            free[:, side] += amount[:, None] * (leg.out, leg.up, leg.forward)
            away = -1.0 if side == 0 else 1.0
            shift += away * _bump(own, leg.start - 0.7, leg.end + 0.6, 0.9)
        if move.spin:
            start, end = move.spin
            spin += mirror * 2.0 * np.pi * ease((own - start) / (end - start)) * (own < PHRASE)
    free /= np.maximum(lift, 1e-6)[:, :, None]
    return Figures(total + _drift(beats, seed), lift, shift, free, spin)


def _drift(beats: Array, seed: int) -> Array:
    """Slow, never repeating deviations (C, T), so that no two bars are quite the same."""
    size, phase = _drifting(seed)
    drifted: Array = size * (np.sin(0.273 * beats + phase[0]) + np.sin(0.4417 * beats + phase[1]))
    return drifted


@cache
def _drifting(seed: int) -> tuple[Array, Array]:
    phase = np.random.default_rng((seed, 3)).uniform(0.0, 2.0 * np.pi, (2, len(_NAMES), 1))
    still = ("travel", "depth", "stance", "face", "tap", "drop", "sway")
    size = [0.0 if name in still else 0.045 if name[1] == "_" else 0.02 for name in _NAMES]
    return np.array(size)[:, None], phase


def landings(beats: Array) -> Array:
    """The last and the next beat (2, T, 2) on which left and right foot land: even and odd ones."""
    sides = np.array([0.0, 1.0])
    last = 2.0 * np.floor((beats[:, None] - sides) / 2.0) + sides
    return np.stack([last, last + 2.0])


@dataclass(frozen=True)
class Feet:
    """Where both feet are at T moments: left, right."""

    place: Array  # (T, 2, 3) m, ankle's ground point: x, height above the floor, z
    heading: Array  # (T, 2) rad
    air: Array  # (T, 2) 0..1, how far off the floor


def feet(beats: Array, fall: Array, asked: dict[str, Array]) -> Feet:
    """Return the feet at `beats` (T,), planted between their `landings`, `fall` (2, T, 2).

    `asked` are the channels half a step after the landings, (4 T,).
    """
    names = ("stance", "face", "tap", "travel", "depth")
    stance, face, tap, travel, depth = (asked[name].reshape(fall.shape) for name in names)
    out = np.array([0.5, -0.5]) * stance
    x, z = travel + out * np.cos(face), depth - out * np.sin(face)
    step = ease((beats[:, None] - fall[1] + _SWING) / _SWING)
    far = np.hypot(x[1] - x[0], z[1] - z[0])
    height = 4.0 * step * (1.0 - step) * (0.10 * far / (far + 0.12) + 0.045 * tap[1])
    place = np.empty((beats.size, 2, 3))
    place[..., 0] = x[0] + step * (x[1] - x[0])
    place[..., 1] = height
    place[..., 2] = z[0] + step * (z[1] - z[0])
    heading = face[0] + step * (face[1] - face[0])
    return Feet(place, heading, np.minimum(height / 0.08, 1.0))
