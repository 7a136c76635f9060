"""Colours of styles come from a child process; broken pictures and a failing child cost nothing."""

from __future__ import annotations

from typing import Any

from tests.desk.hall import Hall
from vj.desk.style_colours import StyleColours


def test_the_programs_own_styles_have_colours(hall: Hall, until: Any) -> None:
    """The gig's three pictures are broken; they must not cost the others their colours."""
    colours = StyleColours(hall.gig)
    colours.follow(("a",))
    found = until(lambda: colours.found, "the colours", 60.0)
    assert "ink-wash" in found
    assert "aa-ink" not in found
    assert len(set(found.values())) > 5
    assert all(max(rgb) == 255 for rgb in found.values())
