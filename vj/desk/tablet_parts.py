"""What a tablet's pages are made of: faders with names, buttons, choosers, for a dark room.

Used by the tablet's pages; every part fills the frame it is given.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

from vj.desk.tosc import Colour, Control, Frame, Setting, Wire

Rgb = tuple[int, int, int]

GROUND: Colour = (0.055, 0.06, 0.07, 1.0)
PANEL: Colour = (0.11, 0.12, 0.14, 1.0)
PALE: Colour = (0.86, 0.88, 0.92, 1.0)
QUIET: Colour = (0.56, 0.6, 0.66, 1.0)
RED: Colour = (0.9, 0.16, 0.18, 1.0)
AMBER: Colour = (0.96, 0.62, 0.12, 1.0)
BLUE: Colour = (0.22, 0.5, 0.95, 1.0)
GREEN: Colour = (0.2, 0.72, 0.45, 1.0)
STEEL: Colour = (0.36, 0.41, 0.48, 1.0)

GAP = 10
_LINE = 24
_GLYPH = 0.56  # a letter's mean width, in heights of the text


def group_colour(name: str) -> Colour:
    """Return the colour of a parameter's group: every group has its own, always the same."""
    known = {"style": 0.76, "dream": 0.6, "mix": 0.54, "edges": 0.4, "grade": 0.1, "trails": 0.88}
    head = name.partition(".")[0]
    hue = known.get(head, sum(map(ord, head)) * 0.071 % 1.0)
    return rainbow(hue)


def rainbow(hue: float) -> Colour:
    """Return a fader's colour for a hue 0..1."""
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.62, 0.88)
    return (red, green, blue, 1.0)


def paint(rgb: Rgb) -> Colour:
    """Turn a style's colour 0..255 into a button's, dark enough to stand beside others."""
    hue, full, light = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    red, green, blue = colorsys.hsv_to_rgb(hue, min(full * 1.15, 0.9), light * 0.9)
    return (red, green, blue, 1.0)


def cells(frame: Frame, columns: int, rows: int, gap: int = GAP) -> list[Frame]:
    """Divide a frame into equal cells, row by row, with a gap around each and whole points."""
    x, y, width, height = frame
    wide, tall = (width - gap) / columns, (height - gap) / rows
    return [
        (
            round(x + gap + column * wide),
            round(y + gap + row * tall),
            round(x + (column + 1) * wide) - round(x + gap + column * wide),
            round(y + (row + 1) * tall) - round(y + gap + row * tall),
        )
        for row in range(rows)
        for column in range(columns)
    ]


def label(
    name: str, frame: Frame, text: str = "", size: int = 15, colour: Colour = PALE, hears: str = ""
) -> Control:
    """Return a line of text, small enough for its frame; `hears` is an address that replaces it."""
    fits = int(frame[2] / (max(len(text), 1) * _GLYPH)) if text else size
    settings: dict[str, Setting] = {"textSize": max(min(size, fits), 9), "textColor": colour}
    wires = (Wire(hears, "", "text"),) if hears else ()
    return Control("LABEL", name, frame, settings=settings, wires=wires, text=text)


def group(name: str, frame: Frame, children: Sequence[Control], colour: Colour = GROUND) -> Control:
    """Return a panel with controls in it."""
    return Control("GROUP", name, frame, colour, children=tuple(children))


def fader(
    name: str, frame: Frame, wire: Wire, title: Control, shown: str, colour: Colour
) -> Control:
    """Return a standing fader between its name and, told by the address `shown`, its value.

    `title`'s frame is replaced.
    """
    _, _, width, height = frame
    head = Control("LABEL", title.name, (0, 0, width, _LINE), settings=title.settings,
                   wires=title.wires, text=title.text)  # fmt: skip
    body = Control("FADER", name, (0, _LINE, width, height - 2 * _LINE), colour, wires=(wire,),
                   settings={"cornerRadius": 6.0})  # fmt: skip
    foot = label(f"{name} value", (0, height - _LINE, width, _LINE), size=14, hears=shown)
    return group(f"{name} strip", frame, (head, body, foot), PANEL)


def lying_fader(
    name: str, frame: Frame, wire: Wire, title: str, shown: str, colour: Colour
) -> Control:
    """Return a fader from left to right, its name and value in a line above it."""
    _, _, width, height = frame
    value = width * 2 // 5
    settings = {"cornerRadius": 6.0, "orientation": 1}
    parts = (
        label(f"{name} name", (6, 0, width - value - 6, _LINE), title, 14, QUIET),
        label(f"{name} value", (width - value, 0, value, _LINE), size=14, hears=shown),
        Control("FADER", name, (0, _LINE, width, height - _LINE), colour, settings, (wire,)),
    )
    return group(f"{name} strip", frame, parts, PANEL)


def button(
    name: str, frame: Frame, text: str, wires: Sequence[Wire], colour: Colour, *,
    holds: bool = False, toggles: bool = False, size: int = 18, hears: str = "", script: str = "",
) -> Control:  # fmt: skip
    """Return a button with its word on it.

    `toggles`: on and off in turn; `holds`: stays lit until it is told that another one is chosen;
    `hears`: an address that replaces the word; `script`: what it does besides, in Lua.
    """
    _, _, width, height = frame
    settings: dict[str, Setting] = {
        "cornerRadius": 8.0,
        "buttonType": 2 if toggles else 0,
        "release": not holds,
        **({"script": script} if script else {}),
    }
    key = Control("BUTTON", name, (0, 0, width, height), colour, settings, tuple(wires))
    word = label(f"{name} word", (4, 0, width - 8, height), text, size, hears=hears)
    return group(f"{name} key", frame, (key, word))


def chooser(name: str, frame: Frame, address: str, title: str, colour: Colour) -> Control:
    """Return the live name of a choice between two buttons that step through the list."""
    _, _, width, height = frame
    side = min(height, width // 4)
    middle = width - 2 * (side + GAP)
    steps = [
        button(f"{name} {word}", (at, 0, side, height), sign, (step,), STEEL, size=26)
        for word, sign, at, step in (
            ("back", "<", 0, Wire(address, "RISE", "", ("-", 1.0), hears=False)),
            ("on", ">", width - side, Wire(address, "RISE", "", ("+", 1.0), hears=False)),
        )
    ]
    half = height // 2
    names = (
        label(f"{name} title", (side + GAP, 2, middle, half), title, 14, QUIET),
        label(
            f"{name} name", (side + GAP, half - 4, middle, half), size=20, hears=f"{address}/name"
        ),
    )
    return group(name, frame, (Control("BOX", f"{name} ground", (side + GAP, 0, middle, height),
                 PANEL, {"cornerRadius": 8.0}), *steps, *names))  # fmt: skip
