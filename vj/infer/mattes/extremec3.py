"""People found by ExtremeC3, 38 thousand weights, meant for head and shoulders before a camera.
Loaded by vj.infer.mattes_ready for cards with `model: extremec3`; the parts' names are the files'.

Source: Park et al. 2019, clovaai/ext_portrait_segmentation (MIT): layout and numbers from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.card import Card
from vj.infer.mattes import Finder
from vj.infer.portrait import LOOK, Act, ConvAct, doubled, normed
from vj.infer.torch_finder import torch_finder

# trained with a hinge: 1 is sure
SURE = replace(LOOK, gain=4.0)
WIDE = (24, 48, 56, 24)  # channels at 1/2, 1/4, 1/4 and of the fine path


class Branch(nn.Module):
    """A dilated 3x3 after two long thin convolutions that leave no holes, then a mix."""

    def __init__(self, inputs: int, outputs: int, reach: int) -> None:
        super().__init__()

        def alone(kernel: tuple[int, int], reach: int = 1) -> nn.Conv2d:
            pad = (reach * (kernel[0] // 2), reach * (kernel[1] // 2))
            return nn.Conv2d(
                inputs, inputs, kernel, padding=pad, dilation=reach, groups=inputs, bias=False
            )

        long = 2 * reach - 1
        before: tuple[nn.Module, ...] = ()
        if reach > 1:
            before = (
                alone((long, 1)), nn.BatchNorm2d(inputs), nn.PReLU(inputs),
                alone((1, long)), nn.BatchNorm2d(inputs),
            )  # fmt: skip
        mix = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.conv = nn.Sequential(*before, alone((3, 3), reach), mix)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h, w)."""
        y: Tensor = self.conv(x)
        return y


class Holder(nn.Module):
    """One convolution under the name the files give it."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h/stride, w/stride)."""
        y: Tensor = self.conv(x)
        return y


class Module(nn.Module):
    """Three branches of different reach on the same narrowed channels."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        reaches: Sequence[int],
        add: bool = True,
        half: bool = False,
    ) -> None:
        super().__init__()
        part = outputs // 3
        self.c1 = Holder(inputs, part, 3 if half else 1, 2 if half else 1)
        self.d1 = Branch(part, outputs - 2 * part, reaches[0])
        self.d2, self.d3 = (Branch(part, part, reach) for reach in reaches[1:])
        self.bn: nn.Module = normed(outputs) if half else Act(outputs)
        self.act: nn.Module = nn.PReLU(outputs) if half else nn.Identity()
        self._add = add and not half

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h, w), or half of that size."""
        y = self.c1(x)
        y = torch.cat((self.d1(y), self.d2(y), self.d3(y)), 1)
        return self.act(self.bn(x + y if self._add else y))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """The coarse path, at a quarter of the size."""

    def __init__(self) -> None:
        super().__init__()
        self.level1 = ConvAct(3, WIDE[0], 3, 2)
        self.b1 = Act(WIDE[0] + 3)
        self.level2_0 = Module(WIDE[0] + 3, WIDE[1], (1, 2, 3), half=True)
        self.level2 = nn.ModuleList((Module(WIDE[1], WIDE[1], (1, 3, 4)),))
        self.b2 = Act(2 * WIDE[1] + 3)
        self.level3_0 = Module(2 * WIDE[1] + 3, WIDE[2], (1, 3, 5), add=False)
        self.level3 = nn.ModuleList(Module(WIDE[2], WIDE[2], (2, 4, 8)) for _ in range(5))
        self.b3 = Act(2 * WIDE[2])

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, h, w) to (B, 112, h/4, w/4)."""
        half = F.avg_pool2d(x, 2)
        first = self.level2_0(self.b1(torch.cat((self.level1(x), half), 1)))
        early = first
        for part in self.level2:
            early = part(early)
        second = self.level3_0(self.b2(torch.cat((early, first, F.avg_pool2d(half, 2)), 1)))
        late = second
        for part in self.level3:
            late = part(late)
        return self.b3(torch.cat((second, late), 1))  # type: ignore[no-any-return]


class ExtremeC3(nn.Module):
    """Pictures to the log odds of a person per pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        mix = nn.Conv2d(2 * WIDE[2], WIDE[3], 1, bias=False)
        self.upsample = nn.Sequential(mix, nn.BatchNorm2d(WIDE[3]))
        self.Fine = nn.Sequential(Holder(3, WIDE[3], 3, 2), Module(WIDE[3], WIDE[3], (2, 4, 8)))
        # the files count the doubling as part 1
        last = nn.Conv2d(WIDE[3], 1, 1, bias=False)
        self.classifier = nn.Sequential(Act(WIDE[3]), nn.Identity(), last)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, h, w), sides multiples of 4, to (B, 1, h, w)."""
        coarse = doubled(self.upsample(self.encoder(x)))  # (B, 24, h/2, w/2)
        # a 1x1 convolution and the doubling may change places; the smaller picture is cheaper
        return doubled(self.classifier(coarse + self.Fine(x)))


def load(card: Card, device: str) -> Finder:
    """Load the network a card describes.

    Raises: UserError when the weights are missing, damaged or of another network.
    """
    # torch 2.13 needs minutes for one dilated bfloat16 picture with its channels last
    return torch_finder(ExtremeC3(), SURE, card, device, short=False)
