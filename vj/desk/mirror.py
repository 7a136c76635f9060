"""The desk's copy of what the stage wants now, and of the knobs the current scene binds.

Polled by the desk's main loop; all hands read its frozen snapshots without a lock.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vj.core.board import Board
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.desk.bindings import Bound

log = logging.getLogger(__name__)

_FILE_CHECK_S = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One state document of the stage: parameter values (natural units), scene name, the rest."""

    values: Mapping[str, float]
    scene: str
    document: Mapping[str, Any]


class Mirror:
    """Latest `wanted` and `bound`; both are replaced whole, never edited."""

    def __init__(self, gig: Gig, state: Board, scene: str = "") -> None:
        self._gig, self._state = gig, state
        self._seq = 0
        self._stamp: tuple[str, int] = ("", 0)
        self._checked_at = float("-inf")
        self._warned = ""
        scene = scene or next(iter(gig.scene_files), "")
        self.wanted = Wanted({param.name: param.default for param in gig.table}, scene, {})
        self.bound = Bound("", gig.rig.knobs)

    def value(self, name: str) -> float:
        """Return a parameter's current natural value (its default before the stage has spoken)."""
        found = self.wanted.values.get(name)
        return self._gig.table.params[name].default if found is None else float(found)

    def poll(self, now: float) -> None:
        """Take over a newer state document, and the scene's knobs when scene or file changed."""
        found = self._state.read(self._seq)
        if found is not None:
            self._seq, document = found
            values = self.wanted.values | document.get("values", {})
            self.wanted = Wanted(values, str(document.get("scene", "")), document)
        moved_on = self.wanted.scene != self._stamp[0]
        if moved_on or now - self._checked_at >= _FILE_CHECK_S:
            self._checked_at = now
            self._rebind(self.wanted.scene)

    def _rebind(self, scene: str) -> None:
        """Read the scene's knobs anew; a file broken in mid-edit leaves the old ones in force."""
        gig = Gig(self._gig.folder, self._gig.rig)
        path = gig.scene_files.get(scene)
        try:
            stamp = (scene, path.stat().st_mtime_ns if path else 0)
        except OSError:
            return
        if stamp == self._stamp:
            return
        self._stamp = stamp
        knobs = dict(self._gig.rig.knobs)
        try:
            if path is not None:
                knobs |= gig.scene(scene).knobs
        except UserError as error:
            if str(error) != self._warned:
                log.warning("knobs stay as they were: %s", error)
                self._warned = str(error)
            if scene == self.bound.scene:
                return
        self.bound = Bound(scene, knobs, self.bound.generation + 1)
