"""A copy stands right after the scene it was made of, whatever stands there already."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vj.stage.new_name import new_name, title_for


@pytest.mark.parametrize(
    ("after", "names", "called", "expected"),
    [
        ("01_ink", ["01_ink", "02_loop"], "", "01_ink_2"),
        ("01_ink", ["01_ink"], "", "01_ink_2"),
        ("01_ink_2", ["01_ink", "01_ink_2", "02_loop"], "", "01_ink_2_2"),
        ("01_ink", ["01_ink", "01_ink_2", "02_loop"], "", "01_ink_1"),
        ("01_ink", ["01_ink", "02_loop"], "Rainy Night!", "01_rainy_night"),
        ("01_ink", ["01_ink", "02_loop"], "Chalk", "01_ink_chalk"),
        ("01_ink", ["01_ink", "02_loop"], "../../etc/passwd", "01_ink_etc_passwd"),
    ],
)
def test_it_sorts_right_after(after: str, names: list[str], called: str, expected: str) -> None:
    assert new_name(after, names, called) == expected


def test_copy_after_copy_always_finds_room() -> None:
    names = ["01_ink", "02_loop"]
    for _ in range(12):
        fresh = new_name("01_ink", names)
        assert fresh not in names
        names = sorted([*names, fresh])
        assert names[1] == fresh
        assert names[-1] == "02_loop"


@given(st.text(max_size=80), st.lists(st.text("01_ab", min_size=1, max_size=6), min_size=1))
def test_any_name_is_a_new_plain_one(called: str, names: list[str]) -> None:
    fresh = new_name(names[0], names, called)
    assert fresh not in names
    assert fresh > names[0]
    assert "/" not in fresh
    assert "." not in fresh


def test_a_copy_says_which_one_it_is() -> None:
    assert title_for("Ink and neon", "01_ink_2") == "Ink and neon (2)"
    assert title_for("Ink and neon", "01_inky") == "Ink and neon (copy)"
