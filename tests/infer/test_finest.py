"""The last layer on packed pixels gives what it gives on unpacked ones."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from vj.infer.finest import unpacked
from vj.infer.layout import rimmed, spread


def _packed(inputs: int, size: tuple[int, int]) -> Tensor:
    return torch.randn(2, 4 * inputs, *size).contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("size", [(2, 3), (45, 80), (9, 1)])
@pytest.mark.parametrize(("inputs", "outputs"), [(8, 3), (16, 3), (5, 4)])
def test_packed_pixels_are_convolved_like_a_picture(
    inputs: int, outputs: int, size: tuple[int, int]
) -> None:
    last, x = nn.Conv2d(inputs, outputs, 3), _packed(inputs, size)
    with torch.no_grad():
        wanted = last(rimmed(spread(x, 2), 1))
        assert torch.allclose(unpacked(x, last), wanted, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_is_done_in_the_formats_of_graphics_cards(dtype: torch.dtype) -> None:
    last, x = nn.Conv2d(8, 3, 3).to(dtype), _packed(8, (9, 7)).to(dtype)
    with torch.no_grad():
        found, wanted = unpacked(x, last), last(rimmed(spread(x, 2), 1))
    assert found.dtype == dtype and torch.allclose(found, wanted, atol=0.05)


def test_what_it_answers_follows_its_weights() -> None:
    last, x = nn.Conv2d(8, 3, 3), _packed(8, (4, 6))
    with torch.no_grad():
        before = unpacked(x, last)
        last.weight.mul_(2)
        last.bias.mul_(2)  # type: ignore[union-attr]
        assert torch.allclose(unpacked(x, last), 2 * before, atol=1e-5)


def test_it_can_be_trained() -> None:
    last, x = nn.Conv2d(8, 3, 3), _packed(8, (4, 6)).requires_grad_()
    trained = unpacked(x, last)
    assert torch.equal(trained, last(rimmed(spread(x, 2), 1)))
    trained.sum().backward()
    assert last.weight.grad is not None and x.grad is not None
