"""Time spans and sizes written the way people read them.
Used by progress lines: stylising films, pulling weights."""

from __future__ import annotations


def in_words(seconds: float) -> str:
    """Write a time span, from seconds to hours."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def in_bytes(count: float) -> str:
    """Write a size, from bytes to gigabytes (powers of ten)."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            digits = 1 if count < 10 * size else 0
            return f"{count / size:.{digits}f} {unit}"
    return f"{count:.0f} bytes"
