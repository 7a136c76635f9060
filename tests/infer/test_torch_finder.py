"""What a torch network is shown, and what its answer is taken for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.torch_finder import Look, TorchFinder, torch_finder

LOOK = Look((32, 48), (0.5, 0.25, 0.0), (0.5, 0.1, 1.0))


class Eyes(nn.Module):
    """Remembers what it was shown; answers with two channels, or one."""

    def __init__(self, channels: int = 2) -> None:
        super().__init__()
        self.channels = channels
        self.seen = torch.zeros(0)

    def forward(self, x: Tensor) -> Tensor:
        self.seen = x
        return torch.cat((x[:, :1] * 0 + 1, x[:, :1] * 0 + 4), 1)[:, : self.channels]


def one_colour() -> np.ndarray:
    pixels = np.zeros((64, 96, 4), np.uint8)
    pixels[:] = (255, 51, 102, 7)
    return pixels


def test_the_picture_comes_stretched_and_normalised() -> None:
    eyes = Eyes()
    found = TorchFinder(eyes, LOOK, "cpu", torch.float32).find(one_colour())
    assert eyes.seen.shape == (1, 3, 32, 48) and found.shape == (32, 48)
    assert eyes.seen[0, :, 5, 5].tolist() == pytest.approx([1.0, -0.5, 0.4], abs=1e-5)


def test_bgr_is_the_other_way_round() -> None:
    eyes = Eyes()
    look = Look((32, 48), (0, 0, 0), (1, 1, 1), bgr=True)
    TorchFinder(eyes, look, "cpu", torch.float32).find(one_colour())
    assert eyes.seen[0, :, 5, 5].tolist() == pytest.approx([0.4, 0.2, 1.0], abs=1e-5)


def test_two_channels_are_a_softmax_and_one_is_a_sigmoid() -> None:
    two = TorchFinder(Eyes(2), LOOK, "cpu", torch.float32).find(one_colour())
    assert two.dtype == np.float32 and np.allclose(two, 3)
    one = TorchFinder(Eyes(1), LOOK, "cpu", torch.float32).find(one_colour())
    assert np.allclose(one, 1)
    sure = Look((32, 48), (0, 0, 0), (1, 1, 1), gain=4.0)
    assert np.allclose(TorchFinder(Eyes(1), sure, "cpu", torch.float32).find(one_colour()), 4)


def test_foreign_weights_are_refused_by_name(tmp_path: Path) -> None:
    safetensors.torch.save_file({"weight": torch.ones(2, 2)}, tmp_path / "w.safetensors")
    card = Card(name="mine", model="sinet", folder=str(tmp_path), weights="w.safetensors")
    with pytest.raises(UserError, match=r"mine.*does not fit.*weight"):
        torch_finder(nn.Linear(3, 2), LOOK, card, "cpu")
