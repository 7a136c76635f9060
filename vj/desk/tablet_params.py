"""A tablet's controls for parameters and actions: what each kind of them looks like and says.

Used by the tablet's pages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vj.core.binding import Knob
from vj.core.params import Param
from vj.core.table import TRIGGERS, Table
from vj.desk.addresses import address_of
from vj.desk.spoken import label as title_of
from vj.desk.tablet_parts import STEEL, button, cells, chooser, group_colour, lying_fader
from vj.desk.tosc import Control, Frame, Wire

_SAY_AGAIN = """local said = 0
function update()
  if self.values.x > 0 and getMillis() - said > 250 then
    said = getMillis()
    self.messages.OSC[1]:trigger()
  end
end"""
"""A button's script, Lua 5.1: what is pressed is said again, so that a lost tablet is noticed."""


def press(address: str) -> Wire:
    """A press only: letting go says nothing, and what the show says lights nothing."""
    return Wire(address, "RISE", "x", hears=False)


def travel_wire(param: Param, knob: Knob | None = None) -> Wire:
    """A fader goes its parameter's whole way, or the knob's range in the parameter's own units."""
    root = address_of(param.name)
    if knob is not None and knob.osc:
        return Wire(knob.osc)
    if knob is not None and knob.range and param.curve == "linear":
        return Wire(root, low=param.clamp(knob.range[0]), high=param.clamp(knob.range[1]))
    return Wire(f"{root}/norm")


def key(table: Table, name: str, place: Frame, size: int = 16) -> Control:
    """Return the button of an action, or the one that turns a switch over."""
    if name in TRIGGERS:
        words = name.removesuffix(".toggle").replace(".", " ").replace("_", " ")
        return button(name, place, words, (press(address_of(name)),), STEEL, size=size)
    wire, words = Wire(address_of(name)), title_of(table.params[name]).removeprefix("edges ")
    return button(name, place, words, (wire,), group_colour(name), toggles=True, size=size)


def hold_key(table: Table, name: str, place: Frame) -> Control:
    """Return the button that holds a parameter up while it is pressed."""
    param = table.params[name]
    wire = Wire(f"{address_of(name)}/hold", hears=False)
    return button(f"{name} hold", place, title_of(param), (wire,), group_colour(name), size=16,
                  script=_SAY_AGAIN)  # fmt: skip


def choosers(table: Table, names: Sequence[str], area: Frame) -> list[Control]:
    """Return a chooser for each parameter that is a list of words, three in a row."""
    columns = min(len(names), 3)
    places = cells(area, columns, math.ceil(len(names) / columns))
    return [
        chooser(name, place, address_of(name), title_of(table.params[name]), group_colour(name))
        for name, place in zip(names, places, strict=False)
    ]


def numbers_in(params: Sequence[Param], area: Frame, columns: int) -> list[Control]:
    """Return a lying fader for each number."""
    places = cells(area, columns, max(math.ceil(len(params) / columns), 1))
    found = []
    for param, place in zip(params, places, strict=False):
        root, colour = address_of(param.name), group_colour(param.name)
        wire, words = Wire(f"{root}/norm"), title_of(param).removeprefix("edges ")
        found.append(lying_fader(param.name, place, wire, words, f"{root}/text", colour))
    return found
