"""Plays by a layout made for another program: its messages into ours, our values into its own.

Used by the OSC ear and by what is shown; `vj check` looks here whether a layout is sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from vj.core.errors import UserError, nearest, unknown
from vj.core.gig import Gig
from vj.core.layout import Layout, Meaning, read_layout
from vj.desk.addresses import Book, build_book, pressed
from vj.desk.osc_gate import Argument, Message

_BUTTON = re.compile(r"(?P<root>/.+)/\d{1,4}")
_SAME = 1e-4
OURS: Layout = {"/style/pad": Meaning(("/style/pad_x/norm", "/style/pad_y/norm"))}
"""Addresses of our own that take more than one argument: the XY controls of a tablet."""


def layout_file(gig: Gig) -> Path | None:
    """Return the file of the layout the rig names, None when it names none.

    Raises: UserError for an unknown name.
    """
    name, files = gig.rig.osc_layout, gig.layout_files
    if name and name not in files:
        raise unknown("OSC layout", name, files, f"{gig.folder / 'rig.yaml'}: osc_layout")
    return files[name] if name else None


def open_layout(gig: Gig) -> Layout:
    """Read the layout the rig names, and check that all it means is there.

    Raises: UserError for an unknown name or anything wrong in the file.
    """
    path = layout_file(gig)
    layout = read_layout(path) if path else {}
    check(layout, build_book(gig.table, gig.scene_files, {}))
    return layout


def check(layout: Layout, book: Book) -> None:
    """Look for addresses that are none of ours; buttons of styles and scenes may still come.

    Raises: UserError with file, line, the address and the nearest right one.
    """
    for meaning in layout.values():
        for target in meaning.to:
            button = _BUTTON.fullmatch(target)
            if target in book.routes or (button and f"{button['root']}/index" in book.routes):
                continue
            guess = nearest(target, book.routes)
            hint = f" Did you mean {guess!r}?" if guess else ""
            raise UserError(f"{meaning.where}: no address of ours is called {target!r}.{hint}")


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
