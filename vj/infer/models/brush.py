"""The flagship network: any picture becomes a style vector, a small network paints with it.
Loaded by the infer process through `load`; trained by `vj.studio.train_brush`.

The content network works at 1/4 and 1/8 resolution, where dense convolutions are cheap on a
CPU. A style is one flat vector of scales and shifts for its instance norms, so any blend of
styles - even a different one per pixel - is a convex combination of vectors: one pass.

Source: Dumoulin et al. 2017 (conditional instance norm), Ghiasi et al. 2017 (style predictor,
identity interpolation), Odena et al. 2016 and Aitken et al. 2017 (checkerboards, ICNR).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

QUARTER, EIGHTH, HALF, BLOCKS = 32, 80, 16, 5
# channels of every conditioned norm, in the order the network meets them
NORMS = (QUARTER, EIGHTH, *[EIGHTH] * (2 * BLOCKS), QUARTER, HALF)
VECTOR = 2 * sum(NORMS)
STYLE_LEVELS = (32, 48, 64, 96, 128)


class Conv(nn.Module):
    """A convolution with reflection padding, so that the rim looks like the rest."""

    def __init__(
        self, inputs: int, outputs: int, size: int = 3, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride)
        self.rim = (size - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        rim = self.rim
        y: Tensor = self.conv(F.pad(x, (rim, rim, rim, rim), mode="reflect"))
        return y


class Mixture:
    """Style vectors and their weights, handed to each norm as scale and shift."""

    def __init__(self, vectors: Tensor, weights: Tensor | None = None) -> None:
        """Take vectors (B, VECTOR), or (B, K, VECTOR) with weights (B, K, h, w) summing to 1."""
        self.vectors = vectors
        self.weights = weights
        self._sized: dict[tuple[int, int], Tensor] = {}
        self._start = 0

    def next(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift for the next norm: (B, C, 1, 1), or (B, C, h, w) when mixed per pixel."""
        channels = x.shape[1]
        part = self.vectors[..., self._start : self._start + 2 * channels]
        self._start += 2 * channels
        if self.weights is None:
            pair = part[:, :, None, None]
        else:
            rows = self._rows(x)  # (B, h*w, K)
            mixed = rows @ part  # (B, h*w, 2C), which is channels_last already
            pair = mixed.view(x.shape[0], *x.shape[2:], 2 * channels).permute(
                0, 3, 1, 2
            )
        return 1 + pair[:, :channels], pair[:, channels:]

    def _rows(self, x: Tensor) -> Tensor:
        assert self.weights is not None
        size = (x.shape[2], x.shape[3])
        if size not in self._sized:
            sized = F.interpolate(
                self.weights, size, mode="bilinear", align_corners=False
            )
            self._sized[size] = (
                sized.flatten(2).transpose(1, 2).to(x.dtype).contiguous()
            )
        return self._sized[size]


def normed(x: Tensor, mixture: Mixture) -> Tensor:
    """Instance norm over the whole picture, then the mixture's scale and shift."""
    scale, shift = mixture.next(x)
    if x.shape[0] > 1 or x.requires_grad:
        return torch.addcmul(shift, F.instance_norm(x), scale)
    if mixture.weights is None:
        # with one picture, batch statistics are instance statistics, and the kernel is fused
        return F.batch_norm(
            x, None, None, scale.flatten(), shift.flatten(), training=True
        )
    return torch.addcmul(shift, F.batch_norm(x, None, None, training=True), scale)


class StyleEncoder(nn.Module):
    """Any picture to its style vector."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, *STYLE_LEVELS)
        self.convs = nn.ModuleList(
            Conv(a, b, 3, 2) for a, b in zip(widths[:-1], widths[1:], strict=True)
        )
        self.mlp = nn.Sequential(
            nn.Linear(2 * sum(STYLE_LEVELS), 256),
            nn.ReLU(),
            nn.Linear(256, 256),
            nn.ReLU(),
            nn.Linear(256, VECTOR),
        )

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 3, h, w) RGB 0..1 to (B, VECTOR)."""
        x = picture * 2 - 1
        facts: list[Tensor] = []
        for conv in self.convs:
            x = F.relu(conv(x))
            var, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)
            facts += [mean, torch.sqrt(var + 1e-5)]
        vector: Tensor = self.mlp(torch.cat(facts, dim=1))
        return vector.float()  # blends of vectors deserve full precision


class Painter(nn.Module):
    """Content picture and style mixture to the painted picture."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(48, QUARTER)
        self.down = Conv(QUARTER, EIGHTH, 4, 2)
        self.blocks = nn.ModuleList(Conv(EIGHTH, EIGHTH) for _ in range(2 * BLOCKS))
        self.up = Conv(EIGHTH, QUARTER)
        self.narrow = Conv(QUARTER, 20)
        self.detail = Conv(20 + 12, HALF)
        self.full = Conv(HALF, 32)
        self.last = Conv(8, 3)
        with (
            torch.no_grad()
        ):  # ICNR: the four sub-pixels start equal, so no lattice to unlearn
            weight = self.full.conv.weight
            weight.copy_(weight[::4].repeat_interleave(4, dim=0))
            bias = self.full.conv.bias
            assert bias is not None
            bias.copy_(bias[::4].repeat_interleave(4))

    def forward(self, picture: Tensor, mixture: Mixture) -> Tensor:
        """(B, 3, h, w) RGB 0..1, h and w multiples of 8, to the same shape."""
        x = picture * 2 - 1
        quarter = F.relu(
            normed(self.stem(F.pixel_unshuffle(x, 4)), mixture)
        )  # (B, 32, h/4, w/4)
        y = F.relu(normed(self.down(quarter), mixture))  # (B, 80, h/8, w/8)
        for first, second in zip(self.blocks[::2], self.blocks[1::2], strict=True):
            y = y + normed(second(F.relu(normed(first(y), mixture))), mixture)
        y = self.up(doubled(y)) + quarter  # (B, 32, h/4, w/4)
        y = doubled(self.narrow(F.relu(normed(y, mixture))))  # (B, 24, h/2, w/2)
        y = torch.cat(
            (y, F.pixel_unshuffle(x, 2)), dim=1
        )  # full-size detail, (B, 36, h/2, w/2)
        y = F.relu(normed(self.detail(y), mixture))
        y = F.relu(F.pixel_shuffle(self.full(y), 2))  # (B, 8, h, w)
        return torch.sigmoid(self.last(y).float())


def doubled(x: Tensor) -> Tensor:
    """Twice the size, bilinear: unlike a shuffle it cannot leave a lattice."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Brush(nn.Module):
    """Style encoder and painter, one file of weights."""

    def __init__(self) -> None:
        super().__init__()
        self.style = StyleEncoder()
        self.painter = Painter()
