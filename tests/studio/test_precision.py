"""bfloat16 is chosen where it is quick, and only there."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch

from vj.studio import precision


@pytest.mark.parametrize("slow", [torch.bfloat16, torch.float32])
def test_a_processor_is_tried(monkeypatch: pytest.MonkeyPatch, slow: torch.dtype) -> None:
    """Trainings took the slow kernels of a processor without bfloat16: 10 s a step, not 2."""

    def convolution(dtype: torch.dtype) -> Callable[[], object]:
        return lambda: time.sleep(0.02 if dtype == slow else 0.001)

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    monkeypatch.setattr(precision, "_convolution", convolution)
    assert precision.low_precision_is_quick("cpu") == (slow == torch.float32)


def test_a_trial_is_a_convolution_in_each_format() -> None:
    for dtype in (torch.float32, torch.bfloat16):
        out = precision._convolution(dtype)()
        assert isinstance(out, torch.Tensor) and out.dtype == dtype


def test_other_devices_are_known() -> None:
    assert precision.low_precision_is_quick("cuda:1")
    assert not precision.low_precision_is_quick("mps")
