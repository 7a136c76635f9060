"""Writes the reference pages that follow from the program itself: parameters, scene schema.

Run as `python -m vj.studio.reference`; a test compares the pages with what it would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from vj.core.gig import STARTER, open_gig
from vj.core.params import Param
from vj.core.scene import Scene
from vj.core.table import TRIGGERS, Table

DOCS = STARTER / "docs"


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    table = open_gig(STARTER).table
    schema = json.dumps(Scene.model_json_schema(), indent=2, sort_keys=True) + "\n"
    return {
        DOCS / "parameters.md": "\n".join(_parameters(table)) + "\n",
        DOCS / "scene.schema.json": schema,
    }


def _parameters(table: Table) -> Iterator[str]:
    yield "# Parameters and triggers"
    yield ""
    yield "Made by `make docs` from the program. Every parameter is an OSC address: `dream.person`"
    yield "is `/dream/person` in the range below, `/dream/person/norm` from 0 to 1. Scene files,"
    yield "knobs and modulators use the name with the dot."
    group = ""
    for param in table:
        head = param.name.partition(".")[0]
        if head != group:
            group = head
            yield from ("", f"## {group}", "", "| name | range | default | what it does |")
            yield "|---|---|---|---|"
        yield f"| `{param.name}` | {_range(param)} | {_default(param)} | {_words(param)} |"
    yield from ("", "## triggers", "", "| name | what it does |", "|---|---|")
    yield from (f"| `{name}` | {words} |" for name, words in TRIGGERS.items())


def _range(param: Param) -> str:
    if param.kind == "switch":
        return "off, on"
    if param.kind == "choice":
        return "a name from `styles/`" if _of_style(param) else ", ".join(param.choices)
    return f"{param.low:g} to {param.high:g}" + (f" {param.unit}" if param.unit else "")


def _default(param: Param) -> str:
    if param.kind == "switch":
        return "on" if param.default else "off"
    if param.kind == "choice":
        return "the scene's" if _of_style(param) else param.choices[int(param.default)]
    return f"{param.default:g}"


def _of_style(param: Param) -> bool:
    return param.name.startswith("style.")


def _words(param: Param) -> str:
    other = f" (also `{param.aliases[0]}`)" if param.aliases else ""
    return param.doc + other


def main() -> None:
    """Write all pages."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
