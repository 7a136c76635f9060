"""Whether the output picture is being kept: a recording that is on, snapshots that were asked for.

Owned by the stage's Play; the recorder process follows it through the state document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Recording:
    """`on` while a recording runs; `snapshots` counts those asked for since the show began."""

    def __init__(self, on: bool = False) -> None:
        self.on = on
        self.snapshots = 0
        self._taken = 0

    def toggle(self) -> None:
        """Begin a recording, or end the one that runs."""
        self.on = not self.on

    def snapshot(self) -> None:
        """Ask for the next picture as a file of its own."""
        self.snapshots += 1

    def wants_picture(self) -> bool:
        """Whether this frame's picture is wanted by the recorder; a snapshot wants one frame."""
        wanted = self.on or self._taken != self.snapshots
        self._taken = self.snapshots
        return wanted

    def document(self) -> dict[str, object]:
        """What the recorder and the remote are told."""
        return {"on": self.on, "snapshots": self.snapshots}

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on recording after a restart of the stage."""
        self.on = bool(document.get("on", self.on))
        self.snapshots = self._taken = int(document.get("snapshots", 0))
