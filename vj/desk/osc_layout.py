"""Layouts made for other programs: which of our addresses each of their controls means.

A file `layouts/<name>.yaml` of the gig or the program, named by `osc_layout` in rig.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vj.core.binding import Pair
from vj.core.document import Document, read_document, validate
from vj.core.errors import UserError, nearest, unknown
from vj.core.gig import Gig
from vj.desk.addresses import Book, build_book, pressed
from vj.desk.osc_gate import Argument, Message

_LITERAL = re.compile(r"(/[^\s#*,?\[\]{}/]+)+", re.ASCII)
_BUTTON = re.compile(r"(?P<root>/.+)/\d{1,4}")
_FORMS = "an address of ours is expected, a list of them, or {to, range, say}"
_SAME = 1e-4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a foreign control means: one of our addresses for each of its arguments.

    `ends`: what it sends at its two ends, laid onto 0..1; `say`: what pressing it says.
    """

    to: tuple[str, ...]
    ends: tuple[float, float] | None = None
    say: float | str | None = None


Layout = Mapping[str, Meaning]


class _Entry(BaseModel):
    """One line of the file in its long form."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    to: list[str]
    range: Pair | None = None
    say: bool | int | float | str | None = None


def layout_file(gig: Gig) -> Path | None:
    """Return the file of the layout the rig names, None when it names none.

    Raises: UserError for an unknown name.
    """
    name, files = gig.rig.osc_layout, gig.layout_files
    if name and name not in files:
        raise unknown("OSC layout", name, files, f"{gig.folder / 'rig.yaml'}: osc_layout")
    return files[name] if name else None


def open_layout(gig: Gig) -> Layout:
    """Read and check the layout the rig names.

    Raises: UserError for an unknown name or anything wrong in the file.
    """
    path = layout_file(gig)
    return read_layout(path, build_book(gig.table, gig.scene_files, {})) if path else {}


def read_layout(path: Path, book: Book) -> Layout:
    """Read one layout file: `/their/address: /our/address`, or a list, or `{to, range, say}`.

    Raises: UserError with file, line, the offending address and the nearest right one.
    """
    document = read_document(path)
    return {address: _meaning(document, address, book) for address in document.data}


def _meaning(document: Document, address: str, book: Book) -> Meaning:
    where = document.where((address,))
    if not _LITERAL.fullmatch(address):
        raise UserError(f"{where}: {address!r} is no OSC address; it looks like /1/fader1")
    given = document.data[address]
    data = dict(given) if isinstance(given, dict) else {"to": given}
    to = [data["to"]] if isinstance(data.get("to"), str) else data.get("to")
    if not isinstance(to, list) or not to:
        raise UserError(f"{where}: {_FORMS}")
    data["to"] = to
    lines = {key[1:]: line for key, line in document.lines.items() if key[:1] == (address,)}
    entry = validate(_Entry, Document(document.path, data, lines))
    for target in entry.to:
        button = _BUTTON.fullmatch(target)
        if target not in book.routes and not (button and _has_buttons(button["root"], book)):
            guess = nearest(target, book.routes)
            hint = f" Did you mean {guess!r}?" if guess else ""
            raise UserError(f"{where}: no address of ours is called {target!r}.{hint}")
    if entry.range and entry.range[0] == entry.range[1]:
        raise UserError(f"{where}: range: the two ends are the same")
    if entry.say is not None and len(entry.to) > 1:
        raise UserError(f"{where}: with say, one address is expected")
    return Meaning(tuple(entry.to), entry.range, entry.say)


def _has_buttons(root: str, book: Book) -> bool:
    """Say whether numbers follow an address: styles and scenes may still come."""
    return f"{root}/index" in book.routes


def into(layout: Layout, message: Message) -> list[Message]:
    """Turn a message of a foreign layout into ours; one that is not in it stays as it is."""
    meaning = layout.get(message.address)
    if meaning is None:
        return [message]
    first, given = meaning.to[0], message.arguments
    if meaning.say is not None:
        return [Message(first, (meaning.say,))] if pressed(given[0] if given else None) else []
    if not given or (len(meaning.to) == 1 and meaning.ends is None):
        return [Message(first, given)]
    pairs = zip(meaning.to, given, strict=False)  # arguments without a meaning are left out
    return [Message(address, (_laid(meaning, argument),)) for address, argument in pairs]


def _laid(meaning: Meaning, argument: Argument) -> Argument:
    if meaning.ends is None or argument is None or isinstance(argument, str):
        return argument
    low, high = meaning.ends
    return (float(argument) - low) / (high - low)


def out_of(
    layout: Layout, shown: Mapping[str, float | int | str]
) -> Iterator[tuple[str, tuple[float | int | str, ...]]]:
    """Return what each foreign control shows: its address and arguments, from what ours show."""
    for address, meaning in layout.items():
        ours = [shown[target] for target in meaning.to if target in shown]
        if len(ours) == len(meaning.to):
            yield address, tuple(_back(meaning, value) for value in ours)


def _back(meaning: Meaning, value: float | int | str) -> float | int | str:
    if meaning.say is not None:
        if isinstance(value, str) or isinstance(meaning.say, str):
            return int(value == meaning.say)
        return int(abs(value - meaning.say) <= _SAME)
    if meaning.ends is None or isinstance(value, str):
        return value
    low, high = meaning.ends
    return low + (high - low) * value
