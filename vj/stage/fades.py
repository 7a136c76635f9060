"""How values travel while a scene comes in: for how long and along which curve, each its own way.

A Manner is made from a scene when it is entered; the stage's parameters and styles move by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vj.core.cue import Curve
from vj.core.scene import Scene
from vj.core.table import Table

_STEEP = 4.0  # of "exp": a tenth of the way after half the time


@dataclass(frozen=True)
class Manner:
    """How everything of a scene comes in; `own`: parameters that travel otherwise, by full name."""

    seconds: float
    curve: Curve = "linear"
    styles: tuple[float, Curve] = (0.0, "linear")
    own: Mapping[str, tuple[float, Curve]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[float, Curve]:
        """Seconds and curve of one parameter."""
        return self.own.get(name, (self.seconds, self.curve))


def plain(seconds: float) -> Manner:
    """Everything alike, in a straight line; 0 cuts."""
    return Manner(seconds, styles=(seconds, "linear"))


def manner_of(scene: Scene, table: Table) -> Manner:
    """How a scene wants to come in; the more exact name wins, a cut takes no time."""
    whole = _way(scene, "", (scene.fade, scene.fade_curve))
    groups = {name for name in scene.fades if "." not in name}
    own = {}
    for param in table:
        group = param.name.partition(".")[0]
        way = _way(scene, group, whole) if group in groups else whole
        for name in (param.name, *param.aliases):
            way = _way(scene, name, way)
        if way != whole:
            own[param.name] = way
    return Manner(*whole, styles=_way(scene, "styles", whole), own=own)


def bent(part: float, curve: Curve) -> float:
    """How far a value is, 0..1, when `part` 0..1 of its time is over."""
    if part >= 1.0 or curve == "cut":
        return 1.0
    if curve == "ease":
        return part * part * (3.0 - 2.0 * part)
    if curve == "exp":
        return math.expm1(_STEEP * part) / math.expm1(_STEEP)
    return part


def _way(scene: Scene, name: str, otherwise: tuple[float, Curve]) -> tuple[float, Curve]:
    fading = scene.fades.get(name)
    seconds, curve = otherwise
    if fading is not None:
        # A curve of its own on top of a cut: the time is the scene's again.
        again = scene.fade if curve == "cut" and fading.curve not in (None, "cut") else seconds
        curve = fading.curve or ("linear" if fading.seconds and curve == "cut" else curve)
        seconds = again if fading.seconds is None else fading.seconds
    return (0.0 if curve == "cut" else seconds), curve
