"""Writes an edited mapping back into a rig file; every other character of the file stays.

Used by the stage when a mapping is saved.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from vj.core.document import parse_document
from vj.core.errors import UserError
from vj.core.mapping import Mapping
from vj.core.rewrite import after_line, child, end_of


def set_mapping(text: str, index: int, mapping: Mapping, path: Path) -> str:
    """Return the text with the points of output `index` set; comments, order, columns are kept.

    `path` is only named in errors.
    Raises: UserError when the text is no document, or is laid out so that it cannot be done.
    """
    before = parse_document(text.encode(), path).data
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode) and root.flow_style:
        raise UserError(f"{path}: braces around the whole file; write one key on each line")
    after = _changed(text, root, index, mapping)
    if after is None or parse_document(after.encode(), path).data != _wanted(
        before, index, mapping
    ):
        raise UserError(f"{path}: outputs: cannot be written into; try one key on each line")
    return after


def _changed(text: str, root: yaml.Node | None, index: int, mapping: Mapping) -> str | None:
    key, value = _entry(mapping, "      ")
    found = child(root, "outputs")
    if found is None or (found[1].value == "" and not index):
        line = f"  - {key}: {value}"
        if found is not None:
            return after_line(text, found[0].end_mark.index, line)
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}outputs:\n{line}\n"
    items = _items(found[1])
    item = items[index] if index < len(items) else None
    if not isinstance(item, yaml.MappingNode):
        return None
    old = child(item, key)
    indent = _indent(text, item)
    _, value = _entry(mapping, f"{indent}  ")
    if old is not None:
        start, end = old[1].start_mark.index, end_of(old[1])
        if start == end:  # a key without a value
            value = f" {value}"
        elif old[1].start_mark.line > old[0].start_mark.line:
            start, value = start - old[1].start_mark.column, f"{indent}  {value}"
        return f"{text[:start]}{value}{text[end:]}"
    if item.flow_style:
        end = item.end_mark.index - 1
        return f"{text[:end]}{', ' if item.value else ''}{key}: {value}{text[end:]}"
    return after_line(text, end_of(item), f"{indent}{key}: {value}")


def _indent(text: str, item: yaml.MappingNode) -> str:
    """What the keys of an output are indented by."""
    if not item.flow_style:
        return " " * int(item.value[0][0].start_mark.column)
    line = text[text.rfind("\n", 0, item.start_mark.index) + 1 :]
    return " " * (len(line) - len(line.lstrip(" ")) + 2)


def _items(node: yaml.Node) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _wanted(before: dict[str, object], index: int, mapping: Mapping) -> dict[str, object]:
    given = before.get("outputs")
    outputs: list[object] = list(given) if isinstance(given, list) and given else [{}]
    item = outputs[index] if index < len(outputs) else {}
    key, value = _data(mapping)
    outputs[index] = {**(item if isinstance(item, dict) else {}), key: value}
    return {**before, "outputs": outputs}


def _data(mapping: Mapping) -> tuple[str, object]:
    points = [[_short(x), _short(y)] for x, y in mapping.points]
    if mapping.mesh is None:
        return "corners", points
    mesh: dict[str, object] = {"size": f"{mapping.mesh[0]}x{mapping.mesh[1]}", "points": points}
    return "mesh", mesh if mapping.curved else {**mesh, "curved": False}


def _entry(mapping: Mapping, indent: str) -> tuple[str, str]:
    """The key and what stands behind it: corners on one line, a mesh with a line for each row."""
    key, _ = _data(mapping)
    points = [f"[{_short(x)}, {_short(y)}]" for x, y in mapping.points]
    if mapping.mesh is None:
        return key, "[" + ", ".join(points) + "]"
    columns, rows = mapping.mesh
    lines = [", ".join(points[row * columns : (row + 1) * columns]) for row in range(rows)]
    listed = f",\n{indent}  ".join(lines)
    curved = "" if mapping.curved else ", curved: false"
    return key, f"{{size: {columns}x{rows}{curved}, points: [\n{indent}  {listed}]}}"


def _short(value: float) -> int | float:
    """A place to a fiftieth of a pixel of 2000, whole numbers without a point."""
    rounded = round(value, 5)
    return int(rounded) if rounded == int(rounded) else rounded
