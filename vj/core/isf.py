"""Shaders in the Interactive Shader Format: what the header of a `.fs` file says, as parameters.

Read wherever effects' knobs are; the stage turns the rest of the file into a program.
Source: the ISF specification, version 2, and its reference pages at docs.isf.video.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vj.core.errors import UserError, unknown
from vj.core.isf_size import names_in
from vj.core.params import Param, choice, switch

MODES = (
    *("normal", "add", "screen", "multiply", "overlay", "difference", "lighten", "darken"),
    "soft",
)
"""The ways of laying one picture over another, in the order of `shaders/blends.frag`."""
REGIONS = ("all", "person", "background")
PICTURES = ("picture", "camera", "painting", "layer")
"""What an image input may be; `inputImage` is always the picture."""
KINDS = ("event", "bool", "long", "float", "point2D", "color", "image")

_MOST_BYTES, _MOST_INPUTS, _MOST_PASSES, _MOST_VALUES = 512_000, 64, 16, 128
_HEADER = re.compile(r"\s*(//[^\n]*\n\s*)*/\*(?P<json>.*?)\*/", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z]\w{0,63}")
_COMMA = re.compile(r",(\s*[\]}])")
_REFUSED = {
    r"\bvarying\b|\battribute\b": "a vertex shader of its own (varying, attribute)",
    r"for\s*\(\s*;\s*;\s*\)|while\s*\(\s*(true|1)\s*\)": "an endless loop",
    r"\bIMG_CUBE\b|\bsamplerCube\b": "cube maps",
}


@dataclass(frozen=True)
class Input:
    """One input; `numbers`: its parameters in the order of its parts; `values`: of a list."""

    name: str
    kind: str
    numbers: tuple[Param, ...] = ()
    values: tuple[int, ...] = ()
    pixels: bool = False


@dataclass(frozen=True)
class Pass:
    """One rendering pass; an empty target is the result, an empty size the picture's."""

    target: str = ""
    persistent: bool = False
    precise: bool = False
    width: str = ""
    height: str = ""


@dataclass(frozen=True)
class Isf:
    """A shader file: inputs, passes, the code behind the header and the line it begins in."""

    inputs: tuple[Input, ...]
    passes: tuple[Pass, ...]
    code: str
    line: int
    extras: tuple[Param, ...]

    @property
    def params(self) -> list[Param]:
        """Every knob it has."""
        return [param for one in self.inputs for param in one.numbers] + list(self.extras)


def read_isf(path: Path, effect: str) -> Isf:
    """Read a `.fs` file; its parameters are called after `effect`.

    Raises: UserError naming the file and what it asks for that does not exist here.
    """
    raw = path.read_bytes()
    if len(raw) > _MOST_BYTES:
        raise UserError(f"{path}: larger than {_MOST_BYTES // 1000} kB")
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    match = _HEADER.match(text)
    if not match:
        raise UserError(f"{path}: no ISF header, a comment with JSON in it, at its top")
    header = _parsed(match["json"], path)
    code = text[match.end() :]
    if path.with_suffix(".vs").exists():
        raise UserError(f"{path}: ISF vertex shaders ({path.with_suffix('.vs').name}) do not work")
    if header.get("IMPORTED"):
        raise UserError(f"{path}: ISF pictures of its own (IMPORTED) do not work")
    bare = _COMMENT.sub(" ", code)
    for pattern, words in _REFUSED.items():
        if re.search(pattern, bare):
            raise UserError(f"{path}: it asks for {words}, which does not work here")
    inputs = tuple(_input(one, path, effect) for one in _list(header, "INPUTS", _MOST_INPUTS, path))
    names = [one.name for one in inputs]
    passes = tuple(_pass(one, path) for one in _list(header, "PASSES", _MOST_PASSES, path))
    passes = _kept(header, passes, path) or (Pass(),)
    names += list(dict.fromkeys(one.target for one in passes if one.target))
    if len(set(names)) < len(names):
        raise UserError(f"{path}: two inputs or buffers have the same name")
    _check_sizes(passes, inputs, path)
    line = text[: match.end()].count("\n") + 1
    taken = {param.name for one in inputs for param in one.numbers}
    extras = tuple(param for param in _extras(effect) if param.name not in taken)
    return Isf(inputs, passes, code, line, extras)


def _extras(effect: str) -> Iterator[Param]:
    yield Param(f"{effect}.opacity", "float", 0, 1, 1, "how much of it is seen", smooth=0.15)
    yield choice(f"{effect}.blend", "how it is laid over what came before", MODES)
    yield choice(f"{effect}.region", "where it is seen", REGIONS)


def _parsed(text: str, path: Path) -> Mapping[str, Any]:
    try:
        try:
            header = json.loads(text)
        except json.JSONDecodeError:
            header = json.loads(_COMMA.sub(r"\1", text))  # many have a comma too many
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: its ISF header is no JSON: {error}") from error
    if not isinstance(header, dict):
        raise UserError(f"{path}: its ISF header is no JSON object")
    return header


def _list(header: Mapping[str, Any], key: str, most: int, path: Path) -> list[Mapping[str, Any]]:
    found = header.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UserError(f"{path}: {key} is no list of objects")
    if len(found) > most:
        raise UserError(f"{path}: {len(found)} {key}, allowed: {most}")
    return found


def _input(said: Mapping[str, Any], path: Path, effect: str) -> Input:
    name, kind = said.get("NAME"), said.get("TYPE")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserError(f"{path}: an input's NAME {name!r} is no plain word")
    where = f"{path}: input {name}"
    if kind not in KINDS:
        raise unknown("TYPE", str(kind), KINDS, where)
    full = f"{effect}.{name}"
    label = said.get("LABEL")
    doc = label[:80] if isinstance(label, str) and label else name
    try:
        if kind == "image":
            own = () if name == "inputImage" else (choice(full, doc, PICTURES, "camera"),)
            return Input(name, kind, own)
        if kind in ("event", "bool"):
            on = kind == "bool" and bool(said.get("DEFAULT"))
            return Input(name, kind, (switch(full, doc, on),))
        if kind == "long":
            return _whole(said, name, full, doc)
        if kind == "float":
            return Input(name, kind, (_number(said, full, doc),))
        return _several(said, name, kind, full, doc)
    except (ValueError, TypeError, OverflowError) as error:
        raise UserError(f"{where}: {error}") from error


def _number(said: Mapping[str, Any], name: str, doc: str) -> Param:
    low, high = _finite(said.get("MIN", 0.0)), _finite(said.get("MAX", 1.0))
    default = _finite(said.get("DEFAULT", low))
    if low > high:
        raise ValueError(f"MIN {low:g} is above MAX {high:g}")
    return Param(name, "float", low, high, min(max(default, low), high), doc, smooth=0.1)


def _whole(said: Mapping[str, Any], name: str, full: str, doc: str) -> Input:
    values = [_int(value) for value in said.get("VALUES") or ()]
    if len(values) > _MOST_VALUES:
        raise ValueError(f"{len(values)} VALUES, allowed: {_MOST_VALUES}")
    default = _int(said.get("DEFAULT", values[0] if values else 0))
    if not values:
        low, high = _int(said.get("MIN", 0)), _int(said.get("MAX", 10))
        return Input(
            name, "long", (Param(full, "int", low, high, min(max(default, low), high), doc),)
        )
    labels = [str(label)[:40] for label in said.get("LABELS") or ()]
    if len(set(labels)) != len(values):
        labels = [str(value) for value in values]
    chosen = labels[values.index(default)] if default in values else labels[0]
    return Input(name, "long", (choice(full, doc, tuple(labels), chosen),), tuple(values))


def _several(said: Mapping[str, Any], name: str, kind: str, full: str, doc: str) -> Input:
    """A colour or a point: a parameter for each part, `tint_r`, `middle_x`."""
    parts = "rgba" if kind == "color" else "xy"
    ends = [said.get("MIN", [0.0] * len(parts)), said.get("MAX", [1.0] * len(parts))]
    defaults = said.get("DEFAULT", [1.0] * 4 if kind == "color" else [0.5] * 2)
    # A point without limits is in pixels where its default is; here it is a part of the picture.
    pixels = kind == "point2D" and "MAX" not in said and max(map(_finite, defaults)) > 1.0
    if pixels:
        defaults = [0.5, 0.5]
    numbers = []
    for number, part in enumerate(parts):
        low, high = (_finite(end[number]) for end in ends)
        default = _finite(defaults[number]) if number < len(defaults) else 1.0
        if low > high:
            raise ValueError(f"MIN {low:g} is above MAX {high:g}")
        default = min(max(default, low), high)
        numbers.append(
            Param(f"{full}_{part}", "float", low, high, default, f"{doc}: {part}", smooth=0.1)
        )
    return Input(name, kind, tuple(numbers), pixels=pixels)


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _int(value: object) -> int:
    """A whole number that fits into a shader's."""
    whole = int(_finite(value))
    if not -(1 << 31) <= whole < 1 << 31:
        raise ValueError(f"{whole} is larger than a shader's whole numbers")
    return whole


def _pass(said: Mapping[str, Any], path: Path) -> Pass:
    target = said.get("TARGET", "")
    if not isinstance(target, str) or not (target == "" or _NAME.fullmatch(target)):
        raise UserError(f"{path}: a pass's TARGET {target!r} is no plain word")
    width, height = (str(said.get(side, "")) for side in ("WIDTH", "HEIGHT"))
    kept, precise = bool(said.get("PERSISTENT")), bool(said.get("FLOAT"))
    return Pass(target, kept, precise, width, height)


def _kept(header: Mapping[str, Any], passes: tuple[Pass, ...], path: Path) -> tuple[Pass, ...]:
    """Version 1 of the format names its persistent buffers apart from the passes."""
    kept = header.get("PERSISTENT_BUFFERS") or ()
    if not isinstance(kept, (list, dict, tuple)):
        raise UserError(f"{path}: PERSISTENT_BUFFERS is no list of names")
    return tuple(
        Pass(one.target, True, one.precise, one.width, one.height)
        if one.target and one.target in kept
        else one
        for one in passes
    )


def _check_sizes(passes: tuple[Pass, ...], inputs: tuple[Input, ...], path: Path) -> None:
    known = {"WIDTH", "HEIGHT"} | {one.name for one in inputs if one.kind in ("float", "long")}
    for one in passes:
        for size in (one.width, one.height):
            try:
                strange = names_in(size) - known
            except ValueError as error:
                raise UserError(f"{path}: the size {size!r} of {one.target}: {error}") from error
            if strange:
                raise unknown("name", strange.pop(), known, f"{path}: the size of {one.target}")
