"""A user's mistake, said in one sentence with what is allowed and the nearest right name.

Raised by everything that reads what a user wrote; the command line prints it and exits with 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A mistake in a file, a name or an option; its text is complete and needs no traceback."""


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name most like `word`, or None when nothing comes close."""
    found = difflib.get_close_matches(
        word.lower(), {name.lower(): None for name in allowed}, 1, 0.5
    )
    if not found:
        return None
    return next(name for name in allowed if name.lower() == found[0])


def unknown(what: str, word: str, allowed: Iterable[str], where: str = "") -> UserError:
    """Build the error for a name that does not exist: where, what, what is allowed, the nearest."""
    names = sorted(allowed)
    guess = nearest(word, names)
    place = f"{where}: " if where else ""
    hint = f" Did you mean {guess!r}?" if guess else ""
    listed = ", ".join(names) if names else "none"
    return UserError(f"{place}unknown {what} {word!r}; allowed: {listed}.{hint}")
