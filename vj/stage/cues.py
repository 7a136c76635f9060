"""The set list: which scenes there are, which one is on, and what was saved meanwhile.

Owned by the stage's Play; the order of the files is the order of the show.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vj.core.errors import UserError, unknown
from vj.core.gig import SCENES, Gig
from vj.core.scene import Scene, parse_scene
from vj.stage.setting import Setting
from vj.stage.watch import Watch

log = logging.getLogger(__name__)

# What plays when not one scene file can be read, and after repeated crashes.
SAFE = Scene(name="safe", title="safe", model="passthrough", matte="none", chain=["mix", "grade"])


def stand_in(name: str, setting: Setting, chain: Sequence[str]) -> Scene | None:
    """The scene that played until its file could not be read any more, as far as it is known."""
    if not (name and setting.model):
        return None
    return Scene(name=name, title=name, chain=list(chain), **asdict(setting))


class Cues:
    """Scenes by name in file order, as they were when they last could be read."""

    def __init__(self, gig: Gig) -> None:
        self._gig = gig
        self.scenes: dict[str, Scene] = {}
        self.errors: dict[str, str] = {}
        self.edition = 0
        self.watch = Watch(gig.folder / "scenes", SCENES, self._parse)
        for name in gig.scene_files:
            try:
                self.scenes[name] = gig.scene(name)
            except UserError as error:
                self._complain(name, error)
        self.scene = next(iter(self.scenes.values()), SAFE)

    def go(self, to: str | float | None) -> Scene:
        """Make a scene the current one and return it, as `find` does."""
        self.scene = self.find(to)
        return self.scene

    def find(self, to: str | float | None) -> Scene:
        """Return a scene by number from 1 or by name.

        Raises: UserError for a number or name that is not in the set list.
        """
        names = list(self.scenes)
        if isinstance(to, str) and to in self.scenes:
            return self.scenes[to]
        try:
            index = round(float(to)) - 1 if to is not None else -1
        except (ValueError, OverflowError):
            index = -1
        if not 0 <= index < len(names):
            raise unknown("scene", str(to), names)
        return self.scenes[names[index]]

    def beside(self, by: int) -> Scene:
        """Return the scene `by` places on (or back), round and round."""
        names = list(self.scenes)
        if not names:
            return self.scene
        here = bisect_left(names, self.scene.name)
        if (
            self.scene.name not in self.scenes and by > 0
        ):  # its file is gone: it was before this one
            here -= 1
        return self.scenes[names[(here + by) % len(names)]]

    def take_in(self, scene: Scene) -> None:
        """Have a scene that the stage itself has written, and looks like already, in the list."""
        self.errors.pop(scene.name, None)
        self.edition += 1
        self.scenes = dict(sorted({**self.scenes, scene.name: scene}.items()))
        if scene.name == self.scene.name:
            self.scene = scene

    def saved(self) -> Scene | None:
        """Take in what the watch found; return the current scene's former version if it changed."""
        before = None
        while self.watch.found:
            path, result = self.watch.found.popleft()
            if isinstance(result, UserError):
                self._complain(path.stem, result)
                continue
            self.errors.pop(path.stem, None)
            self.edition += 1
            if result is None:
                self.scenes.pop(path.stem, None)
                continue
            self.scenes = dict(sorted({**self.scenes, path.stem: result}.items()))
            if path.stem == self.scene.name:
                before, self.scene = before or self.scene, result
        return before

    def look_again(self) -> None:
        """Read the scenes that could not be read again: what they lacked may have come."""
        files = self._gig.scene_files
        for name in self.errors.keys() & files.keys():
            self.watch.again(files[name])

    def _parse(self, raw: bytes, path: Path) -> Scene:
        return parse_scene(raw, path, self._gig.table, self._gig.choices)

    def _complain(self, name: str, error: UserError) -> None:
        if self.errors.get(name) != str(error):
            log.warning("the scene stays as it was: %s", error)
        self.errors[name] = str(error)
