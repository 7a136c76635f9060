"""Cuts a long sentence in its middle: where it begins says what, how it ends says what to do.
Used for what the status boards and the remote page have room for.
"""

from __future__ import annotations


def brief(text: str, most: int) -> str:
    """Return `text` in at most `most` characters; beginning and end stay."""
    if len(text) <= most:
        return text
    head = (most - 3) // 2
    return f"{text[:head]} … {text[head + 3 - most :]}"
