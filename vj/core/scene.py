"""A scene file: source, model, styles, effects, knobs and what moves by itself.

Read by the gig before the show and by the stage whenever a file is saved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from vj.core.binding import Knob
from vj.core.controller import check_controls
from vj.core.cue import Curve, Fadings, Following, check_cue
from vj.core.document import Document, Ours, parse_document, read_document, validate
from vj.core.duration import Seconds, measured
from vj.core.errors import UserError, unknown
from vj.core.knob_names import check_knob
from vj.core.modulator import Modulators
from vj.core.params import Param
from vj.core.table import CORNERS, STILL, TRIGGERS, Table

_WORDS = {"on": 1.0, "yes": 1.0, "off": 0.0, "no": 0.0}


class Styles(BaseModel):
    """Names of style pictures for people and for everything else."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    person: str = ""
    background: str = ""


class Corners(BaseModel):
    """Names of the style pictures in the corners of the style pad; an empty one stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    top_left: str = ""
    top_right: str = ""
    bottom_left: str = ""
    bottom_right: str = ""


def _one_style(value: object) -> object:
    return {"person": value, "background": value} if isinstance(value, str) else value


class Scene(BaseModel):
    """One scene as written; `name` is the file's stem, `params` hold checked numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Ours = ""
    title: str = ""
    source: Annotated[dict[str, object], Field(examples=["{kind: camera}"])] = {}
    layer: Annotated[dict[str, object], Field(examples=["{kind: video, path: rain.mp4}"])] = {}
    logo: str = ""
    model: str = "brush"
    matte: str = "auto"
    styles: Annotated[Styles, BeforeValidator(_one_style)] = Styles()
    corners: Corners = Corners()
    chain: Annotated[list[str], Field(examples=["[mix, dream]"])] = ["mix", "dream", "grade"]
    fade: Seconds = 2.0
    fade_curve: Curve = "linear"
    fades: Fadings = {}
    ignore: Annotated[list[str], Field(examples=["[model, tempo.bpm]"])] = []
    advance: Following = None
    params: dict[str, float | int | bool | str] = {}
    knobs: Annotated[dict[str, Knob], Field(examples=["{midi: cc/1/21}"])] = {}
    modulate: Annotated[dict[str, Modulators], Field(examples=["{shape: sine, beats: 4}"])] = {}

    def values(self) -> dict[str, float]:
        """The scene's parameters as numbers by their full names."""
        return {name: float(value) for name, value in self.params.items()}


class Choices(BaseModel):
    """The names that exist in a gig, to check a scene against; `profiles`: of its controllers."""

    models: frozenset[str]
    styles: frozenset[str]
    mattes: frozenset[str]
    profiles: tuple[Path, ...] = ()


def read_scene(path: Path, table: Table, choices: Choices) -> Scene:
    """Read and check one scene file.

    Raises: UserError with file, line, key, the value, what is allowed and the nearest right name.
    """
    return scene_of(read_document(path), table, choices)


def parse_scene(raw: bytes, path: Path, table: Table, choices: Choices) -> Scene:
    """Check the text of a scene file as `read_scene` does; `path` gives its name."""
    return scene_of(parse_document(raw, path), table, choices)


def scene_of(document: Document, table: Table, choices: Choices) -> Scene:
    """Check a document that is to be a scene, as `read_scene` does."""
    scene = validate(Scene, document)
    _check_names(scene, document, table, choices)
    params = _numbers({**_on_pad(scene.corners), **scene.params}, document, table)
    for name, knob in scene.knobs.items():
        check_knob(name, knob, table, document.where(("knobs", name)))
    check_controls(scene.knobs, choices.profiles, document)
    for name in scene.modulate:
        where = document.where(("modulate", name))
        if table.find(name, where).name in STILL:
            raise UserError(f"{where}: this is moved by hands only; bind it under knobs")
    check_cue(document, table, scene.fades, scene.ignore)
    ignore = [name if "." not in name else table.find(name).name for name in scene.ignore]
    knobs = {_full(name, table): knob for name, knob in scene.knobs.items()}
    update = {"name": document.path.stem, "params": params, "knobs": knobs, "ignore": ignore}
    return scene.model_copy(update=update)


def _on_pad(corners: Corners) -> dict[str, str]:
    """The corners a scene names, as the parameters they are."""
    named = {f"style.pad_{corner}": str(getattr(corners, corner)) for corner in CORNERS}
    return {name: style for name, style in named.items() if style}


def _full(name: str, table: Table) -> str:
    return name if name in TRIGGERS else table.find(name).name


def _check_names(scene: Scene, document: Document, table: Table, choices: Choices) -> None:
    if "model" in document.data and scene.model not in choices.models:
        raise unknown("model", scene.model, choices.models, document.where(("model",)))
    if scene.matte not in choices.mattes:
        raise unknown("matte", scene.matte, choices.mattes, document.where(("matte",)))
    for key, named in (("styles", scene.styles), ("corners", scene.corners)):
        for place, style in named:
            if style and style not in choices.styles:
                raise unknown("style", style, choices.styles, document.where((key, place)))
    for index, effect in enumerate(scene.chain):
        if effect in table.refused:
            raise UserError(f"{document.where(('chain', index))}: {table.refused[effect]}")
        if effect not in table.effects:
            raise unknown("effect", effect, table.effects, document.where(("chain", index)))


def _numbers(
    params: Mapping[str, float | int | bool | str], document: Document, table: Table
) -> dict[str, float | int | bool | str]:
    """Check every value against its range (a live hand would be clamped instead)."""
    numbers: dict[str, float | int | bool | str] = {}
    for name, value in params.items():
        where = document.where(("params", name))
        param = table.find(name, where)
        number = _number(value, param, where) if isinstance(value, str) else value
        allowed = f"allowed: {param.low:g} to {param.high:g} {param.unit}".rstrip()
        if number is None:
            raise UserError(f"{where}: {value!r} is not a number; {allowed}")
        if not math.isfinite(number) or not param.low <= number <= param.high:
            raise UserError(f"{where}: {value!r} is out of range; {allowed}")
        numbers[param.name] = float(number)
    return numbers


def _number(text: str, param: Param, where: str) -> float | None:
    """What a choice, a word of a switch or a number with its unit stands for; None: no number."""
    if param.kind == "choice":
        if text not in param.choices:
            raise unknown("choice", text, param.choices, where)
        return float(param.choices.index(text))
    if param.kind == "switch":
        if text.lower() not in _WORDS:
            raise unknown("switch", text, _WORDS, where)
        return _WORDS[text.lower()]
    return measured(text, param.unit)
