"""The quick ways of moving pixels give exactly what the plain operations give."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from vj.infer.layout import columns, framed_gathered, gathered, rimmed, spread


def _picture(channels: int, height: int, width: int, dtype: torch.dtype) -> torch.Tensor:
    x = torch.arange(channels * height * width, dtype=torch.float32) % 251
    picture = x.view(1, channels, height, width).to(dtype)
    return picture.contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [(4, 6), (45, 80), (9, 3)])
@pytest.mark.parametrize("n", [2, 4])
def test_framed_gathered_is_gathered_cat_and_pad(
    n: int, size: tuple[int, int], dtype: torch.dtype
) -> None:
    before, x = _picture(20, *size, dtype), _picture(3, n * size[0], n * size[1], dtype) + 1
    packed = gathered(x, n)
    wanted = F.pad(torch.cat((before, packed), 1), (1, 1, 1, 1), mode="reflect")
    assert torch.equal(framed_gathered(x, n, before), wanted)
    assert torch.equal(framed_gathered(x, n, before.clone().requires_grad_()), wanted)
    alone = F.pad(packed, (1, 1, 1, 1), mode="reflect")
    assert torch.equal(framed_gathered(x, n), alone)
    assert torch.equal(framed_gathered(x.contiguous(), n), alone)  # not in channels_last
    assert torch.equal(framed_gathered(x.clone().requires_grad_(), n), alone)


def test_spread_undoes_gathered() -> None:
    x = _picture(3, 16, 24, torch.float32)
    for n in (2, 4):
        assert torch.equal(spread(gathered(x, n), n), x)


@pytest.mark.parametrize("rim", [1, 2])
@pytest.mark.parametrize("format", [torch.contiguous_format, torch.channels_last])
def test_a_rim_and_its_gradient_are_those_of_pad(rim: int, format: torch.memory_format) -> None:
    x = torch.randn(2, 3, 6, 7, dtype=torch.float64).contiguous(memory_format=format)
    weight = torch.randn(2, 3, 6 + 2 * rim, 7 + 2 * rim, dtype=torch.float64)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    framed = rimmed(ours, rim)
    padded = F.pad(theirs, (rim,) * 4, mode="reflect")
    assert torch.equal(framed, padded)
    (framed * weight).sum().backward()
    (padded * weight).sum().backward()
    assert ours.grad is not None and theirs.grad is not None
    assert torch.allclose(ours.grad, theirs.grad)


def test_columns_are_the_transposed_maps() -> None:
    maps = torch.rand(3, 5, 7)
    assert torch.equal(columns(maps, torch.float32), maps.flatten(1).T)
    rounded = columns(maps, torch.bfloat16)
    assert rounded.dtype == torch.bfloat16 and rounded.is_contiguous()
    assert torch.equal(rounded, maps.flatten(1).T.bfloat16())
