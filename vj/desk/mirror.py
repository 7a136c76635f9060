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
from vj.core.gig import Gig, open_gig
from vj.core.scene import Scene
from vj.desk.bindings import Bound

log = logging.getLogger(__name__)

_FILE_CHECK_S = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One state document of the stage: knob positions (natural units), scene, set list, the rest.

    `values` are where knobs stand or go to, not where a fade or a modulator has them just now:
    faders must neither creep nor tremble.
    """

    values: Mapping[str, float]
    scene: str
    scenes: tuple[str, ...]
    document: Mapping[str, Any]


class Mirror:
    """Latest `wanted`, `bound` and `titles`; they are replaced whole, never edited."""

    def __init__(self, gig: Gig, state: Board, scene: str = "") -> None:
        self._gig, self._state = gig, state
        self._seq = 0
        self._stamp: tuple[str, int] = ("", 0)
        self._rig_knobs = gig.rig.knobs
        self._rig_stamp = self._rig_saved()
        self._checked_at = float("-inf")
        self._warned = ""
        self._news: Mapping[str, Any] = {}
        scenes = tuple(gig.scene_files)
        values = {param.name: param.default for param in gig.table}
        self.wanted = Wanted(values, scene or next(iter(scenes), ""), scenes, {})
        self.bound = Bound("", gig.rig.knobs)
        self.titles: Mapping[str, str] = {name: self._title(name) for name in scenes}

    def value(self, name: str) -> float:
        """Return a knob's position in natural units (its default before the stage has spoken)."""
        found = self.wanted.values.get(name)
        return self._gig.table.params[name].default if found is None else float(found)

    def poll(self, now: float) -> None:
        """Take over a newer state document, and the scene's knobs when scene or file changed."""
        found = self._state.read(self._seq)
        if found is not None:
            self._seq, document = found
            self._take(document)
        moved_on = self.wanted.scene != self._stamp[0]
        if moved_on or now - self._checked_at >= _FILE_CHECK_S:
            self._checked_at = now
            self._rebind(self.wanted.scene)

    def _take(self, document: Mapping[str, Any]) -> None:
        self._learn(document.get("late", {}))
        before = self.wanted
        values = {**before.values, **document.get("values", {}), **document.get("goals", {})}
        scenes = tuple(document.get("scenes", before.scenes))
        if scenes != before.scenes:
            self.titles = {name: self.titles.get(name) or self._title(name) for name in scenes}
        self.wanted = Wanted(values, str(document.get("scene", "")), scenes, document)

    def _learn(self, news: Mapping[str, Any]) -> None:
        """Follow the stage's table, and read the scene again if something was missing in it."""
        if news == self._news:
            return
        self._news = news
        self._gig.table.follow(news)
        if self._warned:
            self._warned, self._stamp = "", ("", 0)

    def _read(self, scene: str) -> Scene | None:
        try:
            return self._gig.scene(scene)
        except UserError as error:
            if str(error) != self._warned:
                log.debug("knobs stay as they were: %s", error)  # the stage warns of it
                self._warned = str(error)
            return None

    def _title(self, name: str) -> str:
        scene = self._read(name)
        return scene.title if scene and scene.title else title_of(name)

    def _rig_saved(self) -> int:
        try:
            return (self._gig.folder / "rig.yaml").stat().st_mtime_ns
        except OSError:
            return 0

    def _read_rig(self) -> bool:
        """Take over the rig's knobs when its file was saved; a broken one leaves the old knobs."""
        saved = self._rig_saved()
        if saved in (0, self._rig_stamp):
            return False
        self._rig_stamp = saved
        try:
            self._rig_knobs = open_gig(self._gig.folder).rig.knobs
        except UserError as error:
            log.warning("knobs stay as they were: %s", error)
            return False
        return True

    def _rebind(self, name: str) -> None:
        """Read the scene's knobs anew; a file broken in mid-edit leaves the old ones in force."""
        path = self._gig.scene_file(name)
        try:
            stamp = (name, path.stat().st_mtime_ns)
        except OSError:
            return
        if not self._read_rig() and stamp == self._stamp:
            return
        self._stamp = stamp
        scene = self._read(name)
        if scene is None and name == self.bound.scene:
            return
        knobs = {**self._rig_knobs, **(scene.knobs if scene else {})}
        self.titles = {**self.titles, name: (scene and scene.title) or title_of(name)}
        self.bound = Bound(name, knobs, self.bound.generation + 1)


def title_of(scene: str) -> str:
    """Return a scene's file name as a person says it: `01_ink_wash` -> `Ink wash`."""
    head, _, rest = scene.partition("_")
    words = (rest if head.isdigit() and rest else scene).replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
