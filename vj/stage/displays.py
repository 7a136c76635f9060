"""Displays by name: numbers change when a cable moves, names do not.

The window chooses by it, the command line lists them.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Display:
    """A display: its name by the system, where it is on the desktop and its size, in pixels."""

    name: str
    x: int
    y: int
    width: int
    height: int
    rate: float = 0.0

    @property
    def place(self) -> tuple[int, int, int, int]:
        """x, y, width, height."""
        return self.x, self.y, self.width, self.height


def has_x11() -> bool:
    """Whether windows are X11 windows here."""
    return sys.platform not in ("win32", "darwin") and bool(os.environ.get("DISPLAY"))


def has_display() -> bool:
    """Whether there can be a window at all."""
    return has_x11() or sys.platform in ("win32", "darwin")


def list_displays() -> list[Display]:
    """Ask the system which displays show something right now.

    Raises: whatever the system raises when there is none; callers go on without a window.
    """
    import pyglet

    found: list[Display] = []
    for index, screen in enumerate(pyglet.display.get_display().get_screens(), 1):
        if screen.width <= 0 or screen.height <= 0:
            continue
        name = str(getattr(screen, "get_monitor_name", str)() or f"display {index}")
        if name == "unknown" or any(known.name == name for known in found):
            name = f"{name} {index}"
        mode = screen.get_mode()
        rate = float(getattr(mode, "rate", 0.0) or 0.0)
        found.append(Display(name, screen.x, screen.y, screen.width, screen.height, rate))
    return found


_HINT = re.compile(r"^(?P<name>.*?)\s+(?P<w>\d+)x(?P<h>\d+)(?: at (?P<x>-?\d+),(?P<y>-?\d+))?$")
_BUILT_IN = ("edp", "lvds", "dsi")  # a laptop's own panel


def choose(displays: Sequence[Display], wanted: str) -> Display | None:
    """Return the display called `wanted` (a unique part of the name will do), else None.

    Size and place behind the name, as `vj devices` lists them, decide where the name alone does
    not. Without a wish it is the last one that is not a laptop's own.
    """
    if not displays:
        return None
    if not wanted:
        outer = [one for one in displays if not one.name.lower().startswith(_BUILT_IN)]
        return (outer or displays)[-1]
    hint = _HINT.match(wanted)
    word = (hint["name"] if hint else wanted).lower()
    exact = [display for display in displays if display.name.lower() == word]
    part = exact or [display for display in displays if word in display.name.lower()]
    if len(part) == 1 or hint is None:
        return part[0] if len(part) == 1 else None
    size = int(hint["w"]), int(hint["h"])
    alike = [one for one in part or displays if (one.width, one.height) == size]
    if len(alike) > 1 and hint["x"]:
        alike = [one for one in alike if (one.x, one.y) == (int(hint["x"]), int(hint["y"]))]
    return alike[0] if len(alike) == 1 else None


def assign(displays: Sequence[Display], wanted: Sequence[str]) -> list[Display | None]:
    """Return each output's display; those without a wish get one that nobody else wants."""
    named = [choose(displays, name) if name else None for name in wanted]
    free = [display for display in displays if display not in named]
    return [
        choose(free or displays, "") if not name else found
        for name, found in zip(wanted, named, strict=True)
    ]


def after(displays: Sequence[Display], name: str) -> Display:
    """Return the display after the one called `name`, round and round."""
    names = [display.name for display in displays]
    return displays[(names.index(name) + 1) % len(names) if name in names else 0]


def listed_displays() -> list[str]:
    """One line per display: the name to choose it by, its size and its place on the desktop."""
    return [
        f"{display.name}  {display.width}x{display.height} at {display.x},{display.y}"
        for display in list_displays()
    ]
