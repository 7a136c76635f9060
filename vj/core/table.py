"""The one table of parameters and triggers: the core's own plus what effects declare.

The stage holds the values, the desk maps hands onto them, `docs/parameters.md` is made from it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vj.core.effect_knobs import effect_name
from vj.core.effect_knobs import effect_params as effect_params
from vj.core.errors import UserError, unknown
from vj.core.params import Param, choice, switch

log = logging.getLogger(__name__)

HANDS_ONLY = frozenset({"blackout", "freeze"})
"""What no scene sets: it stays as the hands have put it."""

STILL = HANDS_ONLY | {"cue.quantise"}
"""What nothing may move by itself."""

TRIGGERS: Mapping[str, str] = {
    "scene.next": "go to the next scene of the set list",
    "scene.previous": "go to the previous scene",
    "scene.go": "go to a scene by number (from 1) or name",
    "cue.hold": "stay here: next and previous only choose, and go when it is let go",
    "scene.save": "write knobs, styles and chain as they stand into the scene's file",
    "scene.duplicate": "write them into a new scene right after this one and go there",
    "scene.undo": "take back what was saved last, or bring it back again",
    "rewind.recall": "bring back everything as it was 10 seconds ago (or 1 to 60)",
    "rewind.5": "bring back everything as it was 5 seconds ago",
    "rewind.10": "bring back everything as it was 10 seconds ago",
    "rewind.20": "bring back everything as it was 20 seconds ago",
    "rewind.save": "write what is, or what was some seconds ago, as a new scene",
    "blackout.toggle": "black out the projector, or bring the picture back",
    "freeze.toggle": "hold the picture, or let it go on",
    "panic": "drop everything that could be wrong: effects, fades and feedback start afresh",
    "chain.up": "move the effect named, or the n-th, one place towards the camera",
    "chain.down": "move the effect named, or the n-th, one place towards the projector",
    "chain.toggle": "take the effect named, or the n-th, out of the chain, or put it in",
    "tap": "tap the tempo",
    "record.toggle": "record the picture into recordings/ of the gig, or end the recording",
    "snapshot": "keep the picture as a file in recordings/ of the gig",
    "tempo.resync": "this moment is the first beat of a bar",
    "tempo.nudge": "move the beat on by a little, or by so many beats; less than nothing is back",
    "tempo.nudge_back": "move the beat back by a little, or by so many beats",
    "tempo.align": "another clock stands so many beats after the beginning of a bar",
    "body.calibrate": "watch the dancer: what she does in the next 8 seconds becomes 0 to 1",
    "quantise.next": "the next of: cues come at once, on the beat, on the bar, on the fourth bar",
    "learn": "MIDI: the next control that moves is bound to the parameter named, in the scene",
    "learn.rig": "MIDI: the same for all scenes, in rig.yaml",
    "learn.undo": "MIDI: take back what was learned last",
    "learn.stop": "MIDI: wait for no control any more",
    "remote.lock": "put every page and phone camera of the remote out; only a new link opens it",
    "fullscreen.toggle": "window or full screen",
    "help.toggle": "show or hide the keys",
    "display.next": "move the picture to the next display; several outputs change places",
    "display.identify": "show every display's name in large letters for some seconds",
    "testcard.toggle": "show or hide the test card on every output",
    "map.edit": "edit the mapping on the outputs, or end that and save",
    "map.move": "move a point: OUTPUT/POINT X Y, as in 0/2 0.95 1",
    "map.reset": "put all points back, of one output if it is named",
    "map.save": "write the mapping into rig.yaml",
}


# Bytes of style names learned during a show; the state document has to hold them all.
_MOST_NEWS = 16_000
CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
PAD_KNOBS = tuple(f"style.pad_{corner}" for corner in CORNERS)
STYLE_KNOBS = ("style.person", "style.background", *PAD_KNOBS)
QUANTISE = ("now", "beat", "bar", "4 bars")


def _edges() -> Iterator[Param]:
    """The live chain before the model. Source: webcam-pix2pix-tensorflow (names, ranges, order)."""
    yield switch("edges.enabled", "run the drawing chain below before the model")
    yield switch("edges.freeze", "keep the last camera picture; the chain stays live")
    yield switch("edges.flip_h", "flip left and right (the camera itself is already mirrored)")
    yield switch("edges.flip_v", "flip upside down")
    yield switch("edges.frame_diff", "use the difference to the picture before")
    yield switch("edges.grayscale", "drop the colours")
    yield Param("edges.pre_blur", "int", 0, 20, 0, "blur before the lines, kernel 2n+1", "px")
    yield Param("edges.pre_median", "int", 0, 50, 1, "median, kernel 2n+1; any n>0 is gray", "px")
    yield Param("edges.pre_thresh", "int", 0, 255, 0, "darker than this becomes black")
    yield switch("edges.adaptive_thresh", "pen drawing by local threshold")
    yield Param("edges.adaptive_thresh_block", "int", 1, 100, 1, "neighbourhood, 2n+1", "px")
    yield Param("edges.adaptive_thresh_c", "int", -20, 20, 2, "how far from the local mean")
    yield switch("edges.invert", "black on white becomes white on black")
    yield switch("edges.canny", "draw the edges as lines", True)
    yield Param(
        "edges.canny_low", "int", 0, 255, 1, "canny: weakest line kept", aliases=("edges.canny_t1",)
    )
    yield Param(
        "edges.canny_high", "int", 0, 255, 10, "canny: line start", aliases=("edges.canny_t2",)
    )
    yield Param("edges.post_blur", "int", 0, 20, 0, "blur after the lines, kernel 2n+1", "px")
    yield Param("edges.accum_w1", "float", 0, 1, 0, "how much of the last drawing stays")
    yield Param("edges.accum_w2", "float", 0, 1, 0, "how much of the new drawing is added")
    yield Param("edges.post_thresh", "int", 0, 255, 0, "brighter than this becomes white")
    yield Param("edges.pre_time_lerp", "float", 0, 1, 0, "slow the drawing down before the model")


def _pad(styles: tuple[str, ...]) -> Iterator[Param]:
    """The style pad: four styles in the corners of a square, mixed by a place in it."""
    yield switch("style.pad_person", "people are painted by the style pad")
    yield switch("style.pad_background", "everything else is painted by the style pad")
    for axis, ends in (("x", "0 left, 1 right"), ("y", "0 bottom, 1 top")):
        yield Param(
            f"style.pad_{axis}", "float", 0, 1, 0.5, f"place on the style pad: {ends}", smooth=0.12
        )
    for number, (corner, knob) in enumerate(zip(CORNERS, PAD_KNOBS, strict=True)):
        style = styles[number * len(styles) // 4] if styles else ""
        words = corner.replace("_", " ")
        yield choice(knob, f"style picture in the pad's {words} corner", styles, style)


def _core(styles: tuple[str, ...]) -> Iterator[Param]:
    yield switch("blackout", "black on the projector")
    yield switch("freeze", "hold the picture on the projector")
    yield choice("style.person", "style picture for people", styles)
    yield choice("style.background", "style picture for everything else", styles)
    yield Param("style.strength", "float", 0, 1, 1, "how far the model may go", smooth=0.05)
    yield Param(
        "style.keep_color", "float", 0, 1, 0, "how much of the picture's own colours stays",
        smooth=0.05,
    )  # fmt: skip
    yield Param(
        "style.size", "float", 0.25, 4, 1, "size of the style's strokes: smaller, finer to larger, "
        "calmer", curve="exp", smooth=0.1,
    )  # fmt: skip
    yield Param(
        "style.calm", "float", 0, 1, 1, "how plain walls and faces stay with networks that ask",
        smooth=0.05,
    )  # fmt: skip
    for region, where, default in (
        ("person", "skin and cloth", 0.2),
        ("background", "walls", 0.45),
    ):
        yield Param(
            f"style.texture_{region}", "float", 0, 1, default, "how much of the style picture's "
            f"own strokes plain {where} get with such networks", smooth=0.05,
        )  # fmt: skip
    yield Param(
        "style.carry", "float", 0, 1, 1, "how far a painting moves along with the camera until the "
        "next one comes", smooth=0.3,
    )  # fmt: skip
    yield Param(
        "style.fade", "float", 0, 30, 0.6, "seconds a new style takes to come in", "s", "exp"
    )
    yield from _pad(styles)
    yield from _edges()
    yield Param("matte.threshold", "float", 0, 1, 0.5, "how sure before it counts as a person")
    yield Param("matte.feather", "float", 0, 1, 0.3, "softness of the person's outline")
    yield Param("matte.smooth", "float", 0, 0.98, 0.5, "steadiness of the outline in time")
    yield Param("matte.every", "int", 1, 30, 1, "look for people in every n-th picture only")
    yield switch("matte.hard", "paint every style whole, then cut along the unsoftened matte")
    yield Param(
        "tempo.bpm", "float", 20, 300, 120, "tempo of everything that moves in beats", "bpm"
    )
    yield Param("tempo.beats_per_bar", "int", 1, 16, 4, "how many beats a bar has")
    yield choice(
        "cue.quantise", "when scenes and styles come that a hand asks for", QUANTISE, "now"
    )


@dataclass(frozen=True)
class Late:
    """What came while the show ran, in order: style names, effect files."""

    styles: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass
class Table:
    """All parameters by name, in order; effects by name with their files.

    A process has one, and all that read it see it grow while the show runs. Nothing ever leaves
    and a style keeps its number, so knobs, pads and saved values go on meaning what they meant.
    `late`: styles and effects learned since the gig was opened; `edition` grows with each change;
    `refused`: shaders that ask for what there is not, and why.
    """

    params: Mapping[str, Param]
    effects: Mapping[str, Path]
    late: Late = Late()
    edition: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Param]:
        return iter(self.params.values())

    def find(self, name: str, where: str = "") -> Param:
        """Return the parameter called `name` (or an alias of it).

        Raises: UserError with the nearest right name.
        """
        if name in self.params:
            return self.params[name]
        for param in self:
            if name in param.aliases:
                return param
        group = [known for known in self.params if known.split(".")[0] == name.split(".")[0]]
        raise unknown("parameter", name, group or self.params, where)

    def learn_styles(self, names: Iterable[str]) -> None:
        """Append styles that are not known yet to the choices of the style knobs."""
        known = self.params[STYLE_KNOBS[0]].choices
        fresh = tuple(name for name in dict.fromkeys(names) if name not in known)
        room = _MOST_NEWS - len(json.dumps(self.late.styles))
        while fresh and len(json.dumps(fresh)) > room:
            log.warning("style %s is one too many; it is there after a restart", fresh[-1])
            fresh = fresh[:-1]
        if not fresh:
            return
        grown = {}
        for knob in STYLE_KNOBS:
            choices = known + fresh
            grown[knob] = replace(self.params[knob], choices=choices, high=len(choices) - 1.0)
        self.params = {**self.params, **grown}
        self._learned(Late((*self.late.styles, *fresh), self.late.effects))

    def learn_effect(self, path: Path) -> None:
        """Take in an effect file that is new or was saved: its name, its knobs and their ranges.

        Raises: UserError when a knob's range makes no sense; OSError when it cannot be read.
        """
        knobs = {param.name: param for param in effect_params(path)}
        self.params = {**self.params, **knobs}
        self.effects = {**self.effects, effect_name(path): path}
        effects = dict.fromkeys((*self.late.effects, str(path)))
        self._learned(Late(self.late.styles, tuple(effects)))

    def follow(self, news: Mapping[str, Any]) -> None:
        """Learn what another process has learned, from its `news`."""
        self.learn_styles(str(name) for name in news.get("styles", ()))
        for path in news.get("effects", ()):
            try:
                self.learn_effect(Path(path))
            except Exception as error:  # a stage that comes back must not fall over a file again
                log.warning("effect %s keeps its knobs: %s", path, error)
        self.edition = max(self.edition, int(news.get("edition", 0)))

    def news(self) -> dict[str, object]:
        """What was learned, for `follow`, as plain JSON."""
        late = self.late
        return {"styles": late.styles, "effects": late.effects, "edition": self.edition}

    def _learned(self, late: Late) -> None:
        self.late, self.edition = late, self.edition + 1


def build_table(styles: Iterable[str], effect_files: Iterable[Path]) -> Table:
    """Collect the core's parameters and those of every effect file, sorted by effect name."""
    files = {effect_name(path): path for path in sorted(effect_files, key=effect_name)}
    params = {param.name: param for param in _core(tuple(styles))}
    effects, refused = {}, {}
    for name, path in files.items():
        try:
            params.update({param.name: param for param in effect_params(path)})
        except UserError as error:
            if path.suffix.lower() != ".fs":
                raise
            # Shaders come by the hundred from elsewhere: one that cannot work must not end a show.
            refused[name] = str(error)
            log.warning("%s", error)
            continue
        effects[name] = path
    return Table(params, effects, refused=refused)
