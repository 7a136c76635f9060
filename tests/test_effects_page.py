"""docs/effects.md is what its program would write: every effect, with a picture made by it."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import cv2
import numpy as np
import pytest

from tests.conftest import ROOT
from vj.core.gig import open_gig

MOST_BYTES, MOST_OF_ONE = 1_500_000, 40_000


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_effects", ROOT / "docs/make_effects.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_every_effect_and_what_was_set_for_it(program: ModuleType) -> None:
    gig = open_gig(ROOT)
    text = program.PAGE.read_text(encoding="utf-8")
    assert text == program.page(gig), "out of date: run  python docs/make_effects.py EFFECT"
    for name in program.effects(gig.table):
        program.values_of(gig.table, name)  # every knob named exists
        assert f"## {name}\n" in text


def test_every_effect_has_a_small_picture_of_its_own(program: ModuleType) -> None:
    text = program.PAGE.read_text(encoding="utf-8")
    named = {ROOT / "docs" / name for name in re.findall(r"!\[.*?\]\((.+?)\)", text)}
    assert named == set(program.PICTURES.iterdir())
    sizes = [path.stat().st_size for path in named]
    assert max(sizes) <= MOST_OF_ONE and sum(sizes) <= MOST_BYTES
    pictures = {path.stem: cv2.imread(str(path)).astype(int) for path in sorted(named)}
    for name, picture in pictures.items():
        assert picture.std() > 10, f"{name} shows nothing"
        others = [other for other in pictures if other != name]
        nearest = min(np.abs(picture - pictures[other]).mean() for other in others)
        assert nearest > 0.4, f"{name} looks like another"
