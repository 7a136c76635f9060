"""YAML from strangers: clear sentences for mistakes, refusal for bombs."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from vj.core.document import parse_document
from vj.core.errors import UserError

HERE = Path("scenes/01_ink.yaml")


def _parse(text: str) -> dict[str, object]:
    return parse_document(text.encode(), HERE).data


def test_words_stay_words_and_numbers_become_numbers() -> None:
    """YAML 1.1 turns `on` into true, 1:30 into 90 and 017 into 15; it is text here."""
    data = _parse("a: on\nb: 1:30\nc: 1e3\nd: true\ne: '5'\nf: 0.5\ng: -3\nh:\n")
    assert data == {
        "a": "on", "b": "1:30", "c": 1000.0, "d": True, "e": "5", "f": 0.5, "g": -3, "h": None,
    }  # fmt: skip


def test_every_key_knows_its_line() -> None:
    document = parse_document(b"a: 1\nb:\n  c: 2\n  d:\n    - 5\n    - 6\n", HERE)
    assert document.where(("b", "d", 1)) == "scenes/01_ink.yaml:6: b.d.1"
    assert document.where(("b", "missing")) == "scenes/01_ink.yaml:2: b.missing"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: {<<: {b: 1}}\nc: !!python/object:os.system 1\n", "tags"),
        ("a: 1\na: 2\n", "twice"),
        ("- 1\n", "mapping"),
        ("a: [1, 2\n", "01_ink.yaml:"),
        ("a: .nan\n", "finite"),
        ("a: " + "[" * 5000, "nested"),
        ("? [a]\n: 1\n", "word"),
        ("a: " + "x" * 300_000, "at most"),
        ("a: \x00\n", "01_ink.yaml"),
    ],
)
def test_what_is_refused_says_file_and_reason(text: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        _parse(text)
    assert "01_ink.yaml" in str(caught.value)


def test_a_merge_key_bomb_ends_at_once() -> None:
    """348 bytes of nested merge keys cost a plain safe_load 16 s of processor time."""
    bomb = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 20)
    )
    start = time.process_time()
    with pytest.raises(UserError):
        _parse(bomb)
    assert time.process_time() - start < 1.0


def test_mutated_scenes_never_raise_anything_but_a_user_error(root: Path) -> None:
    texts = [path.read_bytes() for path in sorted((root / "scenes").glob("*.yaml"))]
    dice = random.Random(7)
    for _ in range(1500):
        text = bytearray(dice.choice(texts))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text) + 1)
            text[at : at + dice.randint(0, 4)] = bytes(
                dice.choice(b":-[]{}&*!|>'\"\n\t #%@`,\xff\x00ab1")
                for _ in range(dice.randint(0, 4))
            )
        try:
            parse_document(bytes(text), HERE)
        except UserError:
            continue
