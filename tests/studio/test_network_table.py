"""The table of networks: its words, its place in a page, its sample pictures."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import pytest

from tests.conftest import ROOT
from tests.studio.stylizing import picture, write_picture
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.studio.network_table import BEGIN, END, draw_samples, put, table
from vj.studio.networks import Figures, Versus

FIGURES = [
    Figures("brush", "brush", 1_627_000, 6.331, 0.05, 0.055, "MIT"),
    Figures("tiny", "fast_style", 86_000, 231.4, 0.4, 0.4, ""),
]


def test_the_table_says_what_was_measured() -> None:
    text = table(FIGURES, {"sanet": Versus(0.05, 0.3, 0.1)}, "cpu", Path("pictures/models"))
    assert "Measured at 640x360 on " in text
    assert (
        "| `brush` | 1.63 M | 6.33 | 20 | 1.10 | one | MIT | ![brush](pictures/models/brush.jpg) |"
        in text
    )
    assert "| `tiny` | 86 k | 231 | 2.5 |  | one, a network per style | not stated |" in text
    assert "`sanet` takes 50.0 ms" in text and "6.0 times as long (4.0 times without" in text
    assert "![" not in table(FIGURES, {}, "cpu", None)


def test_a_page_keeps_everything_but_what_is_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for text in ("one", "two"):
        put(text, page)
    assert page.read_text() == f"before\n{BEGIN}\ntwo\n{END}\nafter\n"
    page.write_text("no marks\n")
    with pytest.raises(UserError, match="lacks the marks"):
        put("one", page)


def test_the_page_of_networks_has_its_place_for_the_table() -> None:
    text = (ROOT / "docs" / "models.md").read_text()
    assert text.count(BEGIN) == text.count(END) == 1
    shown = {path.stem for path in (ROOT / "docs" / "pictures" / "models").glob("*.jpg")}
    assert set(re.findall(r"\]\(pictures/models/([^)]*)\.jpg\)", text)) == shown


def test_samples_are_painted(tmp_path: Path) -> None:
    photo = write_picture(tmp_path / "photo.png")
    draw_samples(open_gig(ROOT), ["passthrough"], photo, "ink-wash", tmp_path / "out", "cpu")
    sample = cv2.imread(str(tmp_path / "out" / "passthrough.jpg"))
    assert sample.shape == picture().shape
