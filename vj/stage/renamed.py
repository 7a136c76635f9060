"""The source of an effect under names of its own, so that several fit into one program.

Used by the fused programs; the effect says with it whether it looks at nothing but its own place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_HERE = re.compile(r"\bhere\s*\(\s*picture\s*\)")
_PICTURE = re.compile(r"\bpicture\b")
# What needs more than one picture that comes and one that goes.
_MORE = re.compile(r"\b(previous|history|ago|before|in_cell|discard|faces|presence|face_count)\b")
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\S")
_NAME = re.compile(r"(?P<of>\.\s*)?\b(?P<name>[A-Za-z_]\w*)")
_TYPE = re.compile(
    r"void|bool|int|uint|float|[biu]?vec[234]|mat[234](x[234])?|[iu]?sampler\w+|layout"
)


def without_comments(source: str) -> str:
    """Return the source with a space for every comment."""
    return _COMMENT.sub(" ", source)


def draws_once(code: str) -> bool:
    """Say whether code without comments makes one picture of one picture and keeps nothing."""
    return not _MORE.search(code)


def stays_here(code: str) -> bool:
    """Say whether code without comments reads the picture as `here(picture)` only."""
    return draws_once(code) and not _PICTURE.search(_HERE.sub("", code))


def handed(code: str, name: str) -> str:
    """Return code that finds in the variable `name` what it would read as `here(picture)`."""
    return _HERE.sub(name, code)


def renamed(code: str, prefix: str, shared: Iterable[str]) -> str:
    """Put a prefix before all names that code without comments declares, but for the shared."""
    defined = set(_DEFINE.findall(code))
    own = (declared(code) - set(shared)) | defined

    def name(match: re.Match[str]) -> str:
        return match[0] if match["of"] or match["name"] not in own else prefix + match["name"]

    return _NAME.sub(name, code)


def declared(code: str) -> set[str]:
    """List what code without comments declares outside of all functions."""
    found: set[str] = set()
    depth, initial = 0, False
    tokens = _TOKEN.findall(_DIRECTIVE.sub("", code))
    for token, follows in zip(tokens, (*tokens[1:], ""), strict=True):
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif depth == 0 and token in "=;,":
            initial = token == "="
        elif depth == 0 and not initial and follows and follows in "(;=,[{":
            found.add(token)
    return {name for name in found if name[0].isidentifier() and not _TYPE.fullmatch(name)}
