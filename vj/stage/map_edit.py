"""Editing a mapping on the outputs themselves: handles, keys and the mouse become events.

The stage window keeps one; what it asks for goes the way of every hand, through Play.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vj.core.mapping import Mapping
from vj.core.types import Event, Trigger
from vj.stage.ink import BLACK, Ink

_GRAB = 48.0  # pixels around a handle within which the mouse takes it
_STEPS = {"LEFT": (-1, 0), "RIGHT": (1, 0), "UP": (0, -1), "DOWN": (0, 1)}
_FAR = 10
_BLUE, _YELLOW = (0.35, 0.75, 1.0, 1.0), (1.0, 0.85, 0.2, 1.0)


class Editor:
    """Which point is in hand; `mappings` are those on screen, the window sets them."""

    def __init__(self) -> None:
        self.on = False
        self.output = self.point = 0
        self.mappings: Sequence[Mapping] = ()
        self._grabbed: tuple[int, int] | None = None

    def follow(self, mappings: Sequence[Mapping]) -> None:
        """Take over what is on screen; a point that a file has taken away is let go."""
        self.mappings = mappings
        if not (self.output < len(mappings) and self.point < len(mappings[self.output].points)):
            self.output = self.point = 0
            self._grabbed = None

    def toggle(self, at: int) -> list[Event]:
        """Show the handles, or hide them and save; `at`: perf_counter_ns."""
        self.on = not self.on
        self._grabbed = None
        return [] if self.on else [Trigger("map.save", None, "key", at)]

    def key(
        self, key: str, far: bool, sizes: Sequence[tuple[int, int]], at: int
    ) -> list[Event] | None:
        """Say what a key asks for; None when it is not for the editor.

        `far`: with Shift; `sizes`: (height, width) of every output in pixels.
        """
        if not self.on or not self.mappings:
            return None
        if key == "TAB":
            self._next(-1 if far else 1)
            return []
        if key in _STEPS:
            height, width = sizes[self.output]
            x, y = self.mappings[self.output].points[self.point]
            step = _FAR if far else 1
            dx, dy = _STEPS[key]
            return [self._move((x + dx * step / width, y + dy * step / height), at)]
        if key == "R":
            return [Trigger("map.reset", str(self.output), "key", at)]
        return self.toggle(at) if key == "ESCAPE" else None

    def press(self, output: int, place: tuple[float, float], size: tuple[int, int]) -> None:
        """Take the handle at a place (0..1 of the output, y down), if there is one."""
        self._grabbed = None
        if not self.on or not self.mappings:
            return
        points = self.mappings[output].points
        aways = [math.hypot((x - place[0]) * size[1], (y - place[1]) * size[0]) for x, y in points]
        nearest = min(range(len(points)), key=aways.__getitem__)
        if aways[nearest] <= _GRAB:
            self.output, self.point = self._grabbed = output, nearest

    def drag(self, output: int, place: tuple[float, float], at: int) -> list[Event]:
        """Move the handle that was taken."""
        if not self.on or self._grabbed is None or self._grabbed[0] != output:
            return []
        return [self._move(place, at)]

    def draw(self, ink: Ink, output: int, size: tuple[int, int]) -> None:
        """Draw the handles of one output."""
        if not self.on or output >= len(self.mappings):
            return
        height, width = size
        mapping = self.mappings[output]
        at = [(x * width, y * height) for x, y in mapping.points]
        for thick, colour in ((4.0, BLACK), (2.0, _BLUE)):
            for a, b in mapping.lines():
                ink.line(at[a], at[b], thick, colour)
        big = max(min(size) / 40, 9.0)
        for number, (x, y) in enumerate(at):
            mine = (output, number) == (self.output, self.point)
            # A handle in the very corner is still to be seen.
            shown = (min(max(x, big), width - big), min(max(y, big), height - big))
            ink.dot(shown, 2 * big, (0.0, 0.0, 0.0, 0.6))
            ink.ring(shown, big - 3, 3.0, _YELLOW if mine else _BLUE)
            if mine:
                ink.dot(shown, big * 0.7, _YELLOW)
                for dx, dy in _STEPS.values():
                    near, far = big * 1.4, big * 3.0
                    ends = (x + dx * near, y + dy * near), (x + dx * far, y + dy * far)
                    ink.line(*ends, 2.0, _YELLOW)

    def _move(self, place: tuple[float, float], at: int) -> Trigger:
        moved = self.mappings[self.output].moved(self.point, place)
        if moved is not None:  # keys may come faster than pictures
            before, after = self.mappings[: self.output], self.mappings[self.output + 1 :]
            self.mappings = [*before, moved, *after]
        words = f"{self.output}/{self.point} {place[0]:.5f} {place[1]:.5f}"
        return Trigger("map.move", words, "key", at)

    def _next(self, by: int) -> None:
        everything = [
            (output, point)
            for output, mapping in enumerate(self.mappings)
            for point in range(len(mapping.points))
        ]
        here = everything.index((self.output, self.point))
        self.output, self.point = everything[(here + by) % len(everything)]
