"""Reads YAML a stranger may have written: bounded, without anchors or tags, with line numbers.

Scene, rig and card files come in through here; errors name file, line and key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticOmit
from yaml.composer import Composer
from yaml.resolver import Resolver

from vj.core.bounded import read_bounded
from vj.core.errors import UserError, nearest, unknown

MOST_BYTES = 256 * 1024
_MAX_NODES = 20_000
_MAX_DEPTH = 32
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")
_WORD = re.compile(r"'([^']*)'")  # in what pydantic expects

_FORMS = {  # what pydantic wanted where somebody wrote a single word, and how it looks
    "dict_type": ("key: value lines are", "{key: value}"),
    "model_type": ("key: value lines are", "{key: value}"),
    "list_type": ("a list in brackets is", "[one, two]"),
    "tuple_type": ("numbers in brackets are", "[0, 1]"),
}
_PLAIN = {"string_type": "a word", "int_type": "a whole number", "float_type": "a number"}

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


class _Ours:
    """Marks a field that no file has: we fill it in from where the file lies."""

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> NoReturn:
        raise PydanticOmit


Ours = Annotated[str, _Ours()]


@dataclass(frozen=True)
class Document:
    """Plain data from a YAML mapping, and the line (from 1) of every key in it."""

    path: Path
    data: dict[str, object]
    lines: dict[Path_, int]

    def where(self, key: Sequence[str | int] = ()) -> str:
        """Return "file:line: key" for a key path, falling back to the nearest parent's line."""
        path = tuple(key)
        line = next(
            (self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 1
        )
        name = ".".join(str(part) for part in path)
        return f"{self.path}:{line}" + (f": {name}" if name else "")


def read_document(path: Path) -> Document:
    """Read one YAML mapping.

    Raises: UserError when the file cannot be read, is too large or deep, is not a mapping, repeats
    a key, or uses anchors, aliases or tags.
    """
    return parse_document(read_bounded(path, MOST_BYTES), path)


def parse_document(raw: bytes, path: Path) -> Document:
    """Parse YAML bytes as `read_document` does; `path` is only named in errors."""
    if len(raw) > MOST_BYTES:
        raise UserError(f"{path}: {len(raw)} bytes; at most {MOST_BYTES} are read")
    try:
        text = raw.decode("utf-8-sig")
        root = _Checked(_harmless(text, path)).get_single_node()
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise UserError(f"{path}{line}: {problem}") from error
    lines: dict[Path_, int] = {(): 1}
    if root is None:
        return Document(path, {}, lines)
    if not isinstance(root, yaml.MappingNode):
        raise UserError(f"{path}:1: a mapping of key: value lines is expected")
    data = _plain(root, (), lines, path)
    assert isinstance(data, dict)
    return Document(path, data, lines)


class _Checked(Composer, Resolver):
    """Builds nodes from events that were looked at already: the text is not read twice."""

    def __init__(self, events: list[yaml.Event]) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._events, self._at = events, 0

    def check_event(self, *kinds: type[yaml.Event]) -> bool:
        return self._at < len(self._events) and (
            not kinds or isinstance(self._events[self._at], kinds)
        )

    def peek_event(self) -> yaml.Event:
        return self._events[self._at]

    def get_event(self) -> yaml.Event:
        self._at += 1
        return self._events[self._at - 1]


def _harmless(text: str, path: Path) -> list[yaml.Event]:
    """Refuse what could explode (anchors, aliases, tags, depth, size) before building anything."""
    depth, events = 0, []
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        events.append(event)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UserError(f"{path}:{line}: anchors and aliases (& and *) are not allowed")
        tag = getattr(event, "tag", None)
        if tag:
            raise UserError(f"{path}:{line}: tags ({tag}) are not allowed")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH or len(events) > _MAX_NODES:
            raise UserError(f"{path}:{line}: nested or long beyond any scene")
    return events


def _plain(node: yaml.Node, key: Path_, lines: dict[Path_, int], path: Path) -> object:
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                raise UserError(f"{path}:{line}: a key must be a word")
            name = str(name_node.value)
            if name in result:
                raise UserError(f"{path}:{line}: key {name!r} appears twice")
            lines[(*key, name)] = line
            result[name] = _plain(value_node, (*key, name), lines, path)
        return result
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, child in enumerate(node.value):
            lines[(*key, index)] = child.start_mark.line + 1
            items.append(_plain(child, (*key, index), lines, path))
        return items
    quoted = getattr(node, "style", None) in ("'", '"', "|", ">")
    value = _scalar(str(node.value), quoted)
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(f"{path}:{node.start_mark.line + 1}: a number must be finite")
    return value


def _scalar(text: str, quoted: bool) -> object:
    """YAML 1.2 scalars: `on`, `no`, `1:30` and `017` stay what the writer typed."""
    if quoted:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.lower().lstrip("+-") in (".inf", ".nan"):
        return math.inf
    if not _NUMBER.match(text):
        return text
    number = float(text)
    if re.fullmatch(r"[-+]?\d{1,15}", text):
        return int(text)
    return number


def validate(model: type[M], document: Document) -> M:
    """Build a pydantic model from a document.

    Raises: UserError with file, line, key, the offending value, what is allowed and the nearest
    right key.
    """
    for key in document.data.keys() & model.model_fields.keys() - _keys(model):
        raise _unknown_key(model, document, (key,))
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise UserError(_explain(model, document, error)) from error


def _explain(model: type[BaseModel], document: Document, error: ValidationError) -> str:
    found = error.errors(include_url=False)
    first = found[0]
    if first["type"] == "missing":  # often it is there, misspelt
        first = next((one for one in found if one["type"] == "extra_forbidden"), first)
    key = _keys_of(document, first["loc"])
    where = document.where(key)
    if first["type"] == "extra_forbidden":
        return str(_unknown_key(model, document, key))
    if first["type"] == "missing":
        if isinstance(first["loc"][-1], int):
            return f"{where}: {first['input']!r}: more numbers are expected"
        return f"{where}: key {first['loc'][-1]!r} is missing"
    expected = first["ctx"]["expected"] if first["type"] == "literal_error" else ""
    words = [word for word in _WORD.findall(expected) if word]  # "" is what is left out
    if words:
        return str(unknown(str(key[-1]), str(first["input"]), words, where))
    given = "nothing" if first["input"] is None else repr(first["input"])
    if first["type"] in _FORMS:
        form, example = _FORMS[first["type"]]
        field = model.model_fields.get(str(key[0])) if key else None
        example = field.examples[0] if field and field.examples else example
        word = first["input"] is not None and not isinstance(first["input"], (dict, list))
        alone = " stands alone" if word else ""
        return f"{where}: {given}{alone}; {form} expected, as in {example}"
    if first["type"] in _PLAIN:
        number = first["type"] == "string_type" and isinstance(first["input"], (int, float))
        hint = f", in quotes where it is a number: '{given}'" if number else ""
        return f"{where}: {given}; {_PLAIN[first['type']]} is expected{hint}"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return f"{where}: {message}"
    return f"{where}: {given}: {message[0].lower()}{message[1:]}"


def _unknown_key(model: type[BaseModel], document: Document, key: Path_) -> UserError:
    allowed = _allowed_keys(model, key[:-1])
    guess = nearest(str(key[-1]), allowed)
    hint = f" Did you mean {guess!r}?" if guess else ""
    listed = ", ".join(sorted(allowed))
    return UserError(f"{document.where(key)}: unknown key; allowed: {listed}.{hint}")


def _keys_of(document: Document, loc: tuple[int | str, ...]) -> Path_:
    """Keep only the parts of a pydantic location that are real keys (it adds union tags)."""
    found: list[int | str] = []
    value: object = document.data
    for part in loc:
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def _allowed_keys(model: type[BaseModel], key: Path_) -> set[str]:
    current: type[BaseModel] = model
    for part in key:
        field = current.model_fields.get(str(part))
        inner = _inner_model(field.annotation) if field else None
        if inner is None:
            continue
        current = inner
    return _keys(current)


def _keys(model: type[BaseModel]) -> set[str]:
    """The keys that a file may have."""
    fields = model.model_fields.items()
    return {
        name
        for name, field in fields
        if not any(isinstance(mark, _Ours) for mark in field.metadata)
    }


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _inner_model(argument)
        if inner is not None:
            return inner
    return None
