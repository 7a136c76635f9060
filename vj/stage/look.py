"""A look: everything one sees of a moment, apart from the light that a hand holds back.

Taken and put up by the stage's Play, remembered by the rewind, written down by the keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vj.core.params import Param
from vj.core.scene import Scene
from vj.core.table import Table
from vj.stage.setting import Setting

Key = tuple[str] | tuple[str, str]
"""A key of a scene file, or a section and a key in it."""

Entry = tuple[Key, object]
"""What is to be written, and under which key."""


@dataclass(frozen=True)
class Backdrop:
    """What of a look is no number: the scene it began with, its styles, its chain.

    `styles`: names for people and for the rest.
    """

    scene: Scene
    styles: tuple[str, str]
    chain: tuple[str, ...]
    setting: Setting


@dataclass(frozen=True)
class Look:
    """A backdrop and where every knob stood before it, by full name."""

    backdrop: Backdrop
    values: Mapping[str, float]


def entries(
    look: Look, wanted: Mapping[str, float], styles: tuple[str, str], table: Table
) -> list[Entry]:
    """List what has to be written into the look's scene for it to say all of this look.

    `wanted`, `styles`: where the scene itself puts knobs and styles; knobs it leaves alone are not
    in it.
    """
    scene, backdrop = look.backdrop.scene, look.backdrop
    found: list[Entry] = []
    if backdrop.styles != styles:
        found.append(
            (("styles",), dict(zip(("person", "background"), backdrop.styles, strict=True)))
        )
    if "chain" not in scene.ignore and _whole(scene.chain) != backdrop.chain:
        found.append((("chain",), list(backdrop.chain)))
    for name, value in wanted.items():
        param, now = table.params[name], look.values.get(name, value)
        word = worded(param, now)
        if word != worded(param, value):
            found.append((("params", name), word))
    return found


def worded(param: Param, value: float) -> str | float | int:
    """A value as one would write it: words where there are some, no more digits than one sees."""
    value = param.clamp(value)
    if param.kind == "switch":
        return "on" if value else "off"
    if param.kind == "choice" and param.choices:
        return param.choices[int(value)]
    if param.kind in ("int", "choice"):
        return int(value)
    digits = max(3 - math.floor(math.log10(param.high - param.low or 1.0)), 0)
    short = round(value, digits)
    return short if param.low <= short <= param.high else value


def _whole(chain: Iterable[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(chain))
    return named if "mix" in named else ("mix", *named)
