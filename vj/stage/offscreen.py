"""Where there is no display: a graphics context without a window.

The stage process draws here when asked to, or when no window can be had.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import moderngl

from vj.core.types import Event, Trigger
from vj.stage.mappings import Mappings
from vj.stage.output import Output


class Offscreen:
    """A surface nobody sees; its pictures go to the preview and the recorder."""

    closed = False
    display = "off-screen"
    rate = 60.0

    def __init__(self) -> None:
        self.displays: list[str] = []
        self.places: list[tuple[int, int, int, int] | None] = []
        settings: dict[str, Any] = {"backend": "egl"}
        self.context = moderngl.create_context(require=330, standalone=True, **settings)

    def events(self) -> list[Event]:
        """No keyboard here."""
        return []

    def act(self, actions: Sequence[Trigger]) -> None:
        """No window to act upon."""

    def present(self, output: Output, mappings: Mappings) -> None:
        """Wait until the picture is really drawn, so that its delay is honest."""
        self.context.finish()
