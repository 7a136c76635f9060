"""The file format of TouchOSC layouts: controls in memory, and how they are written.

Used by the tablet's pages; pure. Source: layouts saved by TouchOSC 1.5 (lexml 6), as its readers
describe them.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["GROUP", "PAGER", "BOX", "LABEL", "BUTTON", "FADER", "XY"]
Frame = tuple[int, int, int, int]
"""x, y, width, height in points, from the parent's upper left corner."""

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity, each 0..1."""

Setting = bool | int | float | str | Frame | Colour

_NAMES = uuid.UUID("6f0f6a44-7c2f-4e6c-8d53-2f1a8b1d9a10")
_ROUND = 3
# What kinds carry besides `touch`, and what a fresh one starts with.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "BUTTON": {"x": "0"},
    "FADER": {"x": "0"},
    "XY": {"x": "0", "y": "0"},
    "LABEL": {"text": ""},
    "PAGER": {"page": "0"},
}
_FLOATS = frozenset({"cornerRadius"})
_COMMON: Mapping[str, Setting] = {
    "background": True,
    "cornerRadius": 0.0,
    "grabFocus": True,
    "interactive": True,
    "locked": False,
    "orientation": 0,
    "outline": False,
    "outlineStyle": 0,
    "pointerPriority": 0,
    "shape": 1,
    "visible": True,
}
_OWN: Mapping[str, Mapping[str, Setting]] = {
    "GROUP": {"grabFocus": False, "interactive": False},
    "PAGER": {
        "grabFocus": False,
        "tabLabels": True,
        "tabbar": True,
        "tabbarDoubleTap": False,
        "tabbarSize": 44,
        "textSizeOff": 18,
        "textSizeOn": 18,
    },
    "BOX": {"interactive": False},
    "LABEL": {
        "background": False,
        "interactive": False,
        "font": 0,
        "textAlignH": 2,
        "textAlignV": 2,
        "textClip": True,
        "textColor": (1.0, 1.0, 1.0, 1.0),
        "textLength": 0,
        "textSize": 14,
    },
    "BUTTON": {"buttonType": 0, "press": True, "release": True, "valuePosition": False},
    "XY": {
        "cursor": True,
        "cursorDisplay": 0,
        "gridColor": (0.0, 0.0, 0.0, 0.25),
        "gridX": True,
        "gridY": True,
        "gridStepsX": 4,
        "gridStepsY": 4,
        "lines": True,
        "linesDisplay": 0,
        "lockX": False,
        "lockY": False,
        "response": 0,
        "responseFactor": 100,
    },
    "FADER": {
        "bar": True,
        "barDisplay": 0,
        "cursor": True,
        "cursorDisplay": 0,
        "grid": False,
        "gridColor": (0.0, 0.0, 0.0, 0.25),
        "gridSteps": 13,
        "response": 0,
        "responseFactor": 100,
    },
}


@dataclass(frozen=True, slots=True)
class Wire:
    """What a control says and hears: an OSC address, and its arguments before the control's value.

    `when`: "ANY" says every change, "RISE" a press only, "" nothing (it only listens); `value` is
    what is said and shown, "x", "xy" or "text", "" for none; `low` and `high`: what 0 and 1 mean.
    """

    address: str
    when: Literal["ANY", "RISE", ""] = "ANY"
    value: Literal["x", "xy", "text", ""] = "x"
    before: tuple[float | str, ...] = ()
    hears: bool = True
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Control:
    """One control; `settings` are TouchOSC's own properties beyond the usual ones of its kind."""

    kind: Kind
    name: str
    frame: Frame
    colour: Colour = (0.0, 0.0, 0.0, 1.0)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    wires: tuple[Wire, ...] = ()
    children: tuple[Control, ...] = ()
    text: str = ""


def write(root: Control) -> bytes:
    """Return the bytes of a `.tosc` file; the same controls always give the same bytes."""
    parts = ["<?xml version='1.0' encoding='UTF-8'?>", "<lexml version='6'>"]
    parts += _control(root, "", "<includes></includes>")
    return zlib.compress("".join([*parts, "</lexml>"]).encode())


def _control(control: Control, path: str, head: str = "") -> Iterator[str]:
    path = f"{path}/{control.name}"
    yield f"<node ID='{uuid.uuid5(_NAMES, path)}' type='{control.kind}'>{head}<properties>"
    settings = {
        **_COMMON,
        **_OWN[control.kind],
        "color": control.colour,
        "frame": control.frame,
        "name": control.name,
        **control.settings,
    }
    for key in sorted(settings):
        yield _property(key, settings[key])
    yield "</properties><values>"
    for key, start in _VALUES.get(control.kind, {}).items():
        yield _value(key, control.text if key == "text" else start)
    yield _value("touch", "false") + "</values>"
    if control.wires:
        yield "<messages>" + "".join(map(_wire, control.wires)) + "</messages>"
    if control.children:
        yield "<children>"
        for number, child in enumerate(control.children):
            yield from _control(child, f"{path}/{number}")
        yield "</children>"
    yield "</node>"


def _property(key: str, value: Setting) -> str:
    if isinstance(value, tuple):
        names, kind = ("rgba", "c") if "olor" in key else ("xywh", "r")
        pairs = zip(names, value, strict=True)
        text = "".join(f"<{name}>{_number(part)}</{name}>" for name, part in pairs)
    elif isinstance(value, str):
        kind, text = "s", _cdata(value)
    elif isinstance(value, bool):
        kind, text = "b", str(int(value))
    else:
        kind, text = "f" if key in _FLOATS else "i", _number(value)
    return f"<property type='{kind}'><key>{_cdata(key)}</key><value>{text}</value></property>"


def _value(key: str, start: str) -> str:
    return (
        f"<value><key>{_cdata(key)}</key><locked>0</locked>"
        "<lockedDefaultCurrent>0</lockedDefaultCurrent>"
        f"<default>{_cdata(start)}</default><defaultPull>0</defaultPull></value>"
    )


def _wire(wire: Wire) -> str:
    values = ("x", "y") if wire.value == "xy" else (wire.value,) if wire.value else ()
    fired = "".join(
        f"<trigger><var>{_cdata(name)}</var><condition>{wire.when}</condition></trigger>"
        for name in values or ("x",)
    )
    form = "STRING" if wire.value == "text" else "FLOAT"
    arguments = [_constant(word) for word in wire.before]
    arguments += [_partial("VALUE", form, name, wire.low, wire.high) for name in values]
    # Without feedback a control that is told a value says nothing back: no circle is ever closed.
    return (
        f"<osc><enabled>1</enabled><send>{int(bool(wire.when))}</send>"
        f"<receive>{int(wire.hears)}</receive><feedback>0</feedback>"
        "<noDuplicates>0</noDuplicates><connections>1111111111</connections>"
        + (f"<triggers>{fired}</triggers>" if wire.when else "")
        + f"<path>{_partial('CONSTANT', 'STRING', wire.address)}</path>"
        + f"<arguments>{''.join(arguments)}</arguments></osc>"
    )


def _constant(word: float | str) -> str:
    return _partial("CONSTANT", "STRING" if isinstance(word, str) else "FLOAT", str(word))


def _partial(kind: str, form: str, value: str, low: float = 0.0, high: float = 1.0) -> str:
    return (
        f"<partial><type>{kind}</type><conversion>{form}</conversion><value>{_cdata(value)}</value>"
        f"<scaleMin>{_number(low)}</scaleMin><scaleMax>{_number(high)}</scaleMax></partial>"
    )


def _number(value: float) -> str:
    rounded = round(float(value), _ROUND)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']] >')}]]>"
