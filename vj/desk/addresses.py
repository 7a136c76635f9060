"""Which OSC address means what: pure mapping from messages to events.

Used by the OSC receiver; what goes out on the same addresses is in `answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from vj.core.binding import Knob
from vj.core.params import Param
from vj.core.table import TRIGGERS, Table
from vj.core.types import Event, Set, Trigger
from vj.desk.bindings import Travel, travel
from vj.desk.osc_gate import Argument, Message
from vj.desk.told import TOLD

Base = Callable[[str], float]
"""Where a parameter stands or is going, in natural units: what a relative message starts from."""

SLOTS = 16
"""How many of a scene's knobs have a number: `/knob/1` to `/knob/16`."""

NAMING = ("learn", "learn.rig", "map.move", "chain.up", "chain.down", "chain.toggle")
"""Triggers whose argument says what they are about."""

_COUNTING = (
    *("tempo.nudge", "tempo.nudge_back", "tempo.align"),
    *("rewind.recall", "rewind.save", "scene.duplicate"),
)
"""Triggers that take a number or a name along when the message has one."""

_STEPS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda base, amount: base + amount,
    "-": lambda base, amount: base - amount,
    "*": lambda base, amount: base * amount,
}


@dataclass(frozen=True, slots=True)
class Value:
    """An address that sets a parameter: in natural units, as a position 0..1, or by name.

    "text" only tells, in words, for labels.
    """

    param: Param
    form: Literal["natural", "norm", "name", "text"]
    way: Travel


@dataclass(frozen=True, slots=True)
class Spring:
    """An address that holds a value up for as long as it is said again; 0 lets it go."""

    param: Param
    way: Travel


@dataclass(frozen=True, slots=True)
class Pick:
    """A button address that selects one entry of a choice."""

    param: Param
    index: int


@dataclass(frozen=True, slots=True)
class Fire:
    """An address that triggers an action, with a fixed argument or the message's own.

    `open`: nothing happens without one; `counts`: a number may come along.
    """

    action: str
    argument: float | None = None
    open: bool = False
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: what an address shows, or everything when it is empty."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A value that is held for a while, or let go of when it is not `down`."""

    event: Set
    down: bool


@dataclass(frozen=True, slots=True)
class Tell:
    """An address that only tells."""


Route = Value | Spring | Pick | Fire | Ask | Tell


@dataclass(frozen=True)
class Book:
    """Every address taken in, and for each parameter the addresses that tell its value.

    `scenes`: the set list, for the buttons that choose and show one; `slots`: the parameters the
    scene binds, in its order, for surfaces whose faders follow the scene.
    """

    routes: Mapping[str, Route]
    faces: Mapping[str, tuple[str, ...]]
    params: Mapping[str, Param]
    scenes: tuple[str, ...] = ()
    slots: tuple[Param, ...] = ()


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
    routes |= {address: Tell() for address in TOLD}
    routes |= {
        address_of(name): Fire(name, open=name in NAMING, counts=name in _COUNTING)
        for name in TRIGGERS
    }
    for address in ("/scene/go", "/scene/index", "/scene/name"):
        routes[address] = Fire("scene.go", open=True)
    names = tuple(scenes)
    for number, _ in enumerate(names, 1):
        routes[f"/scene/{number}"] = Fire("scene.go", float(number))
    for name, knob in knobs.items():
        if name not in TRIGGERS and table.find(name).kind != "choice":
            param = table.find(name)
            routes[f"{address_of(param.name)}/hold"] = Spring(param, travel(param, knob))
        if knob.osc and name in TRIGGERS:
            counts = name in _COUNTING
            routes[knob.osc] = Fire(name, open=name == "scene.go", counts=counts)
        elif knob.osc:
            param = table.find(name)
            form: Literal["natural", "norm"] = (
                "norm" if param.kind in ("float", "int") else "natural"
            )
            routes[knob.osc] = Value(param, form, travel(param, knob))
            faces[param.name] = (*faces[param.name], knob.osc)
    slots = tuple(table.find(name) for name in knobs if name not in TRIGGERS)[:SLOTS]
    for number, param in enumerate(slots, 1):
        for address, route in _slot_routes(number, param, knobs).items():
            routes[address] = route
            faces[param.name] = (*faces[param.name], address)
    return Book(routes, faces, table.params, names, slots)


def _slot_routes(number: int, param: Param, knobs: Mapping[str, Knob]) -> dict[str, Route]:
    """A numbered fader and its label; a scene may bind a parameter by another of its names."""
    knob = next(knobs[name] for name in (param.name, *param.aliases) if name in knobs)
    way = travel(param, knob)
    return {
        f"/knob/{number}": Value(param, "norm", way),
        f"/knob/{number}/text": Value(param, "text", way),
    }


def _param_routes(param: Param) -> dict[str, Route]:
    way, root = travel(param), address_of(param.name)
    routes: dict[str, Route] = {}
    for name in (param.name, *param.aliases):
        routes[address_of(name)] = Value(param, "natural", way)
        routes[f"{address_of(name)}/norm"] = Value(param, "norm", way)
    if param.kind == "choice":
        routes[f"{root}/index"] = routes[root]
        routes[f"{root}/name"] = Value(param, "name", way)
        routes |= {f"{root}/{n}": Pick(param, n) for n in range(len(param.choices))}
        return routes
    routes[f"{root}/hold"] = Spring(param, way)
    if param.kind != "switch":
        routes[f"{root}/text"] = Value(param, "text", way)
    return routes


def interpret(book: Book, message: Message, hand: str, base: Base) -> Event | Ask | Hold | None:
    """Say what a message asks for; None for an unknown address, a wrong type or a button release.

    A trigger fires on no argument or a non-zero one; a switch without argument goes on; the string
    "?" asks for what the address shows instead of setting it; "+", "-" or "*" before a number
    changes what is there, in the address's own units.
    """
    route = book.routes.get(message.address)
    given = message.arguments[0] if message.arguments else None
    if isinstance(route, Ask):
        return route if pressed(given) else None
    if given == "?":
        return Ask(message.address) if route else None
    match route:
        case None | Tell():
            return None
        case Value(param=param):
            if isinstance(given, str) and given in _STEPS and len(message.arguments) > 1:
                value = _step(route, given, message.arguments[1], base(param.name))
            else:
                value = _value(route, given)
            return None if value is None else Set(param.name, value, hand)
        case Spring(param=param, way=way) if not isinstance(given, str):
            up = way.value(1.0 if given is None else float(given))
            return Hold(Set(param.name, up, hand), pressed(given))
        case Spring():
            return None
        case Pick(param=param, index=index):
            return Set(param.name, float(index), hand) if pressed(given) else None
        case Fire(open=True):
            if not given or isinstance(given, bool):  # there is no scene 0: it is a release
                return None
            return Trigger(route.action, given if isinstance(given, str) else float(given), hand)
        case Fire(counts=True) if given is not None and not isinstance(given, bool):
            word = given if isinstance(given, str) else float(given)
            return Trigger(route.action, word, hand) if given else None
        case Fire():
            return Trigger(route.action, route.argument, hand) if pressed(given) else None


def pressed(given: Argument) -> bool:
    """Say whether a button's argument is a press: none at all, or anything but zero."""
    return given is None or given != 0


def _value(route: Value, given: Argument) -> float | None:
    param = route.param
    if route.form == "text":
        return None
    if isinstance(given, str):
        return float(param.choices.index(given)) if given in param.choices else None
    if given is None:
        return 1.0 if param.kind == "switch" else None
    if route.form == "norm":
        return route.way.value(float(given))
    return None if route.form == "name" else route.way.param.clamp(float(given))


def _step(route: Value, sign: str, amount: Argument, base: float) -> float | None:
    """Change `base`; small steps of a whole number add up, for the stage does the rounding."""
    if amount is None or isinstance(amount, str) or route.form in ("name", "text"):
        return None
    smooth = replace(route.way, param=replace(route.way.param, kind="float"))
    if route.form == "norm":
        return smooth.value(_STEPS[sign](smooth.position(base), float(amount)))
    return smooth.param.clamp(_STEPS[sign](base, float(amount)))
