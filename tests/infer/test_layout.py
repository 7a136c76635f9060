"""The quick ways of moving pixels give exactly what the plain operations give."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from vj.infer.layout import framed_spread, gathered, joined, spread


def _picture(channels: int, height: int, width: int, dtype: torch.dtype) -> torch.Tensor:
    x = torch.arange(channels * height * width, dtype=torch.float32) % 251
    picture = x.view(1, channels, height, width).to(dtype)
    return picture.contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [(4, 6), (45, 80), (9, 3)])
def test_joined_is_cat_and_pad(size: tuple[int, int], dtype: torch.dtype) -> None:
    first, second = _picture(20, *size, dtype), _picture(12, *size, dtype) + 1
    wanted = F.pad(torch.cat((first, second), 1), (1, 1, 1, 1), mode="reflect")
    assert torch.equal(joined(first, second), wanted)
    learning = first.clone().requires_grad_()
    assert torch.equal(joined(learning, second), wanted)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [(4, 6), (45, 80), (9, 3)])
def test_framed_spread_is_spread_and_pad(size: tuple[int, int], dtype: torch.dtype) -> None:
    x = _picture(32, *size, dtype)
    wanted = F.pad(spread(x, 2), (1, 1, 1, 1), mode="reflect")
    assert torch.equal(framed_spread(x), wanted)
    assert torch.equal(framed_spread(x.clone().requires_grad_()), wanted)


def test_spread_undoes_gathered() -> None:
    x = _picture(3, 16, 24, torch.float32)
    for n in (2, 4):
        assert torch.equal(spread(gathered(x, n), n), x)
