"""The soundcheck's look at the hands: knobs that reach nothing, controls that do two things.

Reads what the scenes and the rig bind; opens nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from vj.core.binding import Knob, MidiAddress, parse_midi
from vj.core.controller import read_controller
from vj.core.document import Document, read_document
from vj.core.errors import UserError
from vj.core.gig import PROGRAM, Gig
from vj.core.scene import Scene
from vj.core.table import TRIGGERS
from vj.studio.soundcheck import Finding, warning
from vj.studio.soundcheck_files import Read

_FINE = 32  # the fine half of a pair of controllers is so much further


@dataclass(frozen=True)
class _Bound:
    name: str
    knob: Knob
    where: str


def check_knobs(gig: Gig, scenes: Mapping[str, Read], wrong: Container[str]) -> Iterator[Finding]:
    """Name profiles and knobs that are of no use, and controls bound to two things at once.

    `wrong`: scenes with mistakes, of which one does not know what they reach.
    """
    for profile in gig.controller_files.values():
        try:
            read_controller(profile)
        except UserError as error:
            yield warning(f"{error} (the profile is left out)")
    rig = list(_rig_knobs(gig))
    yield from _twice(gig, [], rig)
    for stem, (document, scene) in scenes.items():
        own = [
            _Bound(name, knob, document.where(("knobs", name)))
            for name, knob in scene.knobs.items()
        ]
        yield from _twice(gig, [one for one in rig if one.name not in scene.knobs], own)
        if stem in wrong:
            continue
        word = _word(scene, gig) if own else ""
        for bound in own:
            reason = unreachable(bound.name, scene, gig, word)
            if reason:
                yield warning(f"{bound.where}: this knob changes nothing: {reason}")
        for key in ("params", "modulate"):
            for name in getattr(scene, key):
                group = name.partition(".")[0]
                if group in gig.table.effects and group not in (*scene.chain, "mix"):
                    where = document.where((key, name))
                    yield warning(f"{where}: {group} is not in this scene's chain")


def _word(scene: Scene, gig: Gig) -> str:
    """The model word of a scene's card; "" when it cannot be read, which is said elsewhere."""
    try:
        return gig.card(scene.model).model
    except UserError:
        return ""


def unreachable(name: str, scene: Scene, gig: Gig, word: str) -> str:
    """Say why turning a parameter changes nothing while a scene plays; "" when it does.

    `word`: the scene's model word, "" if it is not known.
    """
    group = name.partition(".")[0]
    if name in TRIGGERS:
        return ""
    if group in gig.table.effects and group != "mix" and group not in scene.chain:
        return f"{group} is not in the chain {', '.join(scene.chain)}"
    if group == "edges" and name != "edges.enabled" and not _drawn(scene):
        return "the drawing chain is off; set edges.enabled: on under params"
    if "model" in scene.ignore or "styles" in scene.ignore:
        return ""
    if word == "passthrough" and group == "style":
        return "passthrough paints nothing"
    strokes = _wants_strokes(word)
    chosen = name in ("style.person", "style.background", "style.size")
    if chosen and _has_one_look(word) and not strokes:
        return f"{scene.model} has one look of its own"
    if name.startswith(("style.calm", "style.texture_")) and word and not strokes:
        return f"{scene.model} paints plain walls by itself"
    return ""


def _drawn(scene: Scene) -> bool:
    on = scene.values().get("edges.enabled", 0.0) >= 0.5
    return on or "edges.enabled" in {**scene.knobs, **scene.modulate}


@cache
def _has_one_look(word: str) -> bool:
    """Whether a model's file paints one look whatever the style, as `one_look` does."""
    return "return one_look(" in _source(word)


@cache
def _wants_strokes(word: str) -> bool:
    """Whether a model's file asks for the style's strokes on plain places (`Model.calm`)."""
    return "\n    calm = " in _source(word)


def _source(word: str) -> str:
    path = PROGRAM / "infer" / "models" / f"{word}.py"
    return path.read_text("utf-8") if path.is_file() else ""


def _rig_knobs(gig: Gig) -> Iterator[_Bound]:
    path = gig.folder / "rig.yaml"
    document = read_document(path) if path.is_file() else Document(path, {}, {})
    for name, knob in gig.rig.knobs.items():
        full = name if name in TRIGGERS else gig.table.find(name).name
        yield _Bound(full, knob, document.where(("knobs", name)))


def _twice(gig: Gig, others: list[_Bound], own: list[_Bound]) -> Iterator[Finding]:
    pairs = [*combinations(own, 2), *((one, other) for one in own for other in others)]
    for one, other in pairs:
        control = _shared(one.knob, other.knob)
        if control:
            first, second = (
                (one, other) if _line(one) > _line(other) or other in others else (other, one)
            )
            yield warning(f"{first.where}: {control} moves {second.name}, too ({_short(second)})")
    for bound in own:
        taken = bound.knob.osc.strip("/").replace("/", ".")
        if taken != bound.name and (taken in gig.table.params or taken in TRIGGERS):
            yield warning(f"{bound.where}: {bound.knob.osc} is the address of {taken} itself")


def _shared(one: Knob, other: Knob) -> str:
    """The control two knobs share, in words; "" when there is none."""
    if one.osc and one.osc == other.osc:
        return one.osc
    devices = one.device.lower(), other.device.lower()
    apart = all(devices) and devices[0] not in devices[1] and devices[1] not in devices[0]
    if not one.midi or not other.midi or apart:
        return ""
    if "/" not in one.midi or "/" not in other.midi:
        return one.midi if one.midi == other.midi else ""
    return one.midi if _overlap(parse_midi(one.midi), parse_midi(other.midi)) else ""


def _overlap(one: MidiAddress, other: MidiAddress) -> bool:
    if one.channel and other.channel and one.channel != other.channel:
        return False
    kinds = {one.kind, other.kind}
    if kinds == {"cc", "cc14"}:
        pair, plain = (one, other) if one.kind == "cc14" else (other, one)
        return any(plain.first <= n <= plain.last for n in (pair.first, pair.first + _FINE))
    if len(kinds) > 1:
        return False
    return one.kind in ("bend", "program") or (one.first <= other.last and other.first <= one.last)


def _line(bound: _Bound) -> int:
    return int(bound.where.split(":")[1])


def _short(bound: _Bound) -> str:
    path, line = bound.where.split(":")[:2]
    return f"{Path(path).name}:{line}"
