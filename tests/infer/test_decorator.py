"""The patch swap without a loop over positions equals the published one with it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vj.infer import decorator
from vj.infer.decorator import swapped


def published(content: Tensor, style: Tensor, size: int, stride: int) -> Tensor:
    """The official reassembly, from its description: kernels, a one-hot map in Python, deconv."""
    rim = size // 2
    padded = functional.pad(style, (rim,) * 4)
    kernels = padded.unfold(2, size, stride).unfold(3, size, stride)[0]
    kernels = kernels.permute(1, 2, 0, 3, 4).reshape(-1, style.shape[1], size, size)
    lengths = kernels.flatten(1).norm(dim=1).clamp_min(1e-12).view(-1, 1, 1, 1)
    score = functional.conv2d(functional.pad(content, (rim,) * 4), kernels / lengths)
    best, one_hot = score[0].argmax(0), torch.zeros_like(score)
    for row in range(best.shape[0]):
        for column in range(best.shape[1]):
            one_hot[0, best[row, column], row, column] = 1
    laid = functional.conv_transpose2d(one_hot, kernels)
    count = functional.conv_transpose2d(
        torch.ones_like(one_hot[:, :1]), kernels.new_ones(1, 1, size, size)
    )
    whole = laid / count
    return whole[..., rim : rim + content.shape[2], rim : rim + content.shape[3]]


@pytest.mark.parametrize("size", [1, 3, 5])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("entries", [1, 10**7])
def test_it_is_the_published_swap(
    monkeypatch: pytest.MonkeyPatch, size: int, stride: int, entries: int
) -> None:
    monkeypatch.setattr(decorator, "ENTRIES", entries)
    torch.manual_seed(1)
    content = torch.randn(1, 6, 7, 9, dtype=torch.float64)
    style = torch.randn(1, 6, 8, 6, dtype=torch.float64)
    wanted = published(content, style, size, stride)
    assert torch.allclose(swapped(content, style, size, stride), wanted, atol=1e-9)


def test_maps_smaller_than_a_patch() -> None:
    torch.manual_seed(2)
    content, style = torch.randn(1, 4, 1, 2).double(), torch.randn(1, 4, 2, 1).double()
    assert torch.allclose(swapped(content, style, 5, 1), published(content, style, 5, 1))


def test_a_map_swapped_with_itself_is_itself() -> None:
    torch.manual_seed(3)
    features = torch.randn(1, 16, 9, 11)
    assert torch.allclose(swapped(features, features), features, atol=1e-5)


def test_a_patch_without_length_is_never_chosen() -> None:
    style = torch.zeros(1, 4, 9, 9)
    style[..., 8] = 1.0
    made = swapped(torch.rand(1, 4, 5, 5) + 0.1, style, 1)
    assert torch.equal(made, torch.ones(1, 4, 5, 5))


def test_it_is_much_faster_than_the_loop() -> None:
    """In processor time, on a map small enough for the loop; larger ones gain more."""
    torch.manual_seed(4)
    content, style = torch.randn(1, 256, 15, 20), torch.randn(1, 256, 32, 32)

    def fastest(run: Callable[[Tensor, Tensor, int, int], Tensor]) -> float:
        times = []
        for _ in range(3):
            began = time.process_time()
            run(content, style, 3, 1)
            times.append(time.process_time() - began)
        return min(times)

    assert fastest(swapped) < fastest(published) / 3
