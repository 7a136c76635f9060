"""People found by SINet, 87 thousand weights, meant for head and shoulders before a camera.
Loaded by vj.infer.mattes_ready for cards with `model: sinet`; the parts' names are the files'.

Source: Park et al. 2020, clovaai/ext_portrait_segmentation (MIT): layout and numbers from there.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.card import Card
from vj.infer.mattes import Finder
from vj.infer.portrait import LOOK, Act, ConvAct, doubled, normed
from vj.infer.torch_finder import torch_finder

# kernel and shrinking of the two branches of each module
EARLY = (((3, 1), (5, 1)), ((3, 1), (3, 1)))
LATE = (((3, 1), (5, 1)), ((3, 1), (3, 1)), ((5, 1), (3, 2)), ((5, 2), (3, 4)),
        ((3, 1), (3, 1)), ((5, 1), (5, 1)), ((3, 2), (3, 4)), ((3, 1), (5, 2)))  # fmt: skip


class Weigh(nn.Module):
    """Weighs the channels by what the whole picture holds of each."""

    def __init__(self, channels: int, divide: int) -> None:
        super().__init__()
        less = channels // divide
        parts: list[nn.Module] = [nn.Linear(channels, less), nn.PReLU(less)]
        if divide > 1:
            parts += [nn.Linear(less, channels), nn.PReLU(channels)]
        self.dense = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) to the same."""
        weights: Tensor = self.dense(x.mean((2, 3)))
        return x * weights[:, :, None, None]


class Shrink(nn.Module):
    """Half the size: every channel by itself, weighed, then mixed."""

    def __init__(self, inputs: int, outputs: int, divide: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, 2, 1, groups=inputs, bias=False),
            Weigh(inputs, divide),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        )
        self.bn = normed(outputs)
        self.act = nn.PReLU(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h/2, w/2)."""
        y: Tensor = self.act(self.bn(self.conv(x)))
        return y


class Branch(nn.Module):
    """One convolution, at the size it gets or at a smaller one."""

    def __init__(self, channels: int, kernel: int, shrink: int) -> None:
        super().__init__()
        self._shrink = shrink
        conv = nn.Conv2d(
            channels, channels, kernel, padding=kernel // 2, groups=channels, bias=False
        )
        self.conv = nn.Sequential(conv, normed(channels))
        mix = nn.Conv2d(channels, channels, 1, bias=False)
        self.act_conv1x1 = nn.Sequential(nn.PReLU(channels), mix)
        self.bn = normed(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) to the same."""
        small = F.avg_pool2d(x, self._shrink) if self._shrink > 1 else x
        y: Tensor = self.act_conv1x1(self.conv(small))
        return self.bn(doubled(y, self._shrink))  # type: ignore[no-any-return]


class Module(nn.Module):
    """Two branches side by side on the same narrowed, shuffled channels."""

    def __init__(self, inputs: int, outputs: int, config: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        self.c1 = nn.ModuleDict(
            {"conv": nn.Conv2d(inputs, outputs // 2, 1, groups=2, bias=False)},
        )
        self.d1, self.d2 = (Branch(outputs // 2, *branch) for branch in config)
        self.BR = Act(outputs)
        self._around = inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h, w)."""
        y = F.channel_shuffle(self.c1["conv"](x), 2)
        y = torch.cat((self.d1(y), self.d2(y)), 1)
        return self.BR(x + y if self._around else y)  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """Three levels: 1/2, 1/4 and 1/8 of the size."""

    def __init__(self) -> None:
        super().__init__()
        self.level1 = ConvAct(3, 12, 3, 2)
        self.level2_0 = Shrink(12, 16, 1)
        self.level2 = nn.ModuleList((Module(16, 48, EARLY[0]), Module(48, 48, EARLY[1])))
        self.BR2 = Act(64)
        self.level3_0 = Shrink(64, 48, 2)
        self.level3 = nn.ModuleList(
            Module(48 if place == 0 else 96, 96, config) for place, config in enumerate(LATE)
        )
        self.BR3 = Act(144)
        self.classifier = nn.ModuleDict({"conv": nn.Conv2d(144, 2, 1, bias=False)})

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) to (B, 48, h/4, w/4) and a first answer (B, 2, h/8, w/8)."""
        first = self.level2_0(self.level1(x))
        early = first
        for part in self.level2:
            early = part(early)
        second = self.level3_0(self.BR2(torch.cat((first, early), 1)))
        late = second
        for part in self.level3:
            late = part(late)
        return early, self.classifier["conv"](self.BR3(torch.cat((second, late), 1)))


class SINet(nn.Module):
    """Pictures to two numbers per pixel, background and person, before any softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.bn_3, self.bn_2 = normed(2), normed(2)
        self.level2_C = ConvAct(48, 2, 1)
        # the files count the doubling as part 0
        self.classifier = nn.Sequential(nn.Identity(), nn.Conv2d(2, 2, 3, padding=1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, h, w), sides multiples of 32, to (B, 2, h, w)."""
        early, coarse = self.encoder(x)
        y = self.bn_3(doubled(coarse))  # (B, 2, h/4, w/4)
        doubt = 1 - F.softmax(y, 1).amax(1, keepdim=True)
        y = self.bn_2(doubled(self.level2_C(early) * doubt + y))
        return self.classifier(doubled(y))  # type: ignore[no-any-return]


def load(card: Card, device: str) -> Finder:
    """Load the network a card describes.

    Raises: UserError when the weights are missing, damaged or of another network.
    """
    # torch 2.13 needs minutes for one dilated bfloat16 picture with its channels last
    return torch_finder(SINet(), LOOK, card, device, short=False)
