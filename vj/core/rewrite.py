"""Writes a knob back into a scene or rig file; every other character of the file stays.

Used by MIDI learn. A YAML round trip would align the writer's columns anew; this moves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from vj.core.document import parse_document
from vj.core.errors import UserError

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ")


def set_knob(text: str, name: str, fields: Mapping[str, object], path: Path) -> str:
    """Return the text with `knobs: {name: fields}` set; comments, order and columns are kept.

    `path` is only named in errors.
    Raises: UserError when the text is no document, or is laid out so that it cannot be done.
    """
    before = parse_document(text.encode(), path).data
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode) and root.flow_style:
        raise UserError(f"{path}: braces around the whole file; write one key on each line")
    after = _changed(text, root, name, fields)
    given = before.get("knobs")
    wanted = {**before, "knobs": {**(given if isinstance(given, dict) else {}), name: fields}}
    if parse_document(after.encode(), path).data != wanted:
        raise UserError(f"{path}: knobs: cannot be written into; try one knob on each line")
    return after


def write_text(path: Path, text: str) -> None:
    """Write a file beside the old one and put it in its place, so that it is never half there.

    Raises: UserError when the folder or the disk does not let us.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written ({error.strerror})") from error


def _changed(text: str, root: yaml.Node | None, name: str, fields: Mapping[str, object]) -> str:
    entry = f"{name}: {_flow(fields)}"
    found = child(root, "knobs")
    if found is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}knobs:\n  {entry}\n"
    knobs = found[1]
    if not isinstance(knobs, yaml.MappingNode):
        return after_line(text, found[0].end_mark.index, f"  {entry}")
    old = child(knobs, name)
    if old is not None:
        value = old[1]
        start, end = value.start_mark.index, end_of(value)
        if start == end:  # a key without a value
            return f"{text[:start]} {_flow(fields)}{text[end:]}"
        return f"{text[:start]}{_flow(fields)}{text[end:]}"
    if knobs.flow_style:
        end = knobs.end_mark.index - 1
        comma = ", " if knobs.value else ""
        return f"{text[:end]}{comma}{entry}{text[end:]}"
    indent = " " * knobs.value[0][0].start_mark.column
    return after_line(text, end_of(knobs), f"{indent}{entry}")


def child(node: yaml.Node | None, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return a key of a mapping and what stands behind it."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == name), None)


def end_of(node: yaml.Node) -> int:
    """Return where a node's last character is; a block's own mark lies behind later comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def after_line(text: str, index: int, line: str) -> str:
    """Put a line behind the one `index` is in, with the file's own line ending."""
    end = text.find("\n", index)
    if end < 0:
        return f"{text}\n{line}\n"
    newline = "\r\n" if text[end - 1 : end] == "\r" else "\n"
    return f"{text[: end + 1]}{line}{newline}{text[end + 1 :]}"


def _flow(fields: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{key}: {_word(value)}" for key, value in fields.items()) + "}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_word(item) for item in value) + "]"
    if isinstance(value, str):
        plain = value[:1].isalpha() and value == value.strip() and set(value) <= _PLAIN
        return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
