"""The segmenter as a finder: picture in, log odds out, in the picture's own shape."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.matte_network import MULTIPLE, Segmenter
from vj.infer.mattes.segmenter import AREA, load, looked_at
from vj.studio.matte_batches import Recipe


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """Weights that were never trained."""
    torch.manual_seed(3)
    data = safetensors.torch.save({k: v.half() for k, v in Segmenter().state_dict().items()})
    (tmp_path / "matte.safetensors").write_bytes(data)
    return Card(
        name="matte",
        folder=str(tmp_path),
        model="segmenter",
        weights="matte.safetensors",
        sha256=hashlib.sha256(data).hexdigest(),
    )


@pytest.mark.parametrize("size", [(144, 256), (360, 640), (480, 640), (1280, 720), (90, 90)])
def test_it_looks_at_about_the_same_number_of_pixels_in_any_shape(size: tuple[int, int]) -> None:
    height, width = looked_at(size)
    assert height % MULTIPLE == width % MULTIPLE == 0
    assert 0.8 < height * width / AREA < 1.25
    assert 0.85 < (height / width) / (size[0] / size[1]) < 1.18


def test_a_camera_picture_is_looked_at_as_in_training() -> None:
    assert looked_at((360, 640)) == looked_at((1080, 1920)) == Recipe().sizes[0]
    assert looked_at((480, 640)) in Recipe().sizes


def test_the_answer_has_the_shape_it_looked_at_and_ignores_alpha(card: Card) -> None:
    finder = load(card, "cpu")
    pixels = np.random.default_rng(1).integers(0, 255, (480, 640, 4), dtype=np.uint8)
    odds = finder.find(pixels)
    assert odds.shape == looked_at((480, 640))
    assert odds.dtype == np.float32
    assert np.isfinite(odds).all()
    pixels[:, :, 3] = 0
    assert np.array_equal(finder.find(pixels), odds)


def test_it_is_small_enough() -> None:
    assert sum(weight.numel() for weight in Segmenter().parameters()) <= 600_000


def test_other_weights_are_refused(card: Card) -> None:
    other = Path(card.folder) / card.weights
    data = safetensors.torch.save({"trunk.11.weight": torch.zeros(16, 3, 3, 3)})
    other.write_bytes(data)
    strange = card.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})
    with pytest.raises(UserError, match="does not fit model 'segmenter'"):
        load(strange, "cpu")


def test_trained_weights_are_half_and_stay_finite_on_extreme_pictures(card: Card) -> None:
    finder = load(card, "cpu")
    for level in (0, 255):
        assert np.isfinite(finder.find(np.full((144, 256, 4), level, np.uint8))).all()
