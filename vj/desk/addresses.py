"""Which OSC address means what: pure mapping between messages, events and feedback.

Used by the OSC receiver (message -> event) and by the feedback (value -> messages).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from vj.core.binding import Knob
from vj.core.params import Param
from vj.core.table import TRIGGERS, Table
from vj.core.types import Event, Set, Trigger
from vj.desk.bindings import Travel, travel
from vj.desk.osc_gate import Argument, Message

Answer = tuple[str, float | int | str]
"""An address and the one argument that goes out on it."""


@dataclass(frozen=True, slots=True)
class Value:
    """An address that sets a parameter: in natural units, as a position 0..1, or by name."""

    param: Param
    form: Literal["natural", "norm", "name"]
    way: Travel


@dataclass(frozen=True, slots=True)
class Pick:
    """A button address that selects one entry of a choice."""

    param: Param
    index: int


@dataclass(frozen=True, slots=True)
class Fire:
    """An address that triggers an action, with a fixed argument or (`open`) the message's own."""

    action: str
    argument: float | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: the parameter to be told, or everything when empty."""

    param: str = ""


Route = Value | Pick | Fire | Ask


@dataclass(frozen=True)
class Book:
    """Every address taken in, and for each parameter the addresses that tell its value."""

    routes: Mapping[str, Route]
    faces: Mapping[str, tuple[str, ...]]


def address_of(name: str) -> str:
    """Return the OSC address of a parameter or trigger: `edges.canny_low` -> `/edges/canny_low`."""
    return "/" + name.replace(".", "/")


def build_book(table: Table, scenes: Iterable[str], knobs: Mapping[str, Knob]) -> Book:
    """Collect all addresses: parameters, aliases, choices, triggers, scenes, the scene's own."""
    routes: dict[str, Route] = {"/sync": Ask()}
    faces: dict[str, tuple[str, ...]] = {}
    for param in table:
        told = _param_routes(param)
        faces[param.name] = tuple(told)
        routes |= told
        if param.kind == "choice":
            root = address_of(param.name)
            routes[f"{root}/index"] = routes[root]
            routes |= {f"{root}/{n}": Pick(param, n) for n in range(len(param.choices))}
    routes |= {address_of(action): Fire(action) for action in TRIGGERS}
    for address in ("/scene/go", "/scene/index", "/scene/name"):
        routes[address] = Fire("scene.go", open=True)
    for number, _ in enumerate(scenes, 1):
        routes[f"/scene/{number}"] = Fire("scene.go", float(number))
    for name, knob in knobs.items():
        if knob.osc and name in TRIGGERS:
            routes[knob.osc] = Fire(name, open=name == "scene.go")
        elif knob.osc:
            param = table.find(name)
            form: Literal["natural", "norm"] = (
                "norm" if param.kind in ("float", "int") else "natural"
            )
            routes[knob.osc] = Value(param, form, travel(param, knob))
            faces[param.name] = (*faces[param.name], knob.osc)
    return Book(routes, faces)


def _param_routes(param: Param) -> dict[str, Value]:
    way = travel(param)
    routes = {}
    for name in (param.name, *param.aliases):
        routes[address_of(name)] = Value(param, "natural", way)
        routes[f"{address_of(name)}/norm"] = Value(param, "norm", way)
    if param.kind == "choice":
        routes[f"{address_of(param.name)}/name"] = Value(param, "name", way)
    return routes


def interpret(book: Book, message: Message, hand: str) -> Event | Ask | None:
    """Say what a message asks for; None for an unknown address, a wrong type or a button release.

    A trigger fires on no argument or a non-zero one; a switch without argument goes on; the string
    "?" asks for the value instead of setting it.
    """
    route = book.routes.get(message.address)
    given = message.arguments[0] if message.arguments else None
    match route:
        case None:
            return None
        case Ask():
            return route
        case Value(param=param):
            if given == "?":
                return Ask(param.name)
            value = _value(route, given)
            return None if value is None else Set(param.name, value, hand)
        case Pick(param=param, index=index):
            return Set(param.name, float(index), hand) if _pressed(given) else None
        case Fire(open=True):
            usable = given is not None and given != "" and given != "?"
            if not usable or isinstance(given, bool):
                return None
            argument = given if isinstance(given, str) else float(given or 0.0)
            return Trigger(route.action, argument, hand)
        case Fire():
            return Trigger(route.action, route.argument, hand) if _pressed(given) else None


def _pressed(given: Argument) -> bool:
    return given is None or (given != 0 and given != "?")


def _value(route: Value, given: Argument) -> float | None:
    param = route.param
    if isinstance(given, str):
        return float(param.choices.index(given)) if given in param.choices else None
    if given is None:
        return 1.0 if param.kind == "switch" else None
    if route.form == "norm":
        return route.way.value(float(given))
    return None if route.form == "name" else route.way.param.clamp(float(given))


def answers(book: Book, param: Param, value: float) -> list[Answer]:
    """Return what is told about a parameter: one (address, argument) per address that shows it."""
    told: list[Answer] = []
    for address in book.faces.get(param.name, ()):
        route = book.routes[address]
        if not isinstance(route, Value) or route.param.name != param.name:
            continue  # another knob of the scene took this address
        if route.form == "norm":
            told.append((address, round(route.way.position(value), 6)))
        elif route.form == "name":
            if param.choices:
                told.append((address, param.choices[int(param.clamp(value))]))
        else:
            told.append((address, value if param.kind == "float" else round(value)))
    return told
