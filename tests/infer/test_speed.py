"""Measuring a model's speed: the sample picture and the counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.infer.fakes import BLUE, RED, ColourModel, write_style
from vj.core.gig import Gig, Rig
from vj.infer import engine
from vj.infer.speed import pictures_per_second, sample


def test_the_sample_has_two_regions_and_is_always_the_same() -> None:
    pixels = sample((36, 64))
    assert pixels.shape == (36, 64, 4) and np.array_equal(pixels, sample((36, 64)))
    assert pixels[18, 32, 3] == 255 and pixels[0, 0, 3] == 0


def test_the_rate_counts_what_was_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_style(tmp_path / "styles" / "a.png", RED)
    write_style(tmp_path / "styles" / "b.png", BLUE)
    model = ColourModel()
    monkeypatch.setattr(engine, "load_model", lambda card, device: model)
    gig = Gig(tmp_path, Rig.model_validate({"device": "cpu"}))
    rate = pictures_per_second(gig, "passthrough", (40, 64), 0.2)
    painted = len(model.sizes) - 2  # two were painted to warm up
    assert painted >= 1 and rate == pytest.approx(painted / 0.2, rel=0.5)
