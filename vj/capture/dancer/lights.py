"""The lights of the stage: their colours and places at a moment, and what they do to a body.

Called by the dancer (for the body) and the backdrop (for beams, wall and floor).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, floor, pi, sin, tau

import numpy as np

from vj.capture.dancer.skeleton import BEATS_PER_MINUTE
from vj.capture.dancer.surface import Colour, Figure, Plane, as_plane

_HELD, _FADED = 13.0, 7.0  # s


@dataclass(frozen=True)
class Mood:
    """Linear colours that go together: wall, ring, rims from left and right, two for the beams."""

    wall: Colour
    ring: Colour
    left: Colour
    right: Colour
    beams: tuple[Colour, Colour]


_MOODS = (
    Mood(  # dusk
        wall=(0.070, 0.022, 0.170),
        ring=(1.00, 0.34, 0.14),
        left=(0.10, 0.85, 1.20),
        right=(1.30, 0.25, 0.45),
        beams=((0.08, 0.20, 0.75), (0.55, 0.06, 0.50)),
    ),
    Mood(  # lagoon
        wall=(0.008, 0.080, 0.120),
        ring=(1.00, 0.66, 0.26),
        left=(1.25, 0.70, 0.22),
        right=(0.10, 0.70, 1.20),
        beams=((0.03, 0.42, 0.48), (0.06, 0.18, 0.70)),
    ),
    Mood(  # rose
        wall=(0.130, 0.014, 0.062),
        ring=(1.00, 0.52, 0.62),
        left=(1.25, 0.28, 0.60),
        right=(0.22, 0.62, 1.20),
        beams=((0.62, 0.05, 0.26), (0.28, 0.08, 0.62)),
    ),
    Mood(  # northern light
        wall=(0.016, 0.032, 0.115),
        ring=(0.24, 1.00, 0.66),
        left=(0.20, 1.15, 0.75),
        right=(0.70, 0.25, 1.25),
        beams=((0.04, 0.46, 0.30), (0.26, 0.08, 0.62)),
    ),
)


@dataclass(frozen=True)
class Lights:
    """Linear colours of everything that shines at one moment, and where the spots point."""

    wall: Colour
    ring: Colour
    left: Colour
    right: Colour
    key: Colour
    floor: Colour
    key_from: tuple[float, float, float]  # x right, y down, z to us
    beams: tuple[tuple[float, Colour], ...]  # rad from straight down, colour
    pulse: float  # 0..1, strongest on the beat


def _mix(a: Colour, b: Colour, share: float, strength: float = 1.0) -> Colour:
    red, green, blue = (strength * (p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


def lights(seconds: float, seed: int) -> Lights:
    """Return the state of the stage lights; continuous, slow, the same for the same seed."""
    turn = seconds / (_HELD + _FADED)
    index, fade = floor(turn), max(0.0, (turn % 1.0) * (_HELD + _FADED) - _HELD) / _FADED
    fade = fade * fade * (3.0 - 2.0 * fade)
    now, then = (_MOODS[(index + step + seed) % len(_MOODS)] for step in (0, 1))
    beat = seconds * BEATS_PER_MINUTE / 60.0
    pulse = (0.5 + 0.5 * cos(pi * beat)) ** 2
    sway = sin(0.113 * tau * seconds), sin(0.0713 * tau * seconds + 1.0)
    pair = [_mix(a, b, fade) for a, b in zip(now.beams, then.beams, strict=True)]
    beams = []
    for place in range(4):
        aim = 0.20 * sin(tau * (0.053 + 0.011 * place) * seconds + 2.1 * place)
        aim += 0.05 * sin(tau * 0.23 * seconds + place) - 0.16 * (place - 1.5)
        strength = 0.85 + 0.35 * sin(0.31 * seconds * (1 + 0.3 * place) + place)
        beams.append((aim, _mix(pair[0], pair[1], place / 3.0, strength)))
    wall = _mix(now.wall, then.wall, fade)
    return Lights(
        wall=wall,
        ring=_mix(now.ring, then.ring, fade),
        left=_mix(now.left, then.left, fade, 2.1 + 0.5 * pulse),
        right=_mix(now.right, then.right, fade, 2.1 + 0.5 * (1.0 - pulse)),
        key=(1.20, 1.05, 0.92),
        floor=_mix(wall, pair[0], 0.4, 1.6),
        key_from=(-0.38 + 0.25 * sway[0], -0.62, 0.62 + 0.1 * sway[1]),
        beams=tuple(beams),
        pulse=pulse,
    )


def shade(body: Figure, lit: Lights) -> Plane:
    """Light the body; (3, N) float32, linear, about 0..1."""
    places = np.array(
        [lit.key_from, (-0.92, -0.18, -0.26), (0.92, -0.22, -0.22), (0.0, 1.0, 0.15)], np.float32
    )
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    falls = np.empty((5, body.matte.size), np.float32)
    np.matmul(places, body.normals, out=falls[:4])
    np.maximum(falls[:4], 0.0, out=falls[:4])
    falls[4] = 1.0
    falls[0] *= body.open
    falls[3:] *= body.open
    ambient = np.array(lit.wall) * 1.3 + 0.06
    colours = np.column_stack([lit.key, lit.left, lit.right, lit.floor, ambient])
    light = as_plane(colours.astype(np.float32) @ falls)
    light *= body.colour
    # A rim is seen on any cloth, however dark: skin and fabric both shine at grazing angles.
    light += (0.10 * colours[:, 1:3]).astype(np.float32) @ falls[1:3]
    return light
