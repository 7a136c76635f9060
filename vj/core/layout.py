"""A layout file: what the controls of somebody else's OSC layout mean, in addresses of ours.

A file `layouts/<name>.yaml` of the gig or the program; the desk plays by it and checks its names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vj.core.binding import Pair
from vj.core.document import Document, read_document, validate
from vj.core.errors import UserError

_LITERAL = re.compile(r"(/[^\s#*,?\[\]{}/]+)+")
_FORMS = "an address of ours is expected, a list of them, or {to, range, say}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a foreign control means: one of our addresses for each of its arguments.

    `ends`: what it sends at its two ends, laid onto 0..1; `say`: what pressing it says; `where`:
    file, line and control, for complaints.
    """

    to: tuple[str, ...]
    ends: tuple[float, float] | None = None
    say: float | str | None = None
    where: str = field(default="", compare=False)


Layout = Mapping[str, Meaning]


class _Entry(BaseModel):
    """One line of the file in its long form."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    to: list[str]
    range: Pair | None = None
    say: bool | int | float | str | None = None


def read_layout(path: Path) -> Layout:
    """Read one layout file: `/their/address: /our/address`, or a list, or `{to, range, say}`.

    Raises: UserError with file, line, the offending value and what is allowed.
    """
    document = read_document(path)
    return {address: _meaning(document, address) for address in document.data}


def _meaning(document: Document, address: str) -> Meaning:
    where = document.where((address,))
    if not (address.isascii() and _LITERAL.fullmatch(address)):
        hint = "it looks like /1/fader1, all in ASCII"
        raise UserError(f"{where}: {address!r} is no OSC address; {hint}")
    given = document.data[address]
    data = dict(given) if isinstance(given, dict) else {"to": given}
    to = [data["to"]] if isinstance(data.get("to"), str) else data.get("to")
    strange = data.keys() - _Entry.model_fields.keys()  # perhaps "to", misspelt
    if not strange and (not isinstance(to, list) or not to):
        raise UserError(f"{where}: {_FORMS}")
    if to:
        data["to"] = to
    lines = {key[1:]: line for key, line in document.lines.items() if key[:1] == (address,)}
    entry = validate(_Entry, Document(document.path, data, lines))
    if entry.range and entry.range[0] == entry.range[1]:
        raise UserError(f"{where}: range: the two ends are the same")
    if entry.say is not None and len(entry.to) > 1:
        raise UserError(f"{where}: with say, one address is expected")
    return Meaning(tuple(entry.to), entry.range, entry.say, where)
