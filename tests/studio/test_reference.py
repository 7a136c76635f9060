"""The generated pages in docs/ are what the program would write now."""

from __future__ import annotations

import pytest

from vj.studio.reference import pages


@pytest.mark.parametrize("path", list(pages()), ids=lambda path: path.name)
def test_the_page_is_up_to_date(path) -> None:  # type: ignore[no-untyped-def]
    assert path.read_text(encoding="utf-8") == pages()[path], "out of date: run  make docs"
