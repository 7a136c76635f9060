"""Whether a training is quicker in bfloat16 on this machine; found out by trying.
Used by vj.studio.train_brush and vj.studio.train_matte.
"""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F


def low_precision_is_quick(device: str) -> bool:
    """Tell whether bfloat16 trains convolutions faster than float32 on this device.

    Processors without instructions for it take kernels that are ten and more times slower.
    """
    kind = device.split(":")[0]
    if kind != "cpu":
        return kind == "cuda"
    times: dict[torch.dtype, list[float]] = {torch.float32: [], torch.bfloat16: []}
    for _ in range(4):
        for dtype, spent in times.items():
            began = time.perf_counter()
            _step(dtype)
            spent.append(time.perf_counter() - began)
    return min(times[torch.bfloat16][1:]) < min(times[torch.float32][1:])


def _step(dtype: torch.dtype) -> None:
    x = torch.ones(2, 32, 48, 48, dtype=dtype).to(memory_format=torch.channels_last)
    weight = torch.ones(64, 32, 3, 3, dtype=dtype, requires_grad=True)
    F.conv2d(x, weight).sum().backward()  # type: ignore[no-untyped-call]
