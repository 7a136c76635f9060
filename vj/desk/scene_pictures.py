"""The last picture seen of every scene, for its button on the remote.

Looked at by the remote once a second; kept in the user's cache from show to show.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from vj.core.errors import UserError
from vj.core.gig import STARTER, Gig
from vj.core.mailbox import Mailbox
from vj.core.places import cache_folder
from vj.desk.mirror import Mirror
from vj.desk.png import png
from vj.desk.preview import shrink

_PRINTED = STARTER / "docs" / "pictures"
_SIZE = (90, 160)
_SETTLED_S = 6.0
_EVERY_S = 20.0
_DARK = 10.0  # mean level 0..255 below which a picture says nothing


class ScenePictures:
    """Scene name -> file of its last picture; `edition` grows with every new one."""

    def __init__(self, gig: Gig, mirror: Mirror, screen: Mailbox, folder: Path | None = None):
        place = hashlib.sha256(os.fsencode(gig.folder)).hexdigest()[:16]
        self._gig, self._mirror, self._screen = gig, mirror, screen
        self._folder = (folder or cache_folder() / "scenes") / place
        self._scene, self._since, self._taken_at = "", 0.0, float("-inf")
        self._listed: tuple[str, ...] = ()
        self._printed: list[Path] = []
        self.edition = 0

    def find(self, scene: str) -> Path | None:
        """Return a picture of a scene: the last one seen, the docs' own, or its style's."""
        if scene not in self._gig.scene_files:
            return None
        seen = self._folder / f"{scene}.png"
        if seen.is_file():
            return seen
        shown = next((path for path in self.printed() if path.stem == scene), None)
        if shown is not None:
            return shown
        try:
            styles = self._gig.scene(scene).styles
        except UserError:
            return None
        return self._gig.style_files.get(styles.background or styles.person)

    def printed(self) -> list[Path]:
        """Return the docs' pictures of scenes that are the starter gig's, or copies of them."""
        here = self._gig.scene_files
        if tuple(here) != self._listed:
            self._listed = tuple(here)
            starters = {name: STARTER / "scenes" / f"{name}.yaml" for name in here}
            shown = [name for name, path in here.items() if _same(path, starters[name])]
            pictures = [_PRINTED / f"{name}.jpg" for name in shown]
            self._printed = [path for path in pictures if path.is_file()]
        return self._printed

    def look(self, now: float) -> None:
        """Keep the screen's picture when its scene has settled; `now` is time.monotonic()."""
        wanted = self._mirror.wanted
        if wanted.scene != self._scene:
            self._scene, self._since, self._taken_at = wanted.scene, now, float("-inf")
        held = any(wanted.values.get(name, 0.0) >= 0.5 for name in ("blackout", "freeze"))
        if held or wanted.scene not in self._gig.scene_files:
            self._since = now
        if now - self._since < _SETTLED_S or now - self._taken_at < _EVERY_S:
            return
        self._taken_at = now
        frame = self._screen.latest()
        if frame is None:
            return
        small = shrink(frame.pixels, *_SIZE)
        if small[..., :3].mean() < _DARK:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f"{self._scene}.{os.getpid()}"
        half.write_bytes(png(small))
        half.replace(self._folder / f"{self._scene}.png")
        self.edition += 1


def _same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False
