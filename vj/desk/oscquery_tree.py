"""The OSC address space as OSCQuery describes it: nodes, attributes, and what has changed.

Pure; used by the OSCQuery server. Source: the OSCQuery proposal by Vidvox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from vj.core.params import Param
from vj.core.table import TRIGGERS
from vj.desk.addresses import Book, Fire, address_of
from vj.desk.shown import Arguments, Line
from vj.desk.told import BEAT, TOLD

READ, WRITE = 1, 2
_UNITS = {"s": "time.second", "bpm": "time.bpm", "px": "distance.pixels", "deg": "angle.degree"}
_ATTRIBUTES = (
    "FULL_PATH",
    "CONTENTS",
    "TYPE",
    "ACCESS",
    "VALUE",
    "RANGE",
    "DESCRIPTION",
    "TAGS",
    "EXTENDED_TYPE",
    "UNIT",
    "CRITICAL",
    "CLIPMODE",
    "OVERLOADS",
)
EXTENSIONS = (
    "ACCESS",
    "VALUE",
    "RANGE",
    "DESCRIPTION",
    "TAGS",
    "UNIT",
    "CLIPMODE",
    "OVERLOADS",
    "LISTEN",
    "IGNORE",
    "PATH_ADDED",
    "PATH_REMOVED",
    "PATH_CHANGED",
)
"""What HOST_INFO says we do beyond the required; nothing here is ever renamed."""


Answer = tuple[int, dict[str, object] | None]
"""An HTTP status, and for 200 the JSON object."""


@dataclass(frozen=True, slots=True)
class Node:
    """A method: its attributes but the value, which is what the address `shows` shows.

    An unlisted node answers and can be listened to, but stays out of its parent's contents: another
    form of a value that is listed already, or what is below a method (to OSC 1.0 methods are
    leaves, and some clients drop a method that has contents).
    """

    attributes: Mapping[str, object]
    shows: str
    listed: bool = True


@dataclass(frozen=True)
class Tree:
    """All nodes by address, and the names of what is listed below each container."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def plant(book: Book) -> Tree:
    """Describe every parameter, trigger and the set list."""
    nodes: dict[str, Node] = {}
    for param in book.params.values():
        nodes |= _param_nodes(param)
    for action, words in TRIGGERS.items():
        address = address_of(action)
        route = book.routes[address]
        kind = "s" if isinstance(route, Fire) and route.open else "I"
        nodes[address] = Node(_attributes(kind, WRITE, words, "trigger"), address)
    nodes |= _scene_nodes(book)
    ends: dict[str, object] = {"RANGE": [{"MIN": 0.0, "MAX": 1.0}] * 2, "CLIPMODE": ["both"] * 2}
    words = "place on the style pad: right, up"
    nodes["/style/pad"] = Node(
        _attributes("ff", READ | WRITE, words, "style", **ends), "/style/pad"
    )
    for address, words in TOLD.items():
        kind, ends = ("i", {}) if address == BEAT else ("f", _ranged(0.0, 1.0))
        nodes[address] = Node(_attributes(kind, READ, words, "told", **ends), address)
    below: dict[str, dict[str, None]] = {"/": {}}
    for address, node in list(nodes.items()):
        steps = _steps(address)
        if any(parent in nodes for parent, _ in steps):
            nodes[address] = replace(node, listed=False)
        elif node.listed:
            for parent, name in steps:
                below.setdefault(parent, {})[name] = None
    return Tree(nodes, {path: tuple(names) for path, names in below.items()})


def _steps(address: str) -> list[tuple[str, str]]:
    """Return (container, name in it) from the root down to an address."""
    names = address.strip("/").split("/")
    paths = ["/", *list(accumulate((f"/{name}" for name in names), lambda a, b: a + b))]
    return list(zip(paths, names, strict=False))


def _attributes(kind: str, access: int, words: str, tag: str, **more: object) -> dict[str, object]:
    return {"TYPE": kind, "ACCESS": access, "DESCRIPTION": words, "TAGS": [tag], **more}


def _ranged(low: float, high: float, whole: bool = False) -> dict[str, object]:
    kind = round if whole else float
    ends = {"MIN": kind(low), "MAX": kind(high)}
    return {"RANGE": [ends], "CLIPMODE": ["both"]}


def _param_nodes(param: Param) -> dict[str, Node]:
    root, both = address_of(param.name), READ | WRITE
    tag = param.name.partition(".")[0]
    words = param.doc
    if param.kind == "switch":
        return {root: Node(_attributes("T", both, words, tag), root)}
    if param.kind == "choice":
        number = _ranged(0, param.high, whole=True)
        menu = {"RANGE": [{"VALS": list(param.choices)}]} if param.choices else {}
        index = Node(_attributes("i", both, words, tag, **number), f"{root}/index", listed=False)
        overload = {"TYPE": "i", **number}
        named = _attributes("s", both, words, tag, **menu, OVERLOADS=[overload])
        name = Node(named, f"{root}/name")
        return {
            root: name,
            f"{root}/name": Node(named, f"{root}/name", listed=False),
            f"{root}/index": index,
        }
    whole = param.kind == "int"
    unit = {"UNIT": [_UNITS.get(param.unit, param.unit)]} if param.unit else {}
    natural = _attributes(
        "i" if whole else "f", both, words, tag, **_ranged(param.low, param.high, whole), **unit
    )
    norm = _attributes("f", both, words, tag, **_ranged(0.0, 1.0))
    nodes = {root: Node(natural, root), f"{root}/norm": Node(norm, f"{root}/norm", listed=False)}
    for alias in map(address_of, param.aliases):
        nodes[alias] = Node(natural, root, listed=False)
    return nodes


def _scene_nodes(book: Book) -> dict[str, Node]:
    menu = {"RANGE": [{"VALS": list(book.scenes)}]} if book.scenes else {}
    last = max(len(book.scenes), 1)
    number = _ranged(1, last, whole=True)
    both = READ | WRITE
    return {
        "/scene/go": Node(
            _attributes("s", WRITE, TRIGGERS["scene.go"], "scene", **menu), "/scene/go"
        ),
        "/scene/name": Node(
            _attributes("s", both, "the scene that plays, by name", "scene", **menu), "/scene/name"
        ),
        "/scene/index": Node(
            _attributes("i", both, "the scene that plays, by number", "scene", **number),
            "/scene/index",
        ),
    }


def value_of(node: Node, lines: Mapping[str, Line]) -> Arguments | None:
    """Return what VALUE says of a node, None when it shows nothing or may not be read."""
    line = lines.get(node.shows)
    if line is None or not int(str(node.attributes["ACCESS"])) & READ:
        return None
    truth = node.attributes["TYPE"] == "T"
    return tuple(bool(argument) for argument in line.arguments) if truth else line.arguments


def describe(tree: Tree, path: str, lines: Mapping[str, Line]) -> dict[str, object] | None:
    """Return the description of a path with everything listed below it; None when unknown."""
    node, names = tree.nodes.get(path), tree.below.get(path, ())
    if node is None and path not in tree.below:
        return None
    found: dict[str, object] = {"FULL_PATH": path, "ACCESS": 0}
    if node is not None:
        found |= node.attributes
        value = value_of(node, lines)
        if value is not None:
            found["VALUE"] = list(value)
    if names:
        root = path.rstrip("/")
        found["CONTENTS"] = {name: describe(tree, f"{root}/{name}", lines) for name in names}
    return found


def answer(tree: Tree, path: str, query: str, lines: Mapping[str, Line]) -> Answer:
    """Answer `GET path?query`.

    400: no such attribute; 404: no such path; 204: the path has no such attribute.
    """
    if query and query not in _ATTRIBUTES:
        return 400, None
    found = describe(tree, path.rstrip("/") or "/", lines)
    if found is None:
        return 404, None
    if not query:
        return 200, found
    return (200, {query: found[query]}) if query in found else (204, None)


def changes(old: Tree, new: Tree) -> list[tuple[str, str]]:
    """Return (command, path) for what listeners must be told; a new branch is told by its top."""
    told: dict[tuple[str, str], None] = {}
    for command, here, there in (("PATH_ADDED", new, old), ("PATH_REMOVED", old, new)):
        for address, node in here.nodes.items():
            if node.listed and address not in there.nodes:
                tops = [f"{parent.rstrip('/')}/{name}" for parent, name in _steps(address)]
                top = next((path for path in tops if path not in there.below), address)
                told[command, top] = None
    for address, node in new.nodes.items():
        before = old.nodes.get(address)
        if node.listed and before is not None and before.attributes != node.attributes:
            told["PATH_CHANGED", address] = None
    return list(told)
