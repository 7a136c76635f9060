"""Displays by name: numbers change when a cable moves, names do not.

The window chooses by it, the command line lists them.
"""

from __future__ import annotations

import os
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


def choose(displays: Sequence[Display], wanted: str) -> Display | None:
    """Return the display called `wanted` (a unique part of the name will do), else None.

    Without a wish it is the one at the desktop's origin.
    """
    if not displays:
        return None
    if not wanted:
        return next(
            (display for display in displays if (display.x, display.y) == (0, 0)), displays[0]
        )
    word = wanted.lower()
    exact = [display for display in displays if display.name.lower() == word]
    part = exact or [display for display in displays if word in display.name.lower()]
    return part[0] if len(part) == 1 else None


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
