"""The flagship's two networks: any picture becomes a style vector, a painter paints with it.
Run live by vj.infer.models.brush, trained by vj.studio.train_brush.

The painter works at 1/4 and 1/8 resolution, where dense convolutions are cheap on a CPU. A style
is one flat vector of scales and shifts for its instance norms, so any blend of styles - even a
different one per pixel - is a convex combination of vectors: one pass.

Source: Dumoulin et al. 2017 (conditional instance norm), Ghiasi et al. 2017 (style predictor,
identity interpolation), Odena et al. 2016 and Aitken et al. 2017 (checkerboards, ICNR).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.errors import UserError
from vj.infer.finest import unpacked
from vj.infer.layout import doubled, evened, framed_gathered, rimmed

STYLE_LEVELS = (32, 48, 64, 96, 128)
COLOURS = 12  # channels of 2 x 2 RGB pixels
EPS = 1e-3  # of a norm's variance; with less, 12 norms make waves of a flat area's rounding errors


@dataclass(frozen=True)
class Widths:
    """Channels of the painter at 1/4, 1/8 and 1/2 of the picture's size, and residual blocks."""

    quarter: int = 32
    eighth: int = 80
    half: int = 16
    blocks: int = 5

    @property
    def norms(self) -> tuple[int, ...]:
        """Channels of every conditioned norm, in the order the network meets them."""
        middle = [self.eighth] * (2 * self.blocks)
        return (self.quarter, self.eighth, *middle, self.quarter, self.half)

    @property
    def vector(self) -> int:
        """Length of a style vector: a scale and a shift for every channel of every norm."""
        return 2 * sum(self.norms)


SLIM = Widths(eighth=32)  # what is left of a trained brush when it is made quicker, in two steps
SIZES = {"brush": Widths(), "brush-xl": Widths(quarter=64, eighth=144, half=32, blocks=6)}


def widths_of(tensors: Mapping[str, Tensor]) -> Widths:
    """Read the widths off a file's tensors.

    Raises: UserError when they are not a brush.
    """
    try:
        quarter, eighth, half = (
            tensors[f"painter.{name}.conv.weight"].shape[0] for name in ("stem", "down", "detail")
        )
    except KeyError as error:
        raise UserError(f"not the weights of a brush: tensor {error} is missing") from error
    layers = {name.split(".")[2] for name in tensors if name.startswith("painter.blocks.")}
    return Widths(quarter, eighth, half, len(layers) // 2)


class Conv(nn.Module):
    """A convolution with reflection padding, so that the rim looks like the rest."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride)
        self.rim = (size - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(rimmed(x, self.rim))
        return y


class Mixture:
    """Style vectors and their weights, handed to one norm after the other as scale and shift."""

    def __init__(self, vectors: Tensor, weights: Tensor | None = None) -> None:
        """Take vectors (B, V), or (B, K, V) with weights (B, K, h, w) summing to 1."""
        self.vectors = vectors
        self.weights = weights
        self._sized: dict[tuple[int, int], Tensor] = {}
        self._start = 0

    def next(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift for the next norm: (B, C, 1, 1), or (B, C, h, w) when mixed per pixel."""
        middle, end = self._start + x.shape[1], self._start + 2 * x.shape[1]
        scale = (1 + self.vectors[..., self._start : middle]).to(x.dtype)
        shift = self.vectors[..., middle:end].to(x.dtype)
        self._start = end
        if self.weights is None:
            return scale[:, :, None, None], shift[:, :, None, None]
        return self._mixed(scale, x), self._mixed(shift, x)

    def _mixed(self, part: Tensor, x: Tensor) -> Tensor:
        assert self.weights is not None
        size = (x.shape[2], x.shape[3])
        if size not in self._sized:
            sized = F.interpolate(self.weights, size, mode="bilinear", align_corners=False)
            self._sized[size] = sized.flatten(2).transpose(1, 2).to(x.dtype).contiguous()
        mixed = self._sized[size] @ part  # (B, h*w, C), which is channels_last already
        return mixed.view(x.shape[0], *size, x.shape[1]).permute(0, 3, 1, 2)


def normed(x: Tensor, mixture: Mixture) -> Tensor:
    """Instance norm over the whole picture, then the mixture's scale and shift."""
    scale, shift = mixture.next(x)
    if x.shape[0] > 1 or x.requires_grad:
        return torch.addcmul(shift, F.instance_norm(x, eps=EPS), scale)
    if mixture.weights is None:
        # with one picture, batch statistics are instance statistics, and the kernel is fused
        return F.batch_norm(x, None, None, scale.flatten(), shift.flatten(), True, eps=EPS)
    return torch.addcmul(shift, F.batch_norm(x, None, None, training=True, eps=EPS), scale)


class StyleEncoder(nn.Module):
    """Any picture to its style vector."""

    def __init__(self, vector: int) -> None:
        super().__init__()
        levels = (3, *STYLE_LEVELS)
        self.convs = nn.ModuleList(Conv(a, b, 3, 2) for a, b in itertools.pairwise(levels))
        self.mlp = nn.Sequential(
            nn.Linear(2 * sum(STYLE_LEVELS), 256),
            nn.ReLU(),
            nn.Linear(256, 256),
            nn.ReLU(),
            nn.Linear(256, vector),
        )

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 3, h, w) RGB 0..1 to (B, vector)."""
        vector: Tensor = self.mlp(self.facts(picture))
        return vector.float()  # blends of vectors deserve full precision

    def facts(self, picture: Tensor) -> Tensor:
        """Means and deviations of every level's channels, (B, 2 * sum(STYLE_LEVELS))."""
        x = picture * 2 - 1
        facts: list[Tensor] = []
        for conv in self.convs:
            x = relu(conv(x))
            var, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)
            facts += [mean, torch.sqrt(var + 1e-5)]
        return torch.cat(facts, dim=1)


class Painter(nn.Module):
    """Content picture and style mixture to the painted picture."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        quarter, eighth, half = widths.quarter, widths.eighth, widths.half
        self.stem = Conv(48, quarter)
        self.down = Conv(quarter, eighth, 4, 2)
        self.blocks = nn.ModuleList(Conv(eighth, eighth) for _ in range(2 * widths.blocks))
        self.up = Conv(eighth, quarter)
        self.narrow = Conv(quarter, 2 * half - COLOURS)
        self.detail = Conv(2 * half, half)
        self.full = Conv(half, 2 * half)
        self.last = Conv(half // 2, 3)
        with torch.no_grad():  # ICNR: the four sub-pixels start equal, so no lattice to unlearn
            weight = self.full.conv.weight
            weight.copy_(weight[: half // 2].repeat(4, 1, 1, 1))
        self.tie()

    @torch.no_grad()
    def tie(self) -> None:
        """Make the four sub-pixels of `full` answer alike to a flat area; the trainer calls it.

        Else the cheapest fine texture is a lattice of every second pixel, and it is learned.
        """
        weight = self.full.conv.weight
        weight = weight.view(4, -1, *weight.shape[1:])
        sums = weight.mean((3, 4), keepdim=True)
        weight.add_(sums.mean(0, keepdim=True) - sums)
        assert self.full.conv.bias is not None
        bias = self.full.conv.bias.view(4, -1)
        bias.copy_(bias.mean(0, keepdim=True).expand_as(bias))

    def forward(self, picture: Tensor, mixture: Mixture) -> Tensor:
        """(B, 3, h, w) RGB 0..1, h and w multiples of 8, to the same shape."""
        x = picture * 2 - 1
        quarter = self.stem.conv(framed_gathered(x, 4))
        quarter = relu(normed(quarter, mixture))  # (B, quarter, h/4, w/4)
        y = relu(normed(self.down(quarter), mixture))  # (B, eighth, h/8, w/8)
        for first, second in zip(self.blocks[::2], self.blocks[1::2], strict=True):
            y = y + normed(second(relu(normed(first(y), mixture))), mixture)
        y = doubled(evened(evened(self.up(y)))) + quarter  # as quarter
        y = doubled(self.narrow(relu(normed(y, mixture))))  # (B, 2 * half - 12, h/2, w/2)
        y = framed_gathered(x, 2, before=y)  # full-size detail and a rim
        y = relu(normed(self.detail.conv(y), mixture))  # (B, half, h/2, w/2)
        y = unpacked(relu(self.full(y)), self.last.conv)  # (B, 3, h, w)
        return torch.sigmoid(y.float())


def relu(x: Tensor) -> Tensor:
    """Rectify in place."""
    return F.relu(x, inplace=True)


class Brush(nn.Module):
    """Style encoder and painter, one file of weights."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.widths = widths
        self.style = StyleEncoder(widths.vector)
        self.painter = Painter(widths)
