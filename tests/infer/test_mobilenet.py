"""The predictor's padding and shapes; the whole is compared with the TFLite file elsewhere."""

from __future__ import annotations

import torch

from vj.infer.mobilenet import VECTOR, Predictor, SameConv


def test_same_padding_is_tensorflow_s() -> None:
    """Stride 2 on even sides pads right and below only; on odd sides all round."""
    conv = SameConv(1, 1, 3, 2)
    torch.nn.init.ones_(conv.conv.weight)
    torch.nn.init.zeros_(conv.conv.bias)
    x = torch.arange(16.0).view(1, 1, 4, 4)
    assert conv(x)[0, 0].tolist() == [[45.0, 39.0], [66.0, 50.0]]
    assert conv(torch.ones(1, 1, 5, 5))[0, 0].tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]


def test_any_size_becomes_one_vector() -> None:
    torch.manual_seed(0)
    predictor = Predictor().eval()
    for size in ((64, 64), (37, 90)):
        assert predictor(torch.rand(2, 3, *size)).shape == (2, VECTOR)
    assert round(sum(p.numel() for p in predictor.parameters()) / 1e6, 2) == 2.33
