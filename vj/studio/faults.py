"""All mistakes of a file, not only the first: what is wrong is taken out and the rest read again.

Used by the soundcheck; the readers themselves stop at the first mistake.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from typing import Any

from vj.core.document import Document, Path_
from vj.core.errors import UserError

_AT_MOST = 100


def faults(document: Document, check: Callable[[Document], object]) -> tuple[list[str], Document]:
    """Return every mistake `check` names, one sentence each, and the document without them.

    A mistake whose place in the file is not known ends the search.
    """
    found: list[str] = []
    gone: list[Path_] = []
    for _ in range(_AT_MOST):
        try:
            check(document)
        except UserError as error:
            key = _place(str(error), document)
            text = _as_written(str(error), key, gone)
            if text in found:
                break
            found.append(text)
            if not key:
                break
            document = _without(document, key)
            gone.append(key)
        else:
            break
    return found, document


def _place(text: str, document: Document) -> Path_:
    """The key a sentence like `scenes/x.yaml:7: params.dream.person: ...` is about."""
    head = re.escape(str(document.path))
    match = re.match(rf"{head}:(?P<line>\d+): (?P<key>[^:\s]+): ", text)
    if not match:
        return ()
    named = [
        key
        for key, line in document.lines.items()
        if line == int(match["line"]) and ".".join(map(str, key)) == match["key"]
    ]
    return max(named, key=len, default=())


def _as_written(text: str, key: Path_, gone: Sequence[Path_]) -> str:
    """Put the key as it is in the file into a sentence about a document that lost some keys."""
    written = key
    for lost in reversed(gone):
        at, last = len(lost) - 1, lost[-1]
        here = written[at] if len(written) > at and written[:at] == lost[:-1] else None
        if isinstance(last, int) and isinstance(here, int) and here >= last:
            written = (*written[:at], here + 1, *written[at + 1 :])
    before, after = (f": {'.'.join(map(str, one))}: " for one in (key, written))
    return text.replace(before, after, 1) if written != key else text


def _without(document: Document, key: Path_) -> Document:
    data = copy.deepcopy(document.data)
    holder: Any = data
    for part in key[:-1]:
        holder = holder[part]
    del holder[key[-1]]
    lines = {
        moved: line
        for path, line in document.lines.items()
        if (moved := _moved(path, key)) is not None
    }
    return Document(document.path, data, lines)


def _moved(path: Path_, gone: Path_) -> Path_ | None:
    """Where a key is when another is taken out of the same list; None when it went along."""
    depth, last = len(gone) - 1, gone[-1]
    if path[: depth + 1] == gone:
        return None
    here = path[depth] if len(path) > depth and path[:depth] == gone[:-1] else None
    if isinstance(last, int) and isinstance(here, int) and here > last:
        return (*path[:depth], here - 1, *path[depth + 1 :])
    return path
