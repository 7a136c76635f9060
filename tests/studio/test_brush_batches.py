"""A training step's batch: the same for its number however it was made, and fair in its motion."""

from __future__ import annotations

from itertools import islice

import cv2
import numpy as np
import pytest
import torch

from vj.studio.brush_batches import Drift, Recipe, Steps, batches
from vj.studio.pictures import Picture

RECIPE = Recipe(batch=4, sizes=(48, 64), plate=56)


@pytest.fixture(scope="module")
def steps() -> Steps:
    chance = np.random.default_rng(3)

    def picture() -> Picture:
        coarse = chance.integers(0, 255, (8, 8, 3), dtype=np.uint8)
        return np.asarray(cv2.resize(coarse, (100, 90), interpolation=cv2.INTER_CUBIC), np.uint8)

    return Steps(RECIPE, [picture() for _ in range(3)], [picture() for _ in range(3)], seed=5)


def test_a_step_is_the_same_whoever_makes_it(steps: Steps) -> None:
    here = list(islice(batches(steps, 7, 0), 3))
    there = list(islice(batches(steps, 7, 2), 3))
    for a, b in zip(here, there, strict=True):
        assert torch.equal(a.wide, b.wide) and torch.equal(a.plates, b.plates)
        assert (a.drift.down, a.drift.turn, a.to_self) == (b.drift.down, b.drift.turn, b.to_self)
    assert not torch.equal(here[0].plates, here[1].plates)


def test_a_batch_reaches_the_device_as_pictures(steps: Steps) -> None:
    batch = steps[1].to("cpu")
    assert batch.wide.shape == (4, 3, batch.size + 16, batch.size + 16)
    assert batch.wide.dtype == torch.float32 and 0.5 < float(batch.wide.max()) <= 1
    assert batch.wide.is_contiguous(memory_format=torch.channels_last)
    assert batch.size in RECIPE.sizes and batch.plates.shape == (4, 3, 56, 56)
    assert float(batch.share[:-1].abs().max()) == 0 < float(batch.share[-1])


def test_a_painter_that_moves_along_is_not_blamed() -> None:
    dice = torch.Generator().manual_seed(1)
    wide = torch.rand(2, 3, 48 + 16, 48 + 16)
    still = 1 - wide[:, :, 8:-8, 8:-8]
    for _ in range(20):
        drift = Drift.shift(dice)
        moved = 1 - drift.moved(wide, 48)
        assert float(drift.apart(still, moved)) < 1e-12
        lattice = moved.clone()
        lattice[:, :, ::4] += 0.2
        assert float(drift.apart(still, lattice)) > 1e-3
    bent = Drift.bend(dice, 48)
    smooth = torch.nn.functional.interpolate(torch.rand(2, 3, 5, 5), (64, 64), mode="bicubic")
    kept = bent.apart(1 - smooth[:, :, 8:-8, 8:-8], 1 - bent.moved(smooth, 48))
    assert float(kept) < 2e-3
