"""The knobs an effect file declares: on its uniform lines, or in the header of an ISF shader.

The table collects them, the stage gives them to the shader.
"""

from __future__ import annotations

import re
from pathlib import Path

from vj.core.errors import UserError
from vj.core.isf import REGIONS, read_isf
from vj.core.params import Param, choice

EFFECTS = (".frag", ".fs")
"""How the names of effect files end: the house's own, and the Interactive Shader Format's."""


_UNIFORM = re.compile(r"^\s*uniform\s+(?P<type>\w+)\s+(?P<name>\w+)\s*;\s*//\s*(?P<rest>.+)$")
_KNOB = re.compile(
    r"^(?P<low>-?[\d.]+)\s*\.\.\s*(?P<high>-?[\d.]+)\s*=\s*(?P<default>-?[\d.]+)\s*"
    r"(?P<options>(,[^:]*)?)\s*:\s*(?P<doc>.+)$"
)
_CHOICE = re.compile(
    r"^(?P<words>[\w-]+(?:\|[\w-]+)+)\s*=\s*(?P<default>[\w-]+)\s*:\s*(?P<doc>.+)$"
)
_OWN_REGION = re.compile(r"^//\s*region\s*:\s*own\s*$", re.MULTILINE)
_KINDS = {"float": "float", "int": "int", "bool": "switch"}


def effect_name(path: Path) -> str:
    """The word for an effect file: its name, made fit for parameters and addresses."""
    return re.sub(r"[^\w-]+", "_", path.stem).strip("_") or "effect"


def effect_params(path: Path) -> list[Param]:
    """Read the knobs an effect declares on its uniform lines.

    A knob is `uniform float decay; // 0..0.99 = 0.9, smooth 0.2, exp, unit s: trail length`, or
    one of several words, `uniform int shape; // ellipse|box = ellipse: form`, numbered from 0.
    An effect that declares no `region`, and does not say `// region: own`, gets one from the chain.
    Raises: UserError naming file and line when such a comment has a range that makes no sense.
    """
    effect = effect_name(path)
    if path.suffix.lower() == ".fs":
        return read_isf(path, effect).params
    found: list[Param] = []
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        match = _UNIFORM.match(line)
        if not match or match["type"] not in _KINDS:
            continue
        knob, words = _KNOB.match(match["rest"]), _CHOICE.match(match["rest"])
        try:
            if knob:
                found.append(_effect_param(effect, match, knob))
            elif words and match["type"] == "int":
                found.append(_effect_choice(effect, match["name"], words))
        except ValueError as error:
            raise UserError(f"{path}:{number}: {error}") from error
    name = f"{effect}.region"
    if not _OWN_REGION.search(text) and all(param.name != name for param in found):
        found.append(choice(name, "where it is seen", REGIONS))
    return found


def _effect_choice(effect: str, name: str, words: re.Match[str]) -> Param:
    choices = tuple(words["words"].split("|"))
    if words["default"] not in choices:
        raise ValueError(f"default {words['default']!r} is none of {', '.join(choices)}")
    return choice(f"{effect}.{name}", words["doc"].strip(), choices, words["default"])


def _effect_param(effect: str, match: re.Match[str], knob: re.Match[str]) -> Param:
    kind = _KINDS[match["type"]]
    smooth, curve, unit = 0.0, "linear", ""
    for option in (word.strip() for word in knob["options"].split(",")):
        if option.startswith("smooth "):
            smooth = float(option.split()[1])
        elif option.startswith("unit "):
            unit = option[5:].strip()
        elif option == "exp":
            curve = "exp"
        elif option:
            raise ValueError(f"unknown knob option {option!r}; allowed: smooth S, unit U, exp")
    numbers = (float(knob["low"]), float(knob["high"]), float(knob["default"]))
    name = f"{effect}.{match['name']}"
    return Param(name, kind, *numbers, knob["doc"].strip(), unit, curve, smooth=smooth)  # type: ignore[arg-type]
