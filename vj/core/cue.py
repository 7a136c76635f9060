"""How a scene comes and goes: fades of their own, what it leaves alone, when the next one follows.

Parsed while a scene loads; the stage fades and moves on by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from vj.core.document import Document
from vj.core.duration import Seconds, seconds
from vj.core.errors import UserError, nearest, unknown
from vj.core.table import Table

Curve = Literal["linear", "ease", "exp", "cut"]
CURVES: Sequence[Curve] = ("linear", "ease", "exp", "cut")

# What a scene says besides parameters, by the key it says it with.
KEYS = ("source", "model", "matte", "styles", "chain", "modulate", "layer", "logo")

_COUNT = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>bars?|beats?)$")


class Fading(BaseModel):
    """How one parameter, a group of them or the styles travel; what is missing is the scene's."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    seconds: Seconds | None = None
    curve: Curve | None = None


def fading(value: object) -> object:
    """Take a curve's name or a duration for a whole `Fading`.

    Raises: ValueError with the allowed forms.
    """
    if value in CURVES:
        return {"curve": value}
    if isinstance(value, (dict, Fading)):
        return value
    try:
        return {"seconds": seconds(value)}
    except ValueError:
        allowed = f"{', '.join(CURVES)}, 8 s, {{seconds: 8, curve: ease}}"
        guess = nearest(str(value), CURVES)
        hint = f". Did you mean {guess!r}?" if guess else ""
        raise ValueError(f"{value!r} is no fade; allowed: {allowed}{hint}") from None


@dataclass(frozen=True, slots=True)
class Advance:
    """When the next scene follows by itself: after `amount` seconds, beats or bars."""

    amount: float
    unit: Literal["seconds", "beats", "bars"]


def advance(value: object) -> Advance | None:
    """Turn `"90 s"`, `"16 bars"` or `"8 beats"` into an Advance.

    Raises: ValueError with the allowed forms.
    """
    if value is None or isinstance(value, Advance):
        return value
    count = _COUNT.match(value.strip()) if isinstance(value, str) else None
    try:
        found = (
            Advance(float(count["number"]), "bars" if count["unit"] < "be" else "beats")
            if count
            else Advance(seconds(value), "seconds")
        )
    except ValueError:
        raise ValueError(f"{value!r} is no time; allowed: 90 s, 2 min, 16 bars, 8 beats") from None
    least = 0.5 if found.unit == "seconds" else 1.0
    if not least <= found.amount <= 86_400:
        raise ValueError(f"{value!r} is too short or too long; from {least:g} {found.unit} on")
    return found


Fadings = dict[str, Annotated[Fading, BeforeValidator(fading)]]
Following = Annotated[
    Advance | None,
    BeforeValidator(advance),
    WithJsonSchema({"type": ["string", "number", "null"], "examples": ["90 s", "16 bars"]}),
]


def check_cue(
    document: Document, table: Table, fades: Iterable[str], ignore: Sequence[str]
) -> None:
    """Check the names under `fades` and `ignore` of a scene.

    Raises: UserError for an unknown name, and for something that is set and ignored at once.
    """
    groups = {name.partition(".")[0] for name in table.params}
    for name in fades:
        _known(name, {"styles", *groups}, table, document.where(("fades", name)))
    for index, name in enumerate(ignore):
        where = document.where(("ignore", index))
        _known(name, {*KEYS, *groups}, table, where)
        if name in KEYS and name in document.data:
            raise UserError(f"{where}: this scene has {name!r} itself; take one of them out")
    params = document.data.get("params")
    for name in params if isinstance(params, dict) else ():
        if leaves(ignore, table.find(name).name):
            where = document.where(("params", name))
            raise UserError(f"{where}: this scene has it under ignore, too; take one of them out")


def leaves(ignore: Sequence[str], name: str) -> bool:
    """Say whether a scene with this `ignore` leaves a key or parameter as it stands."""
    return bool(ignore) and (name in ignore or name.partition(".")[0] in ignore)


def _known(name: str, words: set[str], table: Table, where: str) -> None:
    if name in words or name in table.params:
        return
    if "." in name and name.partition(".")[0] in words:
        table.find(name, where)  # an alias, or an error that names the group's own
        return
    raise unknown("parameter or group", name, words, where)
