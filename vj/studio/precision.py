"""Whether a training is quicker in bfloat16 on this machine; found out by trying.
Used by vj.studio.train_brush and vj.studio.train_matte.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F

from vj.infer.load import quickest_dtype


def low_precision_is_quick(device: str) -> bool:
    """Tell whether bfloat16 trains convolutions faster than float32 on this device.

    Processors without instructions for it take kernels that are several times slower.
    """
    kind = device.split(":")[0]
    return kind == "cuda" or quickest_dtype(kind, _convolution) == torch.bfloat16


def _convolution(dtype: torch.dtype) -> Callable[[], object]:
    x = torch.ones(2, 32, 96, 96, dtype=dtype).to(memory_format=torch.channels_last)
    weight = torch.ones(64, 32, 3, 3, dtype=dtype)
    return lambda: F.conv2d(x, weight)
