"""Looks at a JPEG's outline before any decoder does: kind, size, one scan.

Used by the phone source, whose bytes come from the network.
"""

from __future__ import annotations

_PLAIN = (0xC0, 0xC1)  # baseline and extended Huffman; progressive ones can hide endless scans
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_MOST_SIDE, _LEAST_SIDE = 1920, 16


def is_plain_jpeg(data: bytes) -> bool:
    """Say whether bytes are one baseline JPEG of 16 to 1920 pixels a side, by its segments."""
    if data[:2] != bytes((0xFF, _START)) or data[-2:] != bytes((0xFF, _END)):
        return False
    at, sized = 2, False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            return sized and length >= 2 and data.count(bytes((0xFF, _SCAN)), at + 2) == 0
        if marker in _FRAMES:
            if sized or marker not in _PLAIN or length < 8 or at + 10 > len(data):
                return False
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            width = int.from_bytes(data[at + 7 : at + 9], "big")
            sized = all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (height, width))
            if not sized or data[at + 9] not in (1, 3):
                return False
        if length < 2:
            return False
        at += 2 + length
    return False
