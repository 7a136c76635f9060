"""The network that tells people from what is behind them, small enough for every camera picture.
Trained by `vj.studio.train_matte`, used live by the matte `segmenter`.

The trunk looks at half the picture's size and can start from the 16 times smaller VGG-19 encoder of
Wang et al. 2020 (Collaborative Distillation, MIT); a second, shallow path keeps the outline sharp.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.errors import UserError

MULTIPLE = 16  # height and width of the pictures it takes
TRUNK = (
    (("11", 3, 16), ("12", 16, 16)),
    (("21", 16, 32), ("22", 32, 32)),
    (("31", 32, 64), ("32", 64, 64), ("33", 64, 64), ("34", 64, 64)),
    (("41", 64, 128),),
)
CONTEXT = 80  # channels at a sixteenth of the size, where the whole picture is seen at once


class Segmenter(nn.Module):
    """RGB pictures to the odds of a person at every pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.ModuleDict({name: _conv(i, o) for level in TRUNK for name, i, o in level})
        self.squeeze = _conv(128, CONTEXT, 1)
        self.context = nn.ModuleList(_conv(CONTEXT, CONTEXT, reach=reach) for reach in (1, 2, 1))
        self.everywhere = nn.Linear(CONTEXT, CONTEXT)
        self.bridge = _conv(64, CONTEXT, 1)
        self.middle = _conv(CONTEXT, 48)
        self.side = _conv(32, 48, 1)
        self.detail = _conv(48, 48)
        self.outline = _conv(48, 32)
        self.head = _conv(32, 16)
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
                if part.bias is not None:
                    nn.init.zeros_(part.bias)
        with torch.no_grad():
            # three paths add up: begin near "perhaps", or the first steps silence whole layers
            for part, share in ((self.head, 0.02), (self.everywhere, 0.1), (self.detail, 0.5)):
                part.weight.mul_(share)
            for name, weight in self.context.named_parameters():
                weight.mul_(0.5 if name.endswith("weight") else 1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, h, w) RGB 0..1, h and w multiples of MULTIPLE, to (B, 1, h, w) log odds."""
        fine = self.detail(F.pixel_unshuffle(pictures, 4))  # (B, 48, h/4, w/4)
        x = F.avg_pool2d(pictures, 2)
        seen = []
        for level, convs in enumerate(TRUNK):
            if level:
                x = F.max_pool2d(x, 2)
            for name, _, _ in convs:
                x = F.relu(self.trunk[name](x))
            seen.append(x)
        y = F.relu(self.squeeze(seen[3]))  # (B, CONTEXT, h/16, w/16)
        for conv in self.context:
            y = y + F.relu(conv(y))
        y = y + self.everywhere(y.mean((2, 3)))[:, :, None, None]
        y = F.relu(self.middle(_doubled(y) + self.bridge(seen[2])))  # (B, 48, h/8, w/8)
        y = F.relu(self.outline(_doubled(y) + self.side(seen[1]) + fine))  # (B, 32, h/4, w/4)
        return F.pixel_shuffle(self.head(y), 4)

    def start_from(self, encoder: Mapping[str, Tensor]) -> None:
        """Begin with the trunk of a trained encoder: conv0 (its colours) to conv41.

        Raises: UserError when it is another network.
        """
        try:
            for name, conv in self.trunk.items():
                weight, bias = encoder[f"conv{name}.weight"], encoder[f"conv{name}.bias"]
                if name == "11":
                    colour = encoder["conv0.weight"][:, :, 0, 0]
                    bias = bias + torch.einsum("oikl,i->o", weight, encoder["conv0.bias"])
                    weight = torch.einsum("oikl,ij->ojkl", weight, colour)
                conv.load_state_dict({"weight": weight, "bias": bias})
        except (KeyError, RuntimeError) as error:
            raise UserError(f"the encoder does not fit the trunk of the matte: {error}") from error


def _conv(inputs: int, outputs: int, size: int = 3, reach: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, padding=reach * (size // 2), dilation=reach)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
