"""Letters made of strokes: readable from the other end of a hall, and no font is needed.

Display names on the test card and while displays are identified are written with it.
"""

from __future__ import annotations

import itertools

from vj.stage.ink import BLACK, WHITE, Colour, Ink

# Strokes between points of a grid of 5 columns (A to E) and 7 rows (0 to 6); A0 is top left.
_STROKES = {
    "A": "A6C0E6 B4D4", "B": "A0A6D6E5E4D3A3 A0D0E1E2D3", "C": "E1D0B0A1A5B6D6E5",
    "D": "A0A6C6E4E2C0A0", "E": "E0A0A6E6 A3D3", "F": "E0A0A6 A3D3", "G": "E1D0B0A1A5B6D6E5E3C3",
    "H": "A0A6 E0E6 A3E3", "I": "B0D0 C0C6 B6D6", "J": "D0D5C6B6A5", "K": "A0A6 E0A3E6",
    "L": "A0A6E6", "M": "A6A0C3E0E6", "N": "A6A0E6E0", "O": "B0D0E1E5D6B6A5A1B0",
    "P": "A6A0D0E1E2D3A3", "Q": "B0D0E1E5D6B6A5A1B0 C4E6", "R": "A6A0D0E1E2D3A3 C3E6",
    "S": "E1D0B0A1A2B3D3E4E5D6B6A5", "T": "A0E0 C0C6", "U": "A0A5B6D6E5E0", "V": "A0C6E0",
    "W": "A0B6C3D6E0", "X": "A0E6 E0A6", "Y": "A0C3E0 C3C6", "Z": "A0E0A6E6",
    "0": "B0D0E1E5D6B6A5A1B0 D2B4", "1": "B1C0C6 B6D6", "2": "A1B0D0E1E2A6E6",
    "3": "A0E0C2D2E3E5D6B6A5", "4": "D6D0A4E4", "5": "E0A0A3D3E4E5D6B6A5",
    "6": "D0B0A1A5B6D6E5E4D3A3", "7": "A0E0B6", "8": "B0D0E1E2D3B3A2A1B0 B3A4A5B6D6E5E4D3",
    "9": "E3B3A2A1B0D0E1E5D6B6",
    "-": "B3D3", "_": "A6E6", ".": "C6C6", ",": "C6B7", ":": "C2C2 C5C5",
    "/": "E0A6", "+": "A3E3 C1C5", "(": "D0C1C5D6", ")": "B0C1C5B6", "#": "B0B6 D0D6 A2E2 A4E4",
}  # fmt: skip
_UNKNOWN = "A0E0E6A6A0"
_ADVANCE = 6  # columns from one letter to the next
_TALL, _WIDE = 6, 4


def width_of(text: str, height: float) -> float:
    """How wide a text of that height is, in pixels."""
    return max(len(text) * _ADVANCE - (_ADVANCE - _WIDE), 0) * height / _TALL


def write_text(
    ink: Ink, text: str, middle: tuple[float, float], height: float, colour: Colour = WHITE
) -> None:
    """Write one line around `middle`, capitals only, with a dark rim so that it reads anywhere."""
    unit = height / _TALL
    left, top = middle[0] - width_of(text, height) / 2, middle[1] - height / 2
    strokes = []
    for number, letter in enumerate(text.upper()):
        at = left + number * _ADVANCE * unit
        for stroke in _STROKES.get(letter, "" if letter == " " else _UNKNOWN).split():
            points = [
                (at + (ord(column) - ord("A")) * unit, top + int(row) * unit)
                for column, row in zip(stroke[::2], stroke[1::2], strict=True)
            ]
            strokes += list(itertools.pairwise(points))
    for thick, paint in ((unit * 1.5, BLACK), (unit * 0.75, colour)):
        for a, b in strokes:
            ink.line(a, b, thick, paint)


def fitting(text: str, height: float, room: float) -> float:
    """The largest height up to `height` at which a text is no wider than `room`."""
    return min(height, height * room / max(width_of(text, height), 1.0))
