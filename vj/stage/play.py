"""What is wanted on stage now: every hand and every clock ends here, no picture does.

The frame order feeds it events and time; it publishes the state document everybody follows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from vj.core.cue import Curve
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.scene import Scene
from vj.core.types import Event, Set, Trigger
from vj.stage import entrance, prompter
from vj.stage.asked import STYLE_KNOBS
from vj.stage.caller import Caller
from vj.stage.caution import Caution
from vj.stage.cues import SAFE, Cues
from vj.stage.fades import manner_of, plain
from vj.stage.lineup import Lineup
from vj.stage.look import Look
from vj.stage.mappings import Mappings
from vj.stage.pad import Pad
from vj.stage.prompter import Prompter
from vj.stage.quantise import SCENE
from vj.stage.recording import Recording
from vj.stage.senses import Senses
from vj.stage.setting import Setting, setting_of
from vj.stage.styles import StyleMix
from vj.stage.tempo import ACTIONS
from vj.stage.timing import Timing
from vj.stage.values import Params

log = logging.getLogger(__name__)

WINDOW_ACTIONS = (
    "fullscreen.toggle", "help.toggle", "display.next", "display.identify", "testcard.toggle",
    "map.edit",
)  # fmt: skip
_TOLD_S = 20.0  # nobody mends what a hand did wrong


class Play:
    """Values, styles, scene and tempo of the running show."""

    def __init__(self, gig: Gig, options: Options) -> None:
        self._gig, self._options = gig, options
        self.params = Params(gig.table)
        self.styles = StyleMix()
        self.pad = Pad()
        self.cues = Cues(gig)
        self.caller = Caller(self.cues)
        self.prompter = Prompter(gig)
        self.setting = Setting()
        self.timing = Timing(self.params)
        self.senses = Senses()
        self.lineup = Lineup()
        self.recording = Recording(bool(options.record))
        self.mappings = Mappings(gig)
        self.chain: list[tuple[str, float]] = []
        self.time = 0.0
        self._fresh_start = False
        self._window_actions: list[Trigger] = []
        self._complaint, self._complained_at = "", 0.0
        self.caution = Caution(options.safety)
        if options.safety >= 2:
            self.cues.scene = SAFE
        elif options.scene:
            self.cues.scene = self._found(options.scene) or self.cues.scene
        self.apply(self.cues.scene, 0.0)

    @property
    def complaint(self) -> str:
        """What a hand did wrong lately, or what could not be kept; "" after a while."""
        return self._complaint if self.time - self._complained_at < _TOLD_S else ""

    @complaint.setter
    def complaint(self, text: str) -> None:
        self._complaint, self._complained_at = text, self.time

    def handle(self, event: Event, now: float) -> None:
        """Do what a hand asked for; nonsense is ignored and remembered as `complaint`."""
        if isinstance(event, Set):
            if self.timing.hold_style(event, self.cues.scene.model, now):
                return
            if not self.params.set(event.param, event.value):
                self.complaint = f"{event.hand or 'a hand'}: cannot set {event.param}"
            elif event.param.startswith("style."):
                self._aim_style(event.param)
            return
        match event.action:
            case "scene.next" | "scene.previous":
                self._follow(self.caller.step(1 if event.action == "scene.next" else -1), now)
            case "cue.hold":
                self._follow(self.caller.hold(), now)
            case "scene.go":
                self._follow(self._found(event.argument), now)
            case "blackout.toggle" | "freeze.toggle":
                name = event.action.removesuffix(".toggle")
                self.params.set(name, 1.0 - self.params.goal(name))
            case "panic":
                self.panic()
            case "chain.up" | "chain.down" | "chain.toggle":
                effects = self._gig.table.effects
                if not self.lineup.rearrange(event, effects):
                    self.complaint = f"{event.hand or 'a hand'}: {event.action} which effect?"
            case "record.toggle":
                self.recording.toggle()
            case "snapshot":
                self.recording.snapshot()
            case "map.move" | "map.reset" | "map.save":
                self.mappings.handle(event)
                if self.mappings.complaint:
                    self.complaint = self.mappings.complaint
            case action if action in ACTIONS:
                self.timing.act(event, now)
            case "body.calibrate":
                self.senses.calibrate()
            case "quantise.next":
                self.timing.next_quantise()
            case action if action in WINDOW_ACTIONS:
                self._window_actions.append(event)
            case _ if not self.prompter.act(self, event, now):
                self.complaint = f"{event.hand or 'a hand'}: no such action {event.action}"

    def advance(self, now: float, dt: float) -> Mapping[str, float]:
        """Move scenes, clock and values on by `dt` seconds; return name -> shown value."""
        self.time = now
        before = self.cues.saved()
        if before is not None:
            entrance.edit(self, before, self.cues.scene)
        beat = self.timing.tempo.tick(dt, self.timing.bpm)
        self._do_due(beat, dt)
        following = self.caller.tick(dt, dt * self.timing.bpm / 60.0, self.timing.bar)
        if self.caution.tick(dt):
            self._enter(self._behind, now)
        elif following is not None and not self.timing.waiting.holds(SCENE):
            self._enter(following, now)
        self.styles.tick(dt)
        self.pad.tick(dt, self.params)
        self.chain = self.lineup.tick(dt)
        shown = self.params.tick(now, dt, beat, self.senses.now)
        self.prompter.tick(self, now)
        return shown

    def change(self, scene: Scene, now: float) -> None:
        """Go to a scene: now, or when `cue.quantise` says; the same scene again takes it back."""
        if not self.timing.hold_scene(scene, *entrance.paints(self, scene), now):
            self._enter(scene, now)

    def apply(self, scene: Scene, seconds: float) -> None:
        """Fade everything to what a scene wants; what it does not name goes to its default."""
        entrance.paint(self, scene, plain(seconds))
        entrance.draw(self, scene, plain(seconds))

    def put_up(self, look: Look, seconds: float) -> None:
        """Bring a look back that was there before, whatever waits."""
        self.timing.waiting.drop()
        prompter.put_up(self, look, seconds)
        self.caller.entered(self.timing.tempo.beat, self.timing.bar)

    def aim(self, region: str, style: str, seconds: float, curve: Curve = "linear") -> None:
        """Let a style take over a region, and turn its knob there."""
        self.styles.aim(region, style, seconds, curve)
        param = self._gig.table.params[STYLE_KNOBS[region]]
        if style in param.choices:
            self.params.set(param.name, float(param.choices.index(style)))

    def panic(self) -> None:
        """Start the scene afresh at once: its values, its styles, no fade, no feedback, no freeze.

        A blackout stays: light must never come from a key that was meant to save the show.
        """
        if self.caution.level >= 2:
            self.cues.scene = self._behind
        self.caution.lower_to(0)
        self.params.set("freeze", 0.0)
        self.timing.waiting.drop()
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
            "words": self.params.words(),
            "goals": self.params.moving(),
            "scene": scene.name,
            "scenes": list(self.cues.scenes),
            "edition": self.cues.edition,
            "model": self.setting.model,
            "matte": self.setting.matte,
            "source": self._source(),
            "layer": self.setting.layer,
            "logo": self.setting.logo,
            "chain": self.chain,
            "order": self.lineup.order,
            "record": self.recording.document(),
            "styles": self._mixtures(),
            "pad": {"on": self.pad.document(), "under": self.styles.document()},
            "late": self._gig.table.news(),
            "time": self.time,
            "mapping": self.mappings.document(),
            "body": self.senses.document(),
            **self.timing.document(),
            **self.caller.document(self.timing.bpm, self.timing.bar),
            "kept": self.prompter.kept,
            "behind": self.caution.behind,
        }

    def _mixtures(self) -> dict[str, list[list[object]]]:
        x, y = (self.params.shown[f"style.pad_{axis}"] for axis in "xy")
        return self.pad.mixed(self.styles.document(), x, y)

    def _source(self) -> dict[str, object]:
        if self.caution.level >= 2:
            return {"kind": "dancer"}
        return dict(self._options.source or self.setting.source)

    def setting_of(self, scene: Scene, before: Setting | None = None) -> Setting:
        """Network, matte and source while a scene plays, after those of now or others `before`."""
        return setting_of(scene, before or self.setting, self._gig.rig.source)

    @property
    def _behind(self) -> Scene:
        """The scene that played before the stage became as careful as it can be."""
        first = next(iter(self.cues.scenes.values()), SAFE)
        return self.cues.scenes.get(self.caution.behind, first)

    def _found(self, to: str | float | None) -> Scene | None:
        try:
            return self.cues.find(to)
        except UserError as error:
            self.complaint = str(error)
            return None

    def _follow(self, scene: Scene | None, now: float) -> None:
        if scene is not None:
            self.change(scene, now)

    def _do_due(self, beat: float, dt: float) -> None:
        for half, cue in self.timing.waiting.due(beat, self.timing.bpm, dt):
            if cue.scene is None:
                if half == "paint":
                    self.params.set(cue.what, cue.value)
                    self._aim_style(cue.what)
                continue
            scene = self.cues.scenes.get(cue.to, cue.scene)  # as it was saved last
            if half == "paint":
                self._begin(scene, self.time)
            else:
                entrance.draw(self, scene, manner_of(scene, self._gig.table))

    def _enter(self, scene: Scene, now: float) -> None:
        self._begin(scene, now)
        entrance.draw(self, scene, manner_of(scene, self._gig.table))

    def _begin(self, scene: Scene, now: float) -> None:
        """The half of a scene change that has to be painted before it can be seen."""
        paints, loads = entrance.paints(self, scene)
        if paints:
            self.timing.ahead.begin(now, scene.model, loads)
        self.caution.lower_to(1)
        self.cues.scene = scene
        self.caller.entered(self.timing.tempo.beat, self.timing.bar)  # its clock, not the old one's
        entrance.paint(self, scene, manner_of(scene, self._gig.table))

    def _aim_style(self, name: str) -> None:
        for region, knob in STYLE_KNOBS.items():
            choices = self._gig.table.params[knob].choices
            if name == knob and choices:
                style = choices[int(self.params.goal(knob))]
                self.styles.aim(region, style, self.params.goal("style.fade"))
                self.params.set(f"style.pad_{region}", 0.0)  # a style that is chosen is seen
                self.timing.ahead.begin(self.time, self.cues.scene.model, False)
