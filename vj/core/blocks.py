"""Draws a QR code in a terminal, two rows of modules in a row of letters.

Used by the show for the remote's address; the desk makes the code.
"""

from __future__ import annotations

from collections.abc import Sequence

_LETTERS = {("0", "0"): "\u2588", ("0", "1"): "\u2580", ("1", "0"): "\u2584", ("1", "1"): " "}
_QUIET = 2


def blocks(rows: Sequence[str]) -> str:
    """Return rows of "1" (dark) and "0" as text for a terminal with light letters on dark."""
    if not rows:
        return ""
    blank = "0" * (len(rows[0]) + 2 * _QUIET)
    side = "0" * _QUIET
    framed = [blank] * _QUIET + [f"{side}{row}{side}" for row in rows] + [blank] * _QUIET
    framed += [blank] * (len(framed) % 2)
    pairs = zip(framed[::2], framed[1::2], strict=True)
    return "\n".join("".join(_LETTERS[pair] for pair in zip(*two, strict=True)) for two in pairs)
