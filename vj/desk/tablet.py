"""A tablet layout for one gig: its scenes, its styles in their colours, its scene's knobs.

Called by `vj layout touchosc`; addresses are those of the OSC hand, which tells its values there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from vj.core.gig import Gig
from vj.core.params import Param
from vj.core.scene import Scene
from vj.core.table import TRIGGERS, Table
from vj.desk.addresses import NAMING, SLOTS, address_of
from vj.desk.bindings import springs_back
from vj.desk.spoken import label as title_of
from vj.desk.tablet_params import choosers, hold_key, key, numbers_in, press, travel_wire
from vj.desk.tablet_parts import (
    AMBER,
    BLUE,
    GREEN,
    GROUND,
    PALE,
    QUIET,
    RED,
    STEEL,
    button,
    cells,
    fader,
    group,
    group_colour,
    label,
    rainbow,
)
from vj.desk.tablet_styles import BANKS, Colours, styles_page
from vj.desk.tosc import Colour, Control, Frame, Setting, Wire

SIZE = (1024, 768)
"""Points; TouchOSC scales a layout to the tablet's screen."""

_TABS, _STRIP, _HEAD = 44, 92, 72
_ONE_ROW = 10
_LEAST_SLOTS = 8
_OUTPUT = ("output", "style", "mix", "dream", "grade", "matte", "tempo")
_OUTPUT_CELLS = (6, 6)
_KEEPING = ("cue", "scene", "rewind", "tempo", "quantise", "body")
_KEYS_IN_ROW = 8
_IN_STRIP = ("blackout.toggle", "freeze.toggle", "panic", "tap")


def build(
    gig: Gig,
    titles: Mapping[str, str],
    colours: Colours,
    scene: Scene | None,
    size: tuple[int, int],
) -> Control:
    """Return the root of a layout for a screen of `size` points.

    `scene`: the one whose knobs the play page has; with None its faders follow whatever scene
    plays. `titles`: scene -> what its button says; `colours`: style -> its pictures' colour.
    """
    width, height = size
    page = (0, 0, width, height - _STRIP - _TABS)
    table = gig.table
    play = _play_fixed(table, scene, page) if scene else _play_following(gig, page)
    pages = (
        _page("play", play, page, AMBER),
        _page("styles", styles_page(table, colours, page), page, group_colour("style")),
        _page("edges", _edges(table, page), page, group_colour("edges")),
        _page("output", _output(table, page), page, group_colour("grade")),
        _page("scenes", _scenes(table, titles, page), page, BLUE),
    )
    pager = Control("PAGER", "pages", (0, 0, width, height - _STRIP), GROUND, {}, (), pages)
    return group("vj", (0, 0, width, height), (pager, _strip((0, height - _STRIP, width, _STRIP))))


def _page(name: str, children: Sequence[Control], area: Frame, colour: Colour) -> Control:
    red, green, blue, _ = colour
    settings: dict[str, Setting] = {
        "tabLabel": name,
        "tabColorOff": (red * 0.25, green * 0.25, blue * 0.25, 1.0),
        "tabColorOn": (red * 0.7, green * 0.7, blue * 0.7, 1.0),
        "textColorOff": QUIET,
        "textColorOn": (1.0, 1.0, 1.0, 1.0),
    }
    frame = (0, _TABS, area[2], area[3])
    return Control("GROUP", name, frame, GROUND, settings, (), tuple(children))


def _strip(frame: Frame) -> Control:
    """What must be at hand on every page."""
    at = cells((0, 0, frame[2], frame[3]), 8, 1)
    x, y, _, tall = at[4]
    wide, half = at[5][0] + at[5][2] - x, tall // 2 - 4
    keys = (
        button("blackout", at[0], "blackout", (Wire("/blackout"),), RED, toggles=True),
        button("freeze", at[1], "freeze", (Wire("/freeze"),), BLUE, toggles=True),
        button("panic", at[2], "panic", (press("/panic"),), AMBER),
        button("previous", at[3], "<", (press("/scene/previous"),), STEEL, size=28),
        label("scene title", (x, y, wide, half), "scene", 13, QUIET),
        label("scene name", (x, y + half - 4, wide, half), "", 19, PALE, "/scene/name"),
        button("next", at[6], ">", (press("/scene/next"),), STEEL, size=28),
        button("tap", (at[7][0], y, at[7][2], half + 12), "tap", (press("/tap"),), GREEN),
        _heart((at[7][0], y + half + 16, at[7][2], half - 8)),
    )
    return group("strip", frame, keys)


def _heart(frame: Frame) -> Control:
    """Counts every two seconds; when it stands still, the connection is lost. A touch asks anew."""
    wires = (Wire("/sync", "RISE", "x", hears=False),)
    return button("link", frame, "", wires, STEEL, size=13, hears="/heartbeat")


def _play_following(gig: Gig, area: Frame) -> list[Control]:
    """Numbered faders whose names and values the show tells, whichever scene plays."""
    counts = [sum(n not in TRIGGERS for n in gig.scene(s).knobs) for s in gig.scene_files]
    count = min(max([*counts, _LEAST_SLOTS]), SLOTS)
    rows = 1 if count <= _ONE_ROW else 2
    columns = math.ceil(count / rows)
    places = cells(_below(area, _HEAD), columns, rows)[:count]
    strips = []
    for number, place in enumerate(places, 1):
        root = f"/knob/{number}"
        name = label(f"{number} name", place, "", 14, hears=f"{root}/name")
        colour = rainbow(0.72 - 0.68 * (number - 1) / count)
        strips.append(fader(f"knob {number}", place, Wire(root), name, f"{root}/text", colour))
    return [*choosers(gig.table, BANKS, _head(area)), *strips]


def _play_fixed(table: Table, scene: Scene, area: Frame) -> list[Control]:
    """The knobs of one scene: numbers as faders, the rest as buttons above them."""
    bound = {name: table.params[name] for name in scene.knobs if name in table.params}
    springs = [name for name in bound if springs_back(bound[name], scene.knobs[name])]
    numbers = [bound[name] for name in bound if bound[name].kind in ("float", "int")]
    numbers = [param for param in numbers if param.name not in springs]
    if not numbers:
        numbers = _usual(table, scene)
    lists = [param.name for param in bound.values() if param.kind == "choice"]
    lists = lists or list(BANKS)
    keys = [name for name in scene.knobs if name in TRIGGERS and name not in _IN_STRIP]
    keys = [name for name in keys if not name.startswith("scene.")]
    keys += [p.name for p in bound.values() if p.kind == "switch" and p.name not in springs]
    rows = math.ceil(len(lists) / 3)
    head = rows * _HEAD
    found = choosers(table, lists, (0, 0, area[2], head))
    if keys or springs:
        row = cells((0, head, area[2], _HEAD), max(len(keys) + len(springs), 6), 1)
        found += [key(table, name, place) for name, place in zip(keys, row, strict=False)]
        rest = row[len(keys) :]
        found += [hold_key(table, name, place) for name, place in zip(springs, rest, strict=False)]
        head += _HEAD
    deep = 1 if len(numbers) <= _ONE_ROW else 2
    places = cells(_below(area, head), math.ceil(len(numbers) / deep), deep)
    for param, place in zip(numbers, places, strict=False):
        name = label(f"{param.name} name", place, title_of(param), 14)
        wire = travel_wire(param, scene.knobs.get(param.name))
        shown, colour = f"{address_of(param.name)}/text", group_colour(param.name)
        found.append(fader(param.name, place, wire, name, shown, colour))
    return found


def _usual(table: Table, scene: Scene) -> list[Param]:
    """Faders for a scene that binds none: how strong everything in its chain is."""
    names = ["style.strength", *(f"{effect}.{end}" for effect in scene.chain
             for end in ("amount", "person", "background", "decay", "exposure"))]  # fmt: skip
    found = [table.params[name] for name in names if name in table.params]
    return [param for param in found if param.kind in ("float", "int")][:_ONE_ROW]


def _edges(table: Table, area: Frame) -> list[Control]:
    """The drawing chain: its switches to the left, its numbers to the right."""
    chain = [param for param in table if param.name.startswith("edges.")]
    switches = [param for param in chain if param.kind == "switch"]
    left = (area[0], area[1], area[2] * 2 // 5, area[3])
    right = (left[2], area[1], area[2] - left[2], area[3])
    places = cells(left, 2, max(math.ceil(len(switches) / 2), 5))
    found = [key(table, p.name, place) for p, place in zip(switches, places, strict=False)]
    return [*found, *numbers_in([p for p in chain if p.kind in ("float", "int")], right, 2)]


def _output(table: Table, area: Frame) -> list[Control]:
    """Everything about the picture as a whole, and what the window can do."""
    numbers = [
        param
        for head in _OUTPUT
        for param in table
        if param.name.partition(".")[0] == head
        and param.kind in ("float", "int")
        and not param.name.startswith("style.pad")
    ]
    keys = _keys(lambda head: head not in _KEEPING)
    deep = _HEAD * math.ceil(len(keys) / _KEYS_IN_ROW)
    columns, rows = _OUTPUT_CELLS
    upper = (area[0], area[1], area[2], area[3] - deep)
    places = cells((area[0], area[1] + upper[3], area[2], deep), _KEYS_IN_ROW, deep // _HEAD)
    found = [key(table, name, place, 15) for name, place in zip(keys, places, strict=False)]
    return [*numbers_in(numbers[: columns * rows], upper, columns), *found]


def _keys(wanted: Callable[[str], bool]) -> list[str]:
    """Return the actions that need no more than a press, of the groups wanted."""
    elsewhere = (*_IN_STRIP, *NAMING, "scene.go", "scene.next", "scene.previous", "rewind.recall")
    return [
        name
        for name in TRIGGERS
        if name not in elsewhere and not name.startswith("learn") and wanted(name.partition(".")[0])
    ]


def _scenes(table: Table, titles: Mapping[str, str], area: Frame) -> list[Control]:
    """A button for every scene, the one that plays is lit; below, what keeps and brings back."""
    keys = _keys(lambda head: head in _KEEPING)
    deep = _HEAD * math.ceil(len(keys) / _KEYS_IN_ROW)
    upper = (area[0], area[1], area[2], area[3] - deep)
    lower = cells((area[0], area[1] + upper[3], area[2], deep), _KEYS_IN_ROW, deep // _HEAD)
    columns = 4 if len(titles) <= 32 else 6
    places = cells(upper, columns, max(math.ceil(len(titles) / columns), 5))
    found = [key(table, name, place, 15) for name, place in zip(keys, lower, strict=False)]
    for number, (title, place) in enumerate(zip(titles.values(), places, strict=False), 1):
        wire, words = Wire(f"/scene/{number}", "RISE"), f"{number}  {title}"
        found.append(button(f"scene {number}", place, words, (wire,), BLUE, holds=True, size=19))
    return found


def _head(area: Frame) -> Frame:
    return (area[0], area[1], area[2], _HEAD)


def _below(area: Frame, head: int) -> Frame:
    return (area[0], area[1] + head, area[2], area[3] - head)
