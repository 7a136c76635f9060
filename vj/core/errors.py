"""A user's mistake, said in one sentence with what is allowed and the nearest right name.

Raised by everything that reads what a user wrote; the command line prints it and exits with 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LIKE = 0.6  # of its letters a name has to share with what was written to be thought of
_MANY, _SAID = 16, 5  # names; more than so many are not all said, but so many of them
_LISTS = {
    "parameter": "docs/parameters.md",
    "parameter or trigger": "docs/parameters.md",
    "effect": "docs/effects.md",
    "model": "vj models list",
    "style": "the files in styles/",
    "control": "docs/controllers.md, the files in controllers/",
    "scene": "the files in scenes/",
}


class UserError(Exception):
    """A mistake in a file, a name or an option; its text is complete and needs no traceback."""


class Unwritable(UserError):
    """What should be written is right, but the folder or the disk does not take it."""


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name most like `word`, or None when nothing comes close."""
    return next(iter(_close(word, allowed, 1)), None)


def unknown(what: str, word: str, allowed: Iterable[str], where: str = "") -> UserError:
    """Build the error for a name that does not exist: where, what, what is allowed, the nearest.

    Of many names only those most like it are said, how many others there are, and what lists them.
    """
    names = sorted(allowed)
    close = _close(word, names, _SAID)
    place = f"{where}: " if where else ""
    hint = f" Did you mean {close[0]!r}?" if close else ""
    listed = ", ".join(names) if names else "none"
    if len(names) > _MANY:
        said = close or names[:_SAID]
        lists = f" ({_LISTS[what]})" if what in _LISTS else ""
        listed = f"{', '.join(said)} and {len(names) - len(said)} others{lists}"
    return UserError(f"{place}unknown {what} {word!r}; allowed: {listed}.{hint}")


def _close(word: str, allowed: Iterable[str], count: int) -> list[str]:
    """The allowed names most like `word`, the nearest first."""
    names: dict[str, str] = {}
    for name in allowed:
        names.setdefault(name.lower(), name)
    return [names[found] for found in difflib.get_close_matches(word.lower(), names, count, _LIKE)]
