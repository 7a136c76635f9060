"""The lights of the stage: their colours and places at a moment, and what they do to a body.

Called by the dancer (for the body) and the backdrop (for beams, wall and floor).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, tau

import cv2
import numpy as np

from vj.capture.dancer.skeleton import BEATS_PER_MINUTE
from vj.capture.dancer.surface import Colour, Figure, Plane, as_plane


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


def hue(angle: float, strength: float = 1.0) -> Colour:
    """A saturated linear colour from its place on the colour circle, 0..1."""
    red, green, blue = (0.5 + 0.5 * cos(tau * (angle - third / 3.0)) for third in range(3))
    return strength * red * red, strength * green * green, strength * blue * blue


def lights(seconds: float, seed: int) -> Lights:
    """Return the state of the stage lights; continuous, slow, the same for the same seed."""
    beat = seconds * BEATS_PER_MINUTE / 60.0
    base = 0.61 + 0.381966 * seed + 0.07 * sin(0.031 * tau * seconds) + seconds / 210.0
    pulse = (0.5 + 0.5 * cos(pi * beat)) ** 2
    sway = sin(0.113 * tau * seconds), sin(0.0713 * tau * seconds + 1.0)
    beams = tuple(
        (
            0.34 * (place - 1.5)
            + 0.20 * sin(tau * (0.053 + 0.011 * place) * seconds + 2.1 * place)
            + 0.05 * sin(tau * 0.23 * seconds + place),
            hue(
                base + 0.10 * place - 0.12,
                0.30 + 0.12 * sin(0.31 * seconds * (1 + 0.3 * place) + place),
            ),
        )
        for place in range(4)
    )
    return Lights(
        wall=hue(base + 0.03, 0.085),
        ring=hue(base + 0.42, 1.0),
        left=hue(base - 0.06, 2.6 + 0.5 * pulse),
        right=hue(base + 0.40, 2.6 + 0.5 * (1.0 - pulse)),
        key=(1.25, 1.08, 0.92),
        floor=hue(base + 0.05, 0.20),
        key_from=(-0.38 + 0.25 * sway[0], -0.62, 0.62 + 0.1 * sway[1]),
        beams=beams,
        pulse=pulse,
    )


def shade(body: Figure, lit: Lights) -> Plane:
    """Light the body; (h, w, 3) float32, linear, about 0..1."""
    places = np.array(
        [lit.key_from, (-0.92, -0.18, -0.26), (0.92, -0.22, -0.22), (0.0, 1.0, 0.15)], np.float32
    )
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    falls = cv2.transform(body.normals, places)
    np.maximum(falls, 0.0, out=falls)
    ambient = np.array(lit.wall) * 1.1 + 0.05
    colours = np.column_stack([lit.key, lit.left, lit.right, lit.floor, ambient])
    light = as_plane(cv2.transform(falls, colours.astype(np.float32)))
    # A rim is seen on any cloth, however dark: skin and fabric both shine at grazing angles.
    gloss = cv2.transform(falls, (colours * (0.0, 0.10, 0.10, 0.0, 0.0)).astype(np.float32))
    light *= body.colour
    light += gloss
    return light
