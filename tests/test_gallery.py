"""docs/gallery.md is what its program would write: every style and card that ships, in pictures."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import numpy as np
import pytest

from tests.conftest import ROOT
from vj.capture.dancer.picture import Dancer
from vj.core.gig import open_gig
from vj.infer.engine import build_engine

MOST_BYTES = 1_900_000


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs/make_gallery.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_every_style_and_names_every_card(program: ModuleType) -> None:
    gig = open_gig(ROOT)
    text = program.PAGE.read_text(encoding="utf-8")
    assert text == program.page(gig), "out of date: run  python docs/make_gallery.py"
    assert all(f"### {style}\n" in text for style in gig.style_files)
    assert all(f"| `{card}` |" in text for card in gig.card_files)


def test_its_pictures_are_there_and_small(program: ModuleType) -> None:
    text = program.PAGE.read_text(encoding="utf-8")
    named = {ROOT / "docs" / name for name in re.findall(r"!\[.*?\]\((.+?)\)", text)}
    assert named == set(program.PICTURES.iterdir())
    assert sum(path.stat().st_size for path in named) < MOST_BYTES


def test_it_paints_with_what_ships(program: ModuleType) -> None:
    gig = open_gig(ROOT)
    dancer = Dancer(96, 128).draw(3.0)
    seen = program.with_people(dancer, gig)
    assert 0 < seen[..., 3].mean() < 128
    engine = build_engine(gig, "brush", [], (96, 128), "cpu")
    _, painted = program.style_row(gig, engine, "ink-wash", [seen])
    assert painted.shape == seen.shape and np.abs(painted.astype(int) - seen)[..., :3].mean() > 4
    drawing, painting = next(program.drawn_rows(gig, "edges-oil", [seen]))
    assert set(np.unique(drawing[..., :3])) <= {0, 255} and painting[..., :3].std() > 4
