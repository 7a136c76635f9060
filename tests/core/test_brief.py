"""A long sentence keeps where it is about and what was meant."""

from __future__ import annotations

import pytest

from vj.core.brief import brief


@pytest.mark.parametrize("most", [20, 21, 200, 300])
def test_beginning_and_end_stay(most: int) -> None:
    text = f"a.yaml:3: {'x' * 500} 'y'?"
    cut = brief(text, most)
    assert len(cut) == most and " … " in cut
    assert cut.startswith("a.yaml") and cut.endswith("'y'?")


def test_what_fits_is_as_it_was() -> None:
    assert brief("short", 5) == "short"
