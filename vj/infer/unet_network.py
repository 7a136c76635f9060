"""The U-Nets of thuyngch/Human-Segmentation-PyTorch, which tell people from the rest.
Used by the matte words unet_resnet18 and unet_mobilenet; the names of all parts are the files'.

Source: Ronneberger et al. 2015; the encoders are He et al. 2016 and Sandler et al. 2018.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.infer.torch_finder import Look

LOOK = Look((320, 320), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
# factor, channels, blocks, stride of MobileNetV2's stages
MOBILE = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
          (6, 160, 3, 2), (6, 320, 1, 1))  # fmt: skip
MOBILE_SKIPS = (1, 3, 6, 13, 18)  # places in its features whose outputs the decoder takes


class Residual(nn.Module):
    """Two 3x3 convolutions and a way around them, ResNet's basic block."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            around = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(around, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h/stride, w/stride)."""
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class Inverted(nn.Module):
    """Widen, look around in every channel by itself, narrow: MobileNetV2's block."""

    def __init__(self, inputs: int, outputs: int, stride: int, factor: int) -> None:
        super().__init__()
        wide = inputs * factor
        parts: list[nn.Module] = []
        if factor != 1:
            parts += _normed(nn.Conv2d(inputs, wide, 1, bias=False))
        parts += _normed(nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False))
        parts += _normed(nn.Conv2d(wide, outputs, 1, bias=False))[:2]
        self.conv = nn.Sequential(*parts)
        self._around = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h/stride, w/stride)."""
        y: Tensor = self.conv(x)
        return x + y if self._around else y


def _normed(conv: nn.Conv2d) -> list[nn.Module]:
    return [conv, nn.BatchNorm2d(conv.out_channels), nn.ReLU6()]


class ResNet18(nn.Module):
    """The encoder with residual blocks; its pooling is 2x2, unlike the original's 3x3."""

    channels = (64, 64, 128, 256, 512)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        before = 64
        for number, wide in enumerate(self.channels[1:], 1):
            first = Residual(before, wide, 1 if number == 1 else 2)
            setattr(self, f"layer{number}", nn.Sequential(first, Residual(wide, wide)))
            before = wide

    def forward(self, x: Tensor) -> list[Tensor]:
        """(B, 3, h, w) to five levels at 1/2, 1/4, 1/8, 1/16, 1/32 of the size."""
        seen = [F.relu(self.bn1(self.conv1(x)))]
        y = F.max_pool2d(seen[0], 2)
        for number in range(1, 5):
            y = getattr(self, f"layer{number}")(y)
            seen.append(y)
        return seen


class MobileNetV2(nn.Module):
    """The encoder with inverted blocks."""

    channels = (16, 24, 32, 96, 1280)

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [nn.Sequential(*_normed(nn.Conv2d(3, 32, 3, 2, 1, bias=False)))]
        before = 32
        for factor, wide, blocks, stride in MOBILE:
            for block in range(blocks):
                parts.append(Inverted(before, wide, stride if block == 0 else 1, factor))
                before = wide
        parts.append(nn.Sequential(*_normed(nn.Conv2d(before, 1280, 1, bias=False))))
        self.features = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> list[Tensor]:
        """(B, 3, h, w) to five levels at 1/2, 1/4, 1/8, 1/16, 1/32 of the size."""
        seen = []
        for place, part in enumerate(self.features):
            x = part(x)
            if place in MOBILE_SKIPS:
                seen.append(x)
        return seen


class Up(nn.Module):
    """Twice the size, joined with the encoder's level of that size, and one block."""

    def __init__(self, inputs: int, outputs: int, block: nn.Module) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
        self.block_unit = block

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        """(B, inputs, h, w) and (B, outputs, 2h, 2w) to (B, outputs, 2h, 2w)."""
        y: Tensor = self.block_unit(torch.cat((self.deconv(x), level), 1))
        return y


class UNet(nn.Module):
    """Pictures to two numbers per pixel, background and person, before any softmax."""

    def __init__(self, mobile: bool) -> None:
        super().__init__()
        self.backbone = MobileNetV2() if mobile else ResNet18()
        before = self.backbone.channels[4]
        for number, wide in enumerate(self.backbone.channels[3::-1], 1):
            block = Inverted(2 * wide, wide, 1, 6) if mobile else Residual(2 * wide, wide)
            setattr(self, f"decoder{number}", Up(before, wide, block))
            before = wide
        self.conv_last = nn.Sequential(
            nn.Conv2d(before, 3, 3, padding=1), nn.Conv2d(3, 2, 3, padding=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, h, w), sides multiples of 32, to (B, 2, h, w)."""
        seen = self.backbone(x)
        y = seen[4]
        for number in range(1, 5):
            y = getattr(self, f"decoder{number}")(y, seen[4 - number])
        y = self.conv_last(y)
        return F.interpolate(y, x.shape[2:], mode="bilinear", align_corners=True)
