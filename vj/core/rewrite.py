"""Writes a value back into a scene or rig file; every other character of the file stays.

Used by MIDI learn and by what the stage keeps. A YAML round trip would align the writer's columns
anew; this moves nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from vj.core.document import parse_document
from vj.core.errors import Unwritable, UserError

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ")


def set_knob(text: str, name: str, fields: Mapping[str, object], path: Path) -> str:
    """Return the text with `knobs: {name: fields}` set, as `set_entry` does."""
    return set_entry(text, ("knobs", name), fields, path)


def set_entry(text: str, key: tuple[str] | tuple[str, str], value: object, path: Path) -> str:
    """Return the text with one value set; comments, order and columns are kept.

    `key`: a key of the file, or a section and a key in it, which may be new; `value`: a number, a
    word, or lists and mappings of them; `path` is only named in errors.
    Raises: UserError when the text is no document, or is laid out so that it cannot be done.
    """
    before = parse_document(text.encode(), path).data
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode) and root.flow_style:
        raise UserError(f"{path}: braces around the whole file; write one key on each line")
    after = (
        _replaced(text, root, key[0], value) if len(key) == 1 else _within(text, root, *key, value)
    )
    section = before.get(key[0])
    inner = section if isinstance(section, dict) else {}
    wanted = {**before, key[0]: value if len(key) == 1 else {**inner, key[1]: value}}
    try:
        found = parse_document(after.encode(), path).data
    except UserError:
        found = {}
    if found != wanted:
        layout = "cannot be written into; try one knob on each line"
        raise UserError(f"{path}: {key[0]}: {layout}")
    return after


def write_text(path: Path, text: str) -> None:
    """Write a text as `write_bytes` does.

    Raises: Unwritable when the folder or the disk does not let us.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file beside the old one and put it in its place, so that it is never half there.

    A link stays a link, and the file it leads to keeps who may read and write it.
    Raises: Unwritable when the folder or the disk does not let us.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        os.replace(beside, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Unwritable(f"{path}: cannot be written ({error.strerror})") from error


def _within(text: str, root: yaml.Node | None, section: str, name: str, value: object) -> str:
    found = child(root, section)
    entry = f"{name}: {_word(value)}"
    if found is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}{section}:\n  {entry}\n"
    node = found[1]
    if not isinstance(node, yaml.MappingNode):
        return after_line(text, found[0].end_mark.index, f"  {entry}")
    if child(node, name) is not None:
        return _replaced(text, node, name, value)
    if node.flow_style:
        end = node.end_mark.index - 1
        comma = ", " if node.value else ""
        return f"{text[:end]}{comma}{entry}{text[end:]}"
    indent = " " * node.value[0][0].start_mark.column
    return after_line(text, end_of(node), f"{indent}{entry}")


def _replaced(text: str, node: yaml.Node | None, name: str, value: object) -> str:
    found = child(node, name)
    if found is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}{name}: {_word(value)}\n"
    old = found[1]
    start, end = old.start_mark.index, end_of(old)
    if start == end:  # a key without a value
        return f"{text[:start]} {_word(value)}{text[end:]}"
    return f"{text[:start]}{_word(value)}{text[end:]}"


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


def _word(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_word(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_word(item) for item in value) + "]"
    if isinstance(value, str):
        plain = value[:1].isalpha() and value == value.strip() and set(value) <= _PLAIN
        return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
