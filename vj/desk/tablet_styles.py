"""A tablet's page of styles: two banks of buttons in the pictures' colours, and the pad.

Used by the tablet's layout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from vj.core.params import Param
from vj.core.table import PAD_KNOBS, Table
from vj.desk.addresses import address_of
from vj.desk.spoken import label as title_of
from vj.desk.tablet_params import key
from vj.desk.tablet_parts import GAP, PALE, QUIET, Rgb, button, cells, group_colour, label, paint
from vj.desk.tosc import Control, Frame, Wire

BANKS = ("style.person", "style.background")
Colours = Mapping[str, Rgb]
_WHITE: Rgb = (190, 190, 190)
_SWITCHES = 144


def styles_page(table: Table, colours: Colours, area: Frame) -> list[Control]:
    """A bank of coloured buttons for each of the two styles, the chosen one lit, and the pad."""
    x, y, width, height = area
    wide = width * 3 // 8
    found = [
        control
        for name, left in zip(BANKS, (x, x + wide), strict=True)
        for control in _bank(table.params[name], colours, (left, y, wide, height))
    ]
    return [*found, *_pad(table, (x + 2 * wide, y, width - 2 * wide, height))]


def _bank(param: Param, colours: Colours, area: Frame) -> list[Control]:
    x, y, width, height = area
    name, root, half = param.name, address_of(param.name), width // 2
    head = label(f"{name} title", (x + GAP, y + 4, half, 28), title_of(param), 15, QUIET)
    live = (x + half + GAP, y + 4, half - GAP, 28)
    columns = 2 if len(param.choices) <= 16 else 3 if len(param.choices) <= 36 else 4
    places = cells(
        (x, y + 30, width, height - 30), columns, max(math.ceil(len(param.choices) / columns), 5)
    )
    found = [head, label(f"{name} name", live, "", 17, PALE, f"{root}/name")]
    for number, (style, place) in enumerate(zip(param.choices, places, strict=False)):
        wire, words = Wire(f"{root}/{number}", "RISE"), style.replace("-", " ")
        colour = paint(colours.get(style, _WHITE))
        found.append(button(f"{name} {style}", place, words, (wire,), colour, holds=True))
    return found


def _pad(table: Table, area: Frame) -> list[Control]:
    """The square between four styles, their names at its corners, and whom it paints."""
    x, y, width, height = area
    side = width - 2 * GAP
    top = y + 34
    line, half = 26, side // 2
    names = [
        label(name, (x + GAP + column * half, place, half, line), "", 14, QUIET,
              f"{address_of(name)}/name")
        for name, column, place in zip(
            PAD_KNOBS, (0, 1, 0, 1), (top, top, top + line + side, top + line + side), strict=True
        )
    ]  # fmt: skip
    square = Control(
        "XY", "pad", (x + GAP, top + line, side, side), group_colour("style"),
        {"cornerRadius": 8.0}, (Wire("/style/pad", "ANY", "xy"),),
    )  # fmt: skip
    below = top + 2 * line + side + GAP
    rest = (x, below, width, min(y + height - below, _SWITCHES))
    keys = ("style.pad_person", "style.pad_background")
    switches = [
        key(table, name, place, 15) for name, place in zip(keys, cells(rest, 1, 2), strict=True)
    ]
    return [
        label("pad title", (x + GAP, y + 4, side, 28), "style pad", 15, QUIET),
        *names, square, *switches,
    ]  # fmt: skip
