"""Layout files: short and long forms, and mistakes that name their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.layout import Meaning, read_layout


def written(folder: Path, text: str) -> Path:
    path = folder / "old.yaml"
    path.write_text(text)
    return path


def test_all_forms(tmp_path: Path) -> None:
    text = """
/1/fader1: /a
/3/xy: [/a, /b]
/1/dial: {to: /a, range: [127, 0]}
/2/push1: {to: /a, say: ink}
/2/push2: {to: [/a], say: 0.5}
"""
    found = read_layout(written(tmp_path, text))
    assert found == {
        "/1/fader1": Meaning(("/a",)),
        "/3/xy": Meaning(("/a", "/b")),
        "/1/dial": Meaning(("/a",), ends=(127, 0)),
        "/2/push1": Meaning(("/a",), say="ink"),
        "/2/push2": Meaning(("/a",), say=0.5),
    }
    assert found["/3/xy"].where.endswith("old.yaml:3: /3/xy")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n/1/f: {to: /a, rang: [0, 1]}", ["old.yaml:2", "rang", "range"]),
        ("/1/f: {too: /a}", ["old.yaml:1: too: unknown key", "mean 'to'?"]),
        ("/1/f: {to: /a, range: [1, 1]}", ["old.yaml:1: /1/f", "the same"]),
        ("/1/f: {to: /a, range: 3}", ["old.yaml:1", "range"]),
        ("/1/f: {range: [0, 1]}", ["old.yaml:1: /1/f", "an address of ours"]),
        ("/1/f: {to: [3]}", ["old.yaml:1", "3"]),
        ("/1/f: []", ["old.yaml:1: /1/f", "an address"]),
        ("/1/f: 3", ["old.yaml:1: /1/f", "an address"]),
        ("/1/f:", ["old.yaml:1: /1/f", "an address"]),
        ("/1/f: {to: [/a, /b], say: 1}", ["old.yaml:1: /1/f", "one address"]),
        ("/1/*: /a", ["'/1/*' is no OSC address"]),
        ("fader: /a", ["'fader' is no OSC address"]),
        ("/größe: /a", ["'/größe' is no OSC address", "ASCII"]),
        ("- /1/f", ["old.yaml:1"]),
    ],
)
def test_mistakes_name_the_line(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(UserError) as mistake:
        read_layout(written(tmp_path, text))
    for word in words:
        assert word in str(mistake.value)
