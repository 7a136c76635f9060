"""What is wanted on stage now: every hand and every clock ends here, no picture does.

The frame order feeds it events and time; it publishes the state document everybody follows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.scene import Scene
from vj.core.table import PAD_KNOBS
from vj.core.types import Event, Set, Trigger
from vj.stage.cues import SAFE, Cues
from vj.stage.lineup import Lineup
from vj.stage.mappings import Mappings
from vj.stage.pad import Pad
from vj.stage.recording import Recording
from vj.stage.styles import REGIONS, StyleMix
from vj.stage.tempo import Tempo
from vj.stage.values import Params

log = logging.getLogger(__name__)

# A scene change leaves these to the hands.
_LIVE = frozenset({"blackout", "freeze", "tempo.bpm"})
WINDOW_ACTIONS = (
    "fullscreen.toggle", "help.toggle", "display.next", "display.identify", "testcard.toggle",
    "map.edit",
)  # fmt: skip
_SAVED_FADE = 0.4  # seconds for an edit of the running scene: quick, yet not a jump
_RESTORED_FADE = 0.5


class Play:
    """Values, styles, scene and tempo of the running show."""

    def __init__(self, gig: Gig, options: Options) -> None:
        self._gig, self._options = gig, options
        self.params = Params(gig.table)
        self.styles = StyleMix()
        self.pad = Pad()
        self.cues = Cues(gig)
        self.tempo = Tempo()
        self.lineup = Lineup()
        self.recording = Recording(bool(options.record))
        self.mappings = Mappings(gig)
        self.chain: list[tuple[str, float]] = []
        self.time = 0.0
        self._fresh_start = False
        self._window_actions: list[Trigger] = []
        self.complaint = ""
        if options.safety >= 2:
            self.cues.scene = SAFE
        elif options.scene:
            self._go(options.scene)
        self.apply(self.cues.scene, 0.0)

    def handle(self, event: Event, now: float) -> None:
        """Do what a hand asked for; nonsense is ignored and remembered as `complaint`."""
        if isinstance(event, Set):
            if not self.params.set(event.param, event.value):
                self.complaint = f"{event.hand or 'a hand'}: cannot set {event.param}"
            elif event.param.startswith("style."):
                self._aim_style(event.param)
            return
        match event.action:
            case "scene.next" | "scene.previous":
                scene = self.cues.step(1 if event.action == "scene.next" else -1)
                self.apply(scene, scene.fade)
            case "scene.go":
                if self._go(event.argument):
                    self.apply(self.cues.scene, self.cues.scene.fade)
            case "blackout.toggle" | "freeze.toggle":
                name = event.action.removesuffix(".toggle")
                self.params.set(name, 1.0 - self.params.goal(name))
            case "panic":
                self.panic()
            case "chain.up" | "chain.down" | "chain.toggle":
                self._rearrange(event)
            case "tap":
                bpm = self.tempo.tap(now)
                if bpm is not None:
                    self.params.set("tempo.bpm", bpm)
            case "record.toggle":
                self.recording.toggle()
            case "snapshot":
                self.recording.snapshot()
            case "map.move" | "map.reset" | "map.save":
                self.mappings.handle(event)
                self.complaint = self.mappings.complaint or self.complaint
            case action if action in WINDOW_ACTIONS:
                self._window_actions.append(event)
            case _:
                self.complaint = f"{event.hand or 'a hand'}: no such action {event.action}"

    def advance(self, now: float, dt: float) -> Mapping[str, float]:
        """Move scenes, clock and values on by `dt` seconds; return name -> shown value."""
        self.time = now
        before = self.cues.saved()
        if before is not None:
            self._apply_edit(before, self.cues.scene)
        beat = self.tempo.tick(dt, self.params.goal("tempo.bpm"))
        self.styles.tick(dt)
        self.pad.tick(dt, self.params)
        self.chain = self.lineup.tick(dt)
        return self.params.tick(now, dt, beat)

    def apply(self, scene: Scene, seconds: float) -> None:
        """Fade everything to what a scene wants; what it does not name goes to its default."""
        self.params.fade_to(self._wanted(scene), seconds)
        for region in REGIONS:
            style = self._style(scene, region)
            self.styles.aim(region, style, seconds)
            self._turn_style_knob(region, style)
        self.params.modulate(scene.modulate, seconds)
        self.lineup.change(self._chain(scene), seconds)

    def panic(self) -> None:
        """Start the scene afresh at once: its values, its styles, no fade, no feedback, no freeze.

        A blackout stays: light must never come from a key that was meant to save the show.
        """
        self.params.set("freeze", 0.0)
        self.params.modulate({}, 0.0)
        self.apply(self.cues.scene, 0.0)
        self._fresh_start = True

    def take_fresh_start(self) -> bool:
        """True once after a panic: feedback is to be forgotten."""
        asked, self._fresh_start = self._fresh_start, False
        return asked

    def take_window_actions(self) -> list[Trigger]:
        """What only the window can do, asked for since the last call."""
        actions, self._window_actions = self._window_actions, []
        return actions

    def document(self) -> dict[str, object]:
        """The state document: what infer, desk and a restarted stage need to know."""
        scene = self.cues.scene
        return {
            "values": self.params.shown,
            "goals": self.params.moving(),
            "scene": scene.name,
            "scenes": list(self.cues.scenes),
            "edition": self.cues.edition,
            "model": scene.model,
            "matte": scene.matte,
            "source": self._source(scene),
            "layer": scene.layer,
            "logo": scene.logo,
            "chain": self.chain,
            "order": self.lineup.order,
            "record": self.recording.document(),
            "styles": self._mixtures(),
            "pad": {"on": self.pad.document(), "under": self.styles.document()},
            "late": self._gig.table.news(),
            "beat": self.tempo.beat,
            "time": self.time,
            "mapping": self.mappings.document(),
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on where the stage stood before it was restarted."""
        name = document.get("scene")
        if name in self.cues.scenes:
            self.apply(self.cues.go(str(name)), 0.0)
        order = [name for name in document.get("order", ()) if name in self._gig.table.effects]
        if order and not self._options.safety:
            self.lineup.restore(order)
        self.recording.restore(document.get("record", {}))
        pad = document.get("pad", {})
        self.styles.restore(pad.get("under", document.get("styles", {})), _RESTORED_FADE)
        self.pad.restore(pad.get("on", {}))
        self.params.restore(document.get("values", {}), document.get("goals", {}))
        self.tempo.beat = float(document.get("beat", 0.0))
        self.mappings.restore(document.get("mapping"))

    def _mixtures(self) -> dict[str, list[list[object]]]:
        x, y = (self.params.shown[f"style.pad_{axis}"] for axis in "xy")
        return self.pad.mixed(self.styles.document(), x, y)

    def _source(self, scene: Scene) -> dict[str, object]:
        if self._options.safety >= 2:
            return {"kind": "dancer"}
        return dict(self._options.source or scene.source or self._gig.rig.source)

    def _chain(self, scene: Scene) -> list[str]:
        return ["mix"] if self._options.safety else scene.chain

    def _rearrange(self, event: Trigger) -> None:
        """Move an effect in the chain, or take it out or in: by name, or by its number there."""
        name, order = event.argument, self.lineup.written
        if isinstance(name, (int, float)):
            name = order[round(name) - 1] if 1 <= name < len(order) + 0.5 else None
        if not isinstance(name, str) or name not in self._gig.table.effects:
            self.complaint = f"{event.hand or 'a hand'}: {event.action} which effect?"
        elif event.action == "chain.toggle":
            self.lineup.toggle(name)
        else:
            self.lineup.move(name, -1 if event.action == "chain.up" else 1)

    def _go(self, to: str | float | None) -> bool:
        try:
            self.cues.go(to)
        except UserError as error:
            self.complaint = str(error)
            return False
        return True

    def _wanted(self, scene: Scene) -> dict[str, float]:
        kept = _LIVE.union(PAD_KNOBS)  # a scene that names no corners leaves them as they are
        wanted = {param.name: param.default for param in self._gig.table if param.name not in kept}
        wanted |= {name: v for name, v in scene.values().items() if name not in _LIVE}
        if "tempo.bpm" in scene.params:
            wanted["tempo.bpm"] = scene.values()["tempo.bpm"]
        return {name: v for name, v in wanted.items() if name not in _STYLE_KNOBS.values()}

    def _style(self, scene: Scene, region: str) -> str:
        """A region's style by the scene: named under styles, or by number under params."""
        named = str(getattr(scene.styles, region))
        knob = _STYLE_KNOBS[region]
        if named or knob not in scene.params:
            return named
        return self._gig.table.params[knob].choices[int(scene.values()[knob])]

    def _turn_style_knob(self, region: str, style: str) -> None:
        param = self._gig.table.params[_STYLE_KNOBS[region]]
        if style in param.choices:
            self.params.set(param.name, float(param.choices.index(style)))

    def _aim_style(self, name: str) -> None:
        for region, knob in _STYLE_KNOBS.items():
            choices = self._gig.table.params[knob].choices
            if name == knob and choices:
                style = choices[int(self.params.goal(knob))]
                self.styles.aim(region, style, self.params.goal("style.fade"))
                self.params.set(f"style.pad_{region}", 0.0)  # a style that is chosen is seen

    def _apply_edit(self, before: Scene, after: Scene) -> None:
        """Change only what the edit changed; knobs a hand has moved stay where they are."""
        old, new = self._wanted(before), self._wanted(after)
        changed = {name: value for name, value in new.items() if old.get(name) != value}
        self.params.fade_to(changed, _SAVED_FADE)
        for region in REGIONS:
            style = self._style(after, region)
            if style != self._style(before, region):
                self.styles.aim(region, style, _SAVED_FADE)
                self._turn_style_knob(region, style)
        if before.modulate != after.modulate:
            self.params.modulate(after.modulate, _SAVED_FADE)
        if before.chain != after.chain:
            self.lineup.change(self._chain(after), _SAVED_FADE)


_STYLE_KNOBS = {region: f"style.{region}" for region in REGIONS}
