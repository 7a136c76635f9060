"""What the two portrait networks of clovaai/ext_portrait_segmentation have in common.
Used by the matte words sinet and extremec3; the names of all parts are the files'."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from vj.infer.torch_finder import Look

# Levels 0..255 in BGR; the difference in deviations is divided by 255 once more, as in training.
MEAN, STD = (107.304565, 115.69884, 132.35703), (63.97182, 65.1337, 68.29726)
LOOK = Look(
    (224, 224),
    (MEAN[0] / 255, MEAN[1] / 255, MEAN[2] / 255),
    (STD[0], STD[1], STD[2]),
    bgr=True,
)


def normed(channels: int) -> nn.BatchNorm2d:
    """A batch norm as these networks have it."""
    return nn.BatchNorm2d(channels, eps=1e-3)


def doubled(x: Tensor, times: int = 2) -> Tensor:
    """Enlarge (B, C, h, w) so that the corners stay the corners."""
    if times == 1:
        return x
    size = (x.shape[2] * times, x.shape[3] * times)
    return F.interpolate(x, size, mode="bilinear", align_corners=True)


class Act(nn.Module):
    """Norm and PReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bn = normed(channels)
        self.act = nn.PReLU(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) to the same."""
        y: Tensor = self.act(self.bn(x))
        return y


class ConvAct(nn.Module):
    """Convolution, norm and PReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = normed(outputs)
        self.act = nn.PReLU(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h/stride, w/stride)."""
        y: Tensor = self.act(self.bn(self.conv(x)))
        return y
