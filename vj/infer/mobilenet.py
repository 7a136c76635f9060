"""The style predictor of Magenta: MobileNetV2 as TensorFlow computes it, norms folded in.
Called by vj.infer.models.magenta.

Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

VECTOR = 100  # numbers that say a style
# expansion, channels, repeats, first stride
STAGES = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip


class SameConv(nn.Module):
    """A convolution with TensorFlow's SAME padding: what is odd of it goes right and below."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        rims = [0, 0, 0, 0]
        for place, side in ((2, x.shape[2]), (0, x.shape[3])):
            steps = -(-side // self.stride)
            total = max((steps - 1) * self.stride + self.kernel - side, 0)
            rims[place : place + 2] = total // 2, total - total // 2
        y: Tensor = self.conv(functional.pad(x, rims) if any(rims) else x)
        return y


class Inverted(nn.Module):
    """MobileNetV2's block: widen, convolve each channel alone, narrow; added if shapes allow."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = SameConv(inputs, wide) if expansion > 1 else None
        self.depthwise = SameConv(wide, wide, 3, stride, wide)
        self.project = SameConv(wide, outputs)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu6(self.expand(x)) if self.expand else x
        y = self.project(functional.relu6(self.depthwise(y)))
        return torch.add(x, y) if self.adds else y


class Predictor(nn.Module):
    """Pictures (B, 3, h, w) 0..1, 256 pixels in training, to style vectors (B, 100)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SameConv(3, 32, 3, 2)
        blocks, width = [], 32
        for expansion, channels, repeats, stride in STAGES:
            for number in range(repeats):
                blocks.append(Inverted(width, channels, expansion, 1 if number else stride))
                width = channels
        self.blocks = nn.Sequential(*blocks)
        self.last = SameConv(width, 1280)
        self.vector = nn.Linear(1280, VECTOR)

    def forward(self, picture: Tensor) -> Tensor:
        x = functional.relu6(self.first(picture))
        x = functional.relu6(self.last(self.blocks(x)))
        y: Tensor = self.vector(x.mean((2, 3)))
        return y
