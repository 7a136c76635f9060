"""Says when the next scene comes: by hand, by time, by bars, or not yet while the show is held.

Owned by the stage's Play, which enters the scenes it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vj.core.scene import Scene
from vj.stage.cues import Cues


class Caller:
    """The set list's clock and its hold.

    While held, next and previous only choose what comes next; it comes when the hold is let go. The
    clock of `advance` stands meanwhile and goes on afterwards where it stood. Going to a scene by
    its number or name is always at once: whoever names a scene means it.
    """

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        self.held = False
        self._chosen = 0  # places from the current scene, chosen while held
        self._seconds = self._beats = 0.0  # since the scene was entered
        self._until_bar = 0.0  # beats by which a count of bars is longer, to end on a bar line

    def entered(self, beat: float, bar: int) -> None:
        """A scene has been entered at position `beat`; `bar`: the beats of a bar."""
        self._seconds = self._beats = 0.0
        self._until_bar = round(beat / bar) * bar - beat
        self._chosen = 0

    def step(self, by: int) -> Scene | None:
        """Return the scene `by` places on, or choose it and return None while held."""
        if not self.held:
            return self._cues.beside(by)
        self._chosen += by
        return None

    def hold(self) -> Scene | None:
        """Hold, or let go: then return the scene chosen meanwhile, if one was."""
        self.held = not self.held
        chosen, self._chosen = self._chosen, 0
        if self.held or not chosen:
            return None
        scene = self._cues.beside(chosen)
        return scene if scene.name != self._cues.scene.name else None

    @property
    def next(self) -> str:
        """The name of the scene that comes next."""
        return self._cues.beside(self._chosen if self.held else 1).name

    def tick(self, dt: float, beats: float, bar: int) -> Scene | None:
        """Move the clock on by `dt` seconds and so many `beats`; return the scene that is due."""
        if self.held:
            return None
        self._seconds += dt
        self._beats += beats
        left = self._left(bar)
        if left is None or left > 1e-9:
            return None
        following = self._cues.beside(1)
        return following if following.name != self._cues.scene.name else None

    def document(self, bpm: float, bar: int) -> dict[str, object]:
        """What is next, in how many seconds by itself (None: not by itself), and the hold."""
        left, advance = self._left(bar), self._cues.scene.advance
        if left is not None and advance is not None and advance.unit != "seconds":
            left *= 60.0 / bpm
        shown = None if left is None else round(max(left, 0.0), 2)
        return {"next": self.next, "advance_in": shown, "held": self.held}

    def restore(self, document: Mapping[str, Any], bpm: float, bar: int) -> None:
        """Go on where an earlier life stood, as it published it."""
        self.held = document.get("held") is True
        before, left, advance = (
            document.get("advance_in"),
            self._left(bar),
            self._cues.scene.advance,
        )
        if not isinstance(before, (int, float)) or left is None or advance is None:
            return
        if advance.unit == "seconds":
            self._seconds = max(left - before, 0.0)
        else:
            self._beats = max(left - before * bpm / 60.0, 0.0)

    def _left(self, bar: int) -> float | None:
        """Seconds, or beats, until the next scene follows; None when it does not."""
        advance = self._cues.scene.advance
        if advance is None:
            return None
        if advance.unit == "seconds":
            return advance.amount - self._seconds
        if advance.unit == "beats":
            return advance.amount - self._beats
        return advance.amount * bar + self._until_bar - self._beats
