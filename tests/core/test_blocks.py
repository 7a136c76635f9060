"""A QR code in the terminal is light around dark, and whole."""

from __future__ import annotations

import segno

from vj.core.blocks import blocks


def test_a_code_keeps_every_module() -> None:
    rows = ["".join(map(str, row)) for row in segno.make("http://10.0.0.5:8080/#abc").matrix]
    lines = blocks(rows).split("\n")
    dark = {"\u2588": "00", "\u2580": "01", "\u2584": "10", " ": "11"}
    read = [[dark[letter][half] for letter in line] for line in lines for half in (0, 1)]
    inner = ["".join(row[2:-2]) for row in read[2 : 2 + len(rows)]]
    assert inner == rows
    assert set(map(len, lines)) == {len(rows[0]) + 4}
    assert set(lines[0]) == {"\u2588"}


def test_no_code_is_no_text() -> None:
    assert blocks([]) == ""
