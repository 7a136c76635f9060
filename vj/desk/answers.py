"""What is told on OSC addresses: pure mapping from what the show does to messages.

Used by what is shown to tablets and OSCQuery clients.
"""

from __future__ import annotations

from vj.desk.addresses import SLOTS, Book, Pick, Value
from vj.desk.spoken import label, spoken

Answer = tuple[str, float | int | str]
"""An address and the one argument that goes out on it."""


def answers(book: Book, name: str, value: float) -> list[Answer]:
    """Return what is told about a parameter: one (address, argument) per address that shows it."""
    told: list[Answer] = []
    for address in book.faces.get(name, ()):
        route = book.routes[address]
        if not isinstance(route, Value | Pick) or route.param.name != name:
            continue  # another knob of the scene took this address
        shown = _shown(route, value)
        if shown is not None:
            told.append((address, shown))
    return told


def _shown(route: Value | Pick, value: float) -> float | int | str | None:
    param = route.param
    if isinstance(route, Pick):
        return int(param.clamp(value) == route.index)
    if route.form == "norm":
        return round(float(route.way.position(value)), 6)
    if route.form == "text":
        return spoken(param, value)
    if route.form == "name":
        return param.choices[int(param.clamp(value))] if param.choices else None
    return float(value) if param.kind == "float" else round(value)


def scene_answers(book: Book, scene: str) -> list[Answer]:
    """Return what is told about the scene that plays: its number, its name, its button."""
    if scene not in book.scenes:
        return []
    number = book.scenes.index(scene) + 1
    buttons = [(f"/scene/{n}", int(n == number)) for n in range(1, len(book.scenes) + 1)]
    return [("/scene/index", number), ("/scene/name", scene), *buttons]


def slot_answers(book: Book) -> list[Answer]:
    """Return what is told about the numbered faders: a name for each, empty ones at their end."""
    told: list[Answer] = []
    for number in range(1, SLOTS + 1):
        param = book.slots[number - 1] if number <= len(book.slots) else None
        told.append((f"/knob/{number}/name", label(param) if param else ""))
        if param is None:
            told += [(f"/knob/{number}", 0.0), (f"/knob/{number}/text", "")]
    return told
