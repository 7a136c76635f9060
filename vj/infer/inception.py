"""Magenta's first style predictor: Inception-v3 up to Mixed_6e as TensorFlow computes it.
Called by vj.infer.models.magenta; `LAYERS` also serves the import of its weights.

Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016, in
the form of TF-Slim; norms are folded into the convolutions.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.infer.mobilenet import VECTOR

Size = tuple[int, int]
Conv = tuple[str, int, Size]  # name in TF-Slim, channels, kernel
Branches = Sequence[Sequence[Conv]]

ONE, THREE, FIVE, WIDE, HIGH = (1, 1), (3, 3), (5, 5), (1, 7), (7, 1)
# name, channels, kernel, stride, and whether the picture is padded or pooled afterwards
STEM = (
    ("Conv2d_1a_3x3", 32, THREE, 2, False, False),
    ("Conv2d_2a_3x3", 32, THREE, 1, False, False),
    ("Conv2d_2b_3x3", 64, THREE, 1, True, True),
    ("Conv2d_3b_1x1", 80, ONE, 1, False, False),
    ("Conv2d_4a_3x3", 192, THREE, 1, False, True),
)


def _fine(pooled: int, second: tuple[str, str] = ("Conv2d_0a_1x1", "Conv2d_0b_5x5")) -> Branches:
    return (
        (("Conv2d_0a_1x1", 64, ONE),),
        ((second[0], 48, ONE), (second[1], 64, FIVE)),
        (("Conv2d_0a_1x1", 64, ONE), ("Conv2d_0b_3x3", 96, THREE), ("Conv2d_0c_3x3", 96, THREE)),
        (("Conv2d_0b_1x1", pooled, ONE),),
    )


def _coarse(inner: int) -> Branches:
    return (
        (("Conv2d_0a_1x1", 192, ONE),),
        (
            ("Conv2d_0a_1x1", inner, ONE),
            ("Conv2d_0b_1x7", inner, WIDE),
            ("Conv2d_0c_7x1", 192, HIGH),
        ),
        (
            ("Conv2d_0a_1x1", inner, ONE),
            ("Conv2d_0b_7x1", inner, HIGH),
            ("Conv2d_0c_1x7", inner, WIDE),
            ("Conv2d_0d_7x1", inner, HIGH),
            ("Conv2d_0e_1x7", 192, WIDE),
        ),
        (("Conv2d_0b_1x1", 192, ONE),),
    )


HALVING = "Mixed_6a"  # its last convolutions take every second pixel, its third branch only pools
BLOCKS: dict[str, Branches] = {
    "Mixed_5b": _fine(32),
    "Mixed_5c": _fine(64, ("Conv2d_0b_1x1", "Conv_1_0c_5x5")),
    "Mixed_5d": _fine(64),
    HALVING: (
        (("Conv2d_1a_1x1", 384, THREE),),
        (("Conv2d_0a_1x1", 64, ONE), ("Conv2d_0b_3x3", 96, THREE), ("Conv2d_1a_1x1", 96, THREE)),
        (),
    ),
    "Mixed_6b": _coarse(128),
    "Mixed_6c": _coarse(160),
    "Mixed_6d": _coarse(160),
    "Mixed_6e": _coarse(192),
}
WIDTH = 768

# our names of the convolutions -> theirs
LAYERS = {f"stem.{number}": f"InceptionV3/{row[0]}" for number, row in enumerate(STEM)} | {
    f"blocks.{number}.{branch}.{step}": f"InceptionV3/{name}/Branch_{branch}/{conv[0]}"
    for number, (name, branches) in enumerate(BLOCKS.items())
    for branch, convs in enumerate(branches)
    for step, conv in enumerate(convs)
}


class Inception(nn.Module):
    """Pictures (B, 3, h, w) 0..1, 256 pixels in training, to style vectors (B, 100)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, width = nn.ModuleList(), 3
        for _, channels, kernel, stride, padded, _ in STEM:
            rim = kernel[0] // 2 if padded else 0
            self.stem.append(nn.Conv2d(width, channels, kernel, stride, rim))
            width = channels
        self.blocks = nn.ModuleList()
        for name, branches in BLOCKS.items():
            halves = name == HALVING
            self.blocks.append(nn.ModuleList(_branch(width, convs, halves) for convs in branches))
            width = sum(convs[-1][1] if convs else width for convs in branches)
        self.vector = nn.Linear(WIDTH, VECTOR)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture
        for conv, (*_, pooled) in zip(self.stem, STEM, strict=True):
            x = functional.relu(conv(x))
            x = functional.max_pool2d(x, 3, 2) if pooled else x
        for name, block in zip(BLOCKS, self.blocks, strict=True):
            x = _mixed(x, block, halves=name == HALVING)
        y: Tensor = self.vector(x.mean((2, 3)))
        return y


def _branch(width: int, convs: Sequence[Conv], halves: bool) -> nn.ModuleList:
    out = nn.ModuleList()
    for number, (_, channels, kernel) in enumerate(convs):
        last = halves and number == len(convs) - 1
        rims = (0, 0) if last else (kernel[0] // 2, kernel[1] // 2)
        out.append(nn.Conv2d(width, channels, kernel, 2 if last else 1, rims))
        width = channels
    return out


def _mixed(x: Tensor, branches: nn.Module, halves: bool) -> Tensor:
    """Run the branches side by side; the last one looks at the neighbourhood pooled."""
    assert isinstance(branches, nn.ModuleList)
    parts = []
    for number, branch in enumerate(branches):
        assert isinstance(branch, nn.ModuleList)
        y = x
        if number == len(branches) - 1:
            # padding does not count in TensorFlow's mean
            y = (
                functional.max_pool2d(x, 3, 2)
                if halves
                else functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
            )
        for conv in branch:
            y = functional.relu(conv(y))
        parts.append(y)
    return torch.cat(parts, 1)
