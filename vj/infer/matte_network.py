"""The network that tells people from what is behind them, small enough for every camera picture.
Trained by `vj.studio.train_matte`, used live by the matte `segmenter`.

The trunk is SqueezeNet 1.0 (Iandola et al. 2016) up to fire7, with a third of its first filters,
and starts from its ImageNet weights: what a body can look like was learnt from far more pictures
than there are masks to train on. A second, shallow path keeps the outline sharp.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.errors import UserError

MULTIPLE = 16  # height and width of the pictures it takes
FIRST = 32  # filters that look at the picture itself, at half its size: the dearest ones
FIRES = {  # channels: in, squeezed, out of each of the two ways
    "fire2": (FIRST, 16, 64),
    "fire3": (128, 16, 64),
    "fire4": (128, 32, 128),
    "fire5": (256, 32, 128),
    "fire6": (256, 48, 192),
    "fire7": (384, 48, 192),
}
CONTEXT = 64  # channels where the whole picture is seen at once


class Fire(nn.Module):
    """A narrow layer that feeds a 1x1 and a 3x3 convolution side by side."""

    def __init__(self, inputs: int, narrow: int, wide: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, narrow, 1)
        self.expand1x1 = nn.Conv2d(narrow, wide, 1)
        self.expand3x3 = nn.Conv2d(narrow, wide, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, 2 * wide, h, w)."""
        x = F.relu_(self.squeeze(x))
        return F.relu_(torch.cat((self.expand1x1(x), self.expand3x3(x)), 1))


class Segmenter(nn.Module):
    """RGB pictures to the odds of a person at every pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.ModuleDict({"conv1": nn.Conv2d(3, FIRST, 7, 2, padding=3)})
        self.trunk.update({name: Fire(*channels) for name, channels in FIRES.items()})
        self.squeeze = _conv(384, CONTEXT, 1)
        self.context = nn.ModuleList(_conv(CONTEXT, CONTEXT, reach=reach) for reach in (1, 2))
        self.everywhere = nn.Linear(CONTEXT, CONTEXT)
        self.middle = _conv(CONTEXT, CONTEXT)
        self.bridge = _conv(256, CONTEXT, 1)
        self.outline = _conv(CONTEXT, 48)
        self.side = _conv(FIRST, 32, 1)
        self.detail = _conv(48, 32)
        self.rim = _conv(48, 32)
        self.head = _conv(32, 16)
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
                if part.bias is not None:
                    nn.init.zeros_(part.bias)
        with torch.no_grad():
            # paths add up, and the trunk is loud: begin near "perhaps", or the first steps silence
            # whole layers
            for part, share in (
                (self.squeeze, 0.25),
                (self.bridge, 0.15),
                (self.side, 0.3),
                (self.everywhere, 0.1),
                (self.head, 0.05),
            ):
                part.weight.mul_(share)
            for name, weight in self.context.named_parameters():
                weight.mul_(0.5 if name.endswith("weight") else 1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, h, w) RGB 0..1, h and w multiples of MULTIPLE, to (B, 1, h, w) log odds."""
        x = F.relu_(self.trunk["conv1"](pictures))  # (B, FIRST, h/2, w/2)
        x = half = _halved(x)
        for name in ("fire2", "fire3", "fire4"):
            x = self.trunk[name](x)
        quarter = x  # (B, 256, h/4, w/4)
        x = _halved(x)
        for name in ("fire5", "fire6", "fire7"):
            x = self.trunk[name](x)
        seen = F.relu_(self.squeeze(x))  # (B, CONTEXT, h/8, w/8)
        y = F.avg_pool2d(seen, 2)
        for conv in self.context:
            y = y + F.relu(conv(y))
        y = y + self.everywhere(y.mean((2, 3)))[:, :, None, None]
        y = F.relu_(self.middle(_doubled(y) + seen))
        y = F.relu_(self.outline(_doubled(y) + self.bridge(quarter)))  # (B, 48, h/4, w/4)
        fine = self.detail(F.pixel_unshuffle(pictures, 4)) + self.side(half)
        y = F.relu_(self.rim(y) + fine)
        return F.pixel_shuffle(self.head(y), 4)

    def start_from(self, encoder: Mapping[str, Tensor]) -> None:
        """Begin with a trunk that was trained before; `encoder`: what vj.studio.imagenet makes.

        Raises: UserError when it is another network.
        """
        own = {name: encoder[name] for name in self.trunk.state_dict() if name in encoder}
        try:
            self.trunk.load_state_dict(own)
        except RuntimeError as error:
            raise UserError(f"the encoder does not fit the trunk of the matte: {error}") from error


def _conv(inputs: int, outputs: int, size: int = 3, reach: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, padding=reach * (size // 2), dilation=reach)


def _halved(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 3, 2, 1)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
