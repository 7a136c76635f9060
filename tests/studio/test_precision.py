"""bfloat16 is chosen where it is quick, and only there."""

from __future__ import annotations

import pytest
import torch

from vj.studio import precision


@pytest.mark.parametrize("slow", [torch.bfloat16, torch.float32])
def test_a_processor_is_tried(monkeypatch: pytest.MonkeyPatch, slow: torch.dtype) -> None:
    """Trainings took the slow kernels of a processor without bfloat16: 10 s a step, not 0.5."""
    clock = [0.0]

    def step(dtype: torch.dtype) -> None:
        clock[0] += 0.02 if dtype == slow else 0.01

    monkeypatch.setattr(precision, "_step", step)
    monkeypatch.setattr(precision.time, "perf_counter", lambda: clock[0])
    assert precision.low_precision_is_quick("cpu") == (slow == torch.float32)


def test_the_trial_runs_and_other_devices_are_known() -> None:
    assert precision.low_precision_is_quick("cpu") in (False, True)
    assert precision.low_precision_is_quick("cuda:1")
    assert not precision.low_precision_is_quick("mps")
