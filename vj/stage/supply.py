"""Gives a program what it draws from: the pictures, the moment, the knobs.

Effects that draw by themselves use it, and those that are fused.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import moderngl

from vj.stage.canvas import Canvas
from vj.stage.fill import INPUTS, write
from vj.stage.seen import Moment, Seen

# Shaders see float32 seconds: a wrap where sin(time * k) does not jump for k in thousandths.
_TIME_WRAP = 2000.0 * math.pi
_BEAT_WRAP = 3600.0
# Drawn or uploaded anew for every frame or so; the others have their smaller sizes already.
_CHANGES = [INPUTS.index(name) for name in ("picture", "dry", "styled")]

Told = Iterable[tuple[str, str, float, bool]]
"""Of every knob: its full name, that of the uniform, its default, whether it is whole."""


def bind(
    canvas: Canvas,
    target: moderngl.Framebuffer,
    sources: Sequence[moderngl.Texture],
    units: Iterable[int],
    mipmaps: Collection[int],
    filtered: Collection[int],
) -> None:
    """Bind the sources of these units, by INPUTS; as they are where they fit and may be so."""
    for unit in units:
        texture = sources[unit]
        if unit in mipmaps:
            if unit in _CHANGES:
                texture.build_mipmaps()
            sampler = canvas.levels
        else:
            same = texture.size == target.size and unit not in filtered
            sampler = canvas.near if same else canvas.soft
        texture.use(unit)
        sampler.use(unit)


def tell(program: moderngl.Program, canvas: Canvas, seen: Seen, moment: Moment) -> None:
    """Say what every effect may want to know."""
    write(program, "alive", seen.alive)
    write(program, "time", moment.time % _TIME_WRAP)
    write(program, "beat", moment.beat % _BEAT_WRAP)
    write(program, "dt", max(moment.dt, 1e-4))
    write(program, "size", (float(canvas.size[1]), float(canvas.size[0])))


def tell_knobs(program: moderngl.Program, told: Told, values: Mapping[str, float]) -> None:
    """Say where knobs stand."""
    for name, uniform, default, whole in told:
        value = values.get(name, default)
        write(program, uniform, int(value) if whole else value)
