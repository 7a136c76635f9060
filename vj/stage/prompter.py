"""Remembers the show for its performer: has looks written down, and brings former ones back.

Owned by the stage's Play; the writing is done by the keep, the remembering by the rewind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vj.core.gig import Gig
from vj.core.types import Trigger
from vj.stage import rewind
from vj.stage.asked import LIVE, STYLE_KNOBS, leaves_style, style_of, values_of
from vj.stage.keep import Keep, Kept, Order
from vj.stage.look import Backdrop, Look, entries
from vj.stage.rewind import Rewind
from vj.stage.styles import REGIONS

if TYPE_CHECKING:
    from vj.stage.play import Play


class Prompter:
    """Does `scene.save`, `scene.duplicate`, `scene.undo`, `rewind.recall` and `rewind.save`."""

    def __init__(self, gig: Gig) -> None:
        self.keep = Keep(gig)
        self.rewind = Rewind()
        self.kept = ""  # the scene that was written last

    def act(self, play: Play, event: Trigger, now: float) -> bool:
        """Do one of its actions; False for any other."""
        argument = event.argument
        match event.action:
            case "scene.save":
                self._order(play, "save", self._look(play))
            case "scene.duplicate":
                self._order(play, "duplicate", self._look(play), _name(argument))
            case "scene.undo":
                self._order(play, "undo", None)
            case "rewind.save":
                asked = isinstance(argument, (int, float)) and argument > 1
                seconds = rewind.seconds_of(event.action, argument)
                look = self.rewind.ago(now, seconds) if asked else self._look(play)
                self._order(play, "new", look, _name(argument))
            case action if action in rewind.ACTIONS:
                found = self.rewind.ago(now, rewind.seconds_of(action, argument))
                if found is not None:
                    play.put_up(found, rewind.FADE)
            case _:
                return False
        return True

    def tick(self, play: Play, now: float) -> None:
        """Remember this moment if it is time to, and take in what was written."""
        if self.rewind.is_due(now):
            self.rewind.remember(now, play.params.knobs, _backdrop(play))
        for kept in self.keep.taken():
            self._take(play, kept)

    def _order(self, play: Play, kind: str, look: Look | None, called: str = "") -> None:
        scene = look.backdrop.scene if look else play.cues.scene
        table = play.params.table
        changed = []
        if look is not None:
            styles = _styles(play, look)
            changed = entries(look, values_of(scene, table), styles, table)
        if not self.keep.order(Order(kind, scene.name, changed, called)):  # type: ignore[arg-type]
            play.complaint = f"{kind} {scene.name}: the disk is busy; try again"

    def _take(self, play: Play, kept: Kept) -> None:
        if kept.problem:
            play.complaint = kept.problem
            return
        play.complaint = ""
        if kept.scene is None:
            return
        self.kept = kept.scene.name
        here = play.cues.scene.name == kept.origin
        play.cues.take_in(kept.scene)
        if here and kept.kind == "duplicate":
            play.cues.go(kept.scene.name)

    def _look(self, play: Play) -> Look:
        return Look(_backdrop(play), {name: play.params.goal(name) for name in play.params.knobs})


def put_up(play: Play, look: Look, seconds: float) -> None:
    """Bring a look back in `seconds`: its scene, styles, chain and knobs, not blackout or tempo."""
    backdrop = look.backdrop
    if backdrop.scene.name in play.cues.scenes:
        play.cues.go(backdrop.scene.name)
    play.setting = backdrop.setting
    not_ours = LIVE.union(STYLE_KNOBS.values())  # the style knobs follow the styles
    knobs = {name: value for name, value in look.values.items() if name not in not_ours}
    play.params.fade_to(knobs, seconds)
    for region, style in zip(REGIONS, backdrop.styles, strict=True):
        play.aim(region, style, seconds)
    play.params.modulate(play.cues.scene.modulate, seconds)
    play.lineup.change(backdrop.chain, seconds)


def _backdrop(play: Play) -> Backdrop:
    person, background = (play.styles.goal(region) for region in REGIONS)
    return Backdrop(play.cues.scene, (person, background), play.lineup.order, play.setting)


def _styles(play: Play, look: Look) -> tuple[str, str]:
    """The styles a look's scene has itself; those it leaves alone count as said."""
    scene, table = look.backdrop.scene, play.params.table
    person, background = (
        now if leaves_style(scene, region) else style_of(scene, region, table)
        for region, now in zip(REGIONS, look.backdrop.styles, strict=True)
    )
    return person, background


def _name(argument: str | float | None) -> str:
    return argument.strip() if isinstance(argument, str) else ""
