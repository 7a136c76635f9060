"""The dancer's flesh, clothes and hair as round cones over the bones, seen through a lens.

Called by the dancer for every picture; the surface draws what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vj.capture.dancer.choreography import Array
from vj.capture.dancer.parts import Cone, Skirt
from vj.capture.dancer.skeleton import J
from vj.capture.dancer.surface import Colour, Part

EYE_HEIGHT, DISTANCE = 1.15, 6.5  # m
_SIDE = J.HIP_R - J.HIP_L

SKIN: Colour = (0.60, 0.33, 0.235)
LIPS: Colour = (0.40, 0.09, 0.09)
EYES: Colour = (0.10, 0.05, 0.05)
HAIR: Colour = (0.05, 0.022, 0.02)
TOP: Colour = (0.52, 0.035, 0.06)
TROUSERS: Colour = (0.05, 0.06, 0.14)
SASH: Colour = (0.85, 0.42, 0.08)
SHOES: Colour = (0.62, 0.57, 0.52)

_ONCE = (
    (J.HIP_L, J.HIP_R, 0.088, 0.088, TROUSERS),
    (J.PELVIS, J.WAIST, 0.098, 0.076, TROUSERS),
    (J.WAIST, J.RIBS, 0.074, 0.082, TOP),
    (J.RIBS, J.NECK, 0.082, 0.050, TOP),
    (J.SHOULDER_L, J.SHOULDER_R, 0.046, 0.046, TOP),
    (J.NECK, J.HEAD, 0.046, 0.042, SKIN),
    (J.CROWN, J.CHIN, 0.083, 0.044, SKIN),
    (J.HEAD, J.FACE, 0.024, 0.011, SKIN),
    (J.LIPS, J.LIPS, 0.0125, 0.0125, LIPS),
)
_BOTH = (
    (J.HIP_L, J.KNEE_L, 0.088, 0.056, TROUSERS),
    (J.KNEE_L, J.ANKLE_L, 0.057, 0.042, TROUSERS),
    (J.HEEL_L, J.TOE_L, 0.034, 0.025, SHOES),
    (J.ANKLE_L, J.HEEL_L, 0.036, 0.034, SHOES),
    (J.WAIST, J.RIB_L, 0.068, 0.078, TOP),
    (J.RIB_L, J.SHOULDER_L, 0.077, 0.050, TOP),
    (J.SHOULDER_L, J.ELBOW_L, 0.046, 0.035, SKIN),
    (J.ELBOW_L, J.WRIST_L, 0.036, 0.024, SKIN),
    (J.WRIST_L, J.HAND_L, 0.025, 0.017, SKIN),
    (J.EYE_L, J.EYE_L, 0.0095, 0.0095, EYES),
)
_TAIL = (0.052, 0.044, 0.036, 0.030, 0.024, 0.014)
_WAIST_RADIUS, _HEM_RADIUS, _SKIRT_LENGTH = 0.108, 0.36, 0.66  # m


@dataclass(frozen=True)
class Lens:
    """How metres become pixels: `unit` px per metre on the dancer's line, `middle` (x, y) px."""

    unit: float
    middle: tuple[float, float]

    def project(self, points: Array) -> Array:
        """Turn (..., 3) metres into (..., 4): x, y, nearness in px and scale in px per metre."""
        scale = self.unit * DISTANCE / (DISTANCE - points[..., 2])
        flat = np.empty((*points.shape[:-1], 4))
        flat[..., 0] = self.middle[0] + scale * points[..., 0]
        flat[..., 1] = self.middle[1] - scale * (points[..., 1] - EYE_HEIGHT)
        flat[..., 2] = scale * points[..., 2]
        flat[..., 3] = scale
        return flat


def lens(height: int, width: int) -> Lens:
    """Frame the whole dancer, raised arms included, in a picture of this size."""
    unit = min(0.41 * height, 0.40 * width)
    return Lens(unit, (width / 2.0, 0.93 * height - unit * EYE_HEIGHT))


def dressed(past: Array, view: Lens) -> list[Part]:
    """Dress the skeleton; `past` (T, J, 3) metres, newest first, a twentieth of a second apart."""
    flat = view.project(past[0]).tolist()
    cones = [_cone(flat[a], flat[b], ra, rb, colour) for a, b, ra, rb, colour in _ONCE]
    for a, b, ra, rb, colour in _BOTH:
        cones.append(_cone(flat[a], flat[b], ra, rb, colour))
        other = a + _SIDE if a >= J.HIP_L else a
        cones.append(_cone(flat[other], flat[b + _SIDE], ra, rb, colour))
    hair, nape = flat[J.HAIR], flat[J.NAPE]
    cones.append(_cone(hair, hair, 0.092, 0.092, HAIR))
    cones.append(_cone(hair, nape, 0.086, 0.050, HAIR))
    away = 0.5 * (past[0, J.NAPE] - past[0, J.HEAD])
    cones += _strand(_trail(past[:, J.NAPE], away, 0.075), _TAIL, [HAIR] * 5, view)
    return [*cones, *_skirt(past, view)]


def _skirt(past: Array, view: Lens) -> list[Skirt]:
    """Cloth whose lower rings are where the hips were a moment ago, wider while they turn."""
    down = np.linspace(0.0, 1.0, 13)
    past = _between(past[:, [J.PELVIS, J.HIP_L, J.HIP_R]], down)
    pelvis, across = past[:, 0], past[:, 1] - past[:, 2]
    yaw = np.unwrap(np.arctan2(-across[:, 2], across[:, 0]))
    whirl = float(np.clip(np.abs(yaw[0] - yaw[-1]) / 1.6, 0.0, 1.0))
    length = _SKIRT_LENGTH * (1.0 - 0.22 * whirl)
    axis = pelvis.copy()
    axis[:, 1] = pelvis[0, 1] + 0.115 - length * down
    flat = view.project(axis)
    flare = _HEM_RADIUS * (1.0 + 0.45 * whirl)
    radius = (_WAIST_RADIUS + (flare - _WAIST_RADIUS) * down**0.75) * flat[:, 3]
    sag = 0.16 * float(radius[-1])
    # Cloth lies over knees: its front comes nearer than the bare shape, its lining stays behind.
    over = flat[:, 2] + 0.15 * np.sqrt(down) * flat[:, 3]
    lines = (radius, yaw, sag)
    return [
        Skirt(flat[:, 0], flat[:, 1], flat[:, 2], *lines, True, (TOP, SASH)),
        Skirt(flat[:, 0], flat[:, 1], over, *lines, False, (TOP, SASH)),
    ]


def _between(past: Array, down: Array) -> Array:
    """Moments between those known, smoothly: 0 is the newest, 1 the oldest."""
    place = down * (len(past) - 1)
    first = np.clip(place.astype(int), 0, len(past) - 2)
    share = (place - first)[:, None, None]
    return np.asarray(past[first] * (1.0 - share) + past[first + 1] * share)


def _cone(a: Sequence[float], b: Sequence[float], ra: float, rb: float, colour: Colour) -> Cone:
    return Cone((a[0], a[1], a[2]), (b[0], b[1], b[2]), (ra * a[3], rb * b[3]), colour)


def _strand(
    points: Array, radii: Sequence[float], colours: Sequence[Colour], view: Lens
) -> list[Cone]:
    flat = view.project(points).tolist()
    ends = zip(flat, flat[1:], radii, radii[1:], colours, strict=False)
    return [_cone(*end) for end in ends]


def _trail(roots: NDArray[np.float64], away: Array, link: float) -> Array:
    """Links (T, 3) that hang from where the root was a moment ago, and a moment before that."""
    points = [roots[0]]
    for back in range(1, len(roots)):
        pull = 0.8 * (roots[back] - roots[back - 1]) + away / back
        pull[1] -= 0.07
        points.append(points[-1] + link * pull / float(np.sqrt(pull @ pull)))
    return np.stack(points)
