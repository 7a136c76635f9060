"""Each wish is zero when it is fulfilled, and its weight scales it."""

from __future__ import annotations

import pytest
import torch

from tests.studio.judges import write_small_encoder
from vj.studio.eyes import Eyes, load_eyes
from vj.studio.fast_style_losses import Weights, losses, measured


@pytest.fixture(scope="module")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> Eyes:
    return load_eyes(write_small_encoder(tmp_path_factory.mktemp("eyes") / "e4.pth"))


def test_the_photo_itself_has_its_own_shapes_and_the_style_its_own_look(eyes: Eyes) -> None:
    photo, style = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64) ** 3
    wanted = measured(eyes, style)
    same = losses(Weights(), eyes, wanted, photo, photo)
    assert float(same["content"]) == 0 and float(same["style"]) > 0.1
    copied = losses(Weights(), eyes, wanted, photo, style)
    assert float(copied["style"]) < 1e-5 and float(copied["content"]) > 0.1
    flat = losses(Weights(), eyes, wanted, photo, torch.full_like(photo, 0.5))
    assert float(flat["tv"]) == 0 < float(same["tv"])


def test_a_flat_style_does_not_divide_by_nothing(eyes: Eyes) -> None:
    photo = torch.rand(2, 3, 64, 64)
    terms = losses(Weights(), eyes, measured(eyes, torch.zeros(1, 3, 32, 32)), photo, photo)
    assert all(torch.isfinite(term) for term in terms.values())


def test_weights_scale_their_terms(eyes: Eyes) -> None:
    photo, painted = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    wanted = measured(eyes, torch.rand(1, 3, 48, 48))
    one, more = (
        losses(weights, eyes, wanted, photo, painted)
        for weights in (Weights(1, 1, 1), Weights(2, 3, 4))
    )
    assert [float(more[name] / one[name]) for name in one] == pytest.approx([2, 3, 4])
