"""Measuring a model's speed: the sample picture and the taking of turns."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.infer.fakes import BLUE, RED, ColourModel, write_style
from vj.core.gig import Gig, Rig
from vj.infer import engine, speed
from vj.infer.speed import in_turns, sample, seconds_per_picture


def test_the_sample_has_two_regions_and_is_always_the_same() -> None:
    pixels = sample((36, 64))
    assert pixels.shape == (36, 64, 4) and np.array_equal(pixels, sample((36, 64)))
    assert pixels[18, 32, 3] == 255 and pixels[0, 0, 3] == 0


def test_works_take_turns_and_the_median_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, order = [0.0], []
    lasts = {"a": itertools.cycle([1.0, 9.0, 1.0]), "b": itertools.repeat(2.0)}

    def work(name: str) -> None:
        order.append(name)
        clock[0] += next(lasts[name])

    monkeypatch.setattr(speed.time, "perf_counter", lambda: clock[0])
    assert in_turns([lambda: work("a"), lambda: work("b")], "cuda", 0.0) == [1.0, 2.0]
    assert order == ["a", "b"] * 3
    in_turns([lambda: work("b")], "cuda", 20.0)
    assert order[6:] == ["b"] * 10


def test_pictures_side_by_side_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(float(n) for n in range(100))
    monkeypatch.setattr(speed.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(speed, "shares", lambda: (4, 1))
    made: list[int] = []
    assert in_turns([lambda: made.append(torch.get_num_threads())], "cpu", 0.0) == [0.25]
    assert made == [1] * 12


def test_both_one_style_and_two_are_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_style(tmp_path / "styles" / "a.png", RED)
    write_style(tmp_path / "styles" / "b.png", BLUE)
    model = ColourModel()
    monkeypatch.setattr(engine, "load_model", lambda card, device: model)
    gig = Gig(tmp_path, Rig.model_validate({"device": "cpu"}))
    ready = engine.build_engine(gig, "passthrough", ["a", "b"], (40, 64), "cpu")
    painted = len(model.sizes)
    one, two = seconds_per_picture(ready, ["a", "b"], (40, 64), 0.0, (0.2, 0.45))
    assert len(model.sizes) - painted == 6 * speed.shares()[0] and one > 0 and two > 0
