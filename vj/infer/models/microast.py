"""MicroAST: any picture as a style with the public 0.47 M parameter checkpoint, 4K-capable on GPUs.
Loaded by vj.infer.load for cards with `model: microast`; `vj models import` makes its weights file.

Source: Wang et al., "MicroAST: Towards Super-Fast Ultra-Resolution Arbitrary Style Transfer",
AAAI 2023, EndyWon/MicroAST (MIT). A style is only 512 numbers: mean and deviation of two feature
levels and the filter scales and shifts made from them. Mixing styles, also per pixel, is mixing
these numbers, so the network runs once whatever the number of styles.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

WIDTH = 64
# The order of a style's 8 x 64 numbers.
MEAN2, STD2, SCALE2, SHIFT2, MEAN1, STD1, SCALE1, SHIFT1 = range(8)
EPSILON = 1e-5
TILE, TILES = 12, (3, 5)  # side (features), rows and columns of the tiles looked at


class Conv(nn.Module):
    """A convolution behind reflection padding that keeps the size (or halves it)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1):
        super().__init__()
        self.rim = kernel // 2
        self.conv_layer = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        if self.rim:
            x = functional.pad(x, (self.rim,) * 4, mode="reflect")
        y: Tensor = self.conv_layer(x)
        return y


class Residual(nn.Module):
    """Two convolutions around a ReLU, added to their input; scaled and shifted when modulated."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = Conv(WIDTH, WIDTH, 3)
        self.conv2 = Conv(WIDTH, WIDTH, 3)

    def forward(
        self, x: Tensor, scale: Tensor | None = None, shift: Tensor | None = None
    ) -> Tensor:
        if scale is None or shift is None:
            y: Tensor = x + self.conv2(functional.relu(self.conv1(x)))
            return y
        inner = functional.relu(torch.addcmul(shift * x, scale, self.conv1(x)))
        return x + torch.addcmul(shift * inner, scale, self.conv2(inner))


class Encoder(nn.Module):
    """A picture (1, 3, h, w) to two feature levels, both (1, 64, h/4, w/4)."""

    def __init__(self) -> None:
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.enc1 = nn.Sequential(
            Conv(3, 16, 9), relu, Conv(16, 32, 3, 2, 16), relu, Conv(32, 32, 1), relu,
            Conv(32, WIDTH, 3, 2, 32), relu, Conv(WIDTH, WIDTH, 1), relu, Residual(),
        )  # fmt: skip
        self.enc2 = nn.Sequential(Residual())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        first = self.enc1(x)
        return first, self.enc2(first)


class Modulator(nn.Module):
    """Feature levels of a style to the decoder's filter scales and shifts, (64,) each."""

    def __init__(self) -> None:
        super().__init__()
        self.weight1 = nn.Sequential(Conv(WIDTH, WIDTH, 3, groups=WIDTH))
        self.bias1 = nn.Sequential(Conv(WIDTH, WIDTH, 3, groups=WIDTH))
        self.weight2 = nn.Sequential(Conv(WIDTH, WIDTH, 3, groups=WIDTH))
        self.bias2 = nn.Sequential(Conv(WIDTH, WIDTH, 3, groups=WIDTH))

    def forward(self, first: Tensor, second: Tensor) -> dict[int, Tensor]:
        parts = {
            SCALE2: self.weight2(second),
            SHIFT2: self.bias2(second),
            SCALE1: self.weight1(first),
            SHIFT1: self.bias1(first),
        }
        return {part: y.float().mean((0, 2, 3)) for part, y in parts.items()}


class Decoder(nn.Module):
    """Features (1, 64, h, w) and a mixture of styles to a picture (1, 3, 4 h, 4 w)."""

    def __init__(self) -> None:
        super().__init__()
        self.dec1 = Residual()
        self.dec2 = Residual()
        relu, up = nn.ReLU(inplace=True), nn.Upsample(scale_factor=2, mode="bilinear")
        self.dec3 = nn.Sequential(
            up, Conv(WIDTH, 32, 3, groups=32), relu, Conv(32, 32, 1), relu,
            up, Conv(32, 16, 3, groups=16), relu, Conv(16, 16, 1), relu, Conv(16, 3, 9),
        )  # fmt: skip

    def forward(self, content: Tensor, numbers: Tensor, shares: Tensor) -> Tensor:
        """Take numbers (K, 8, 64) of K styles and their shares (K, h', w')."""
        size = (content.shape[2], content.shape[3])
        x, _, _ = normed(content)
        style = mixture(numbers[:, :MEAN1], shares, size, x.dtype)
        y = self.dec1(torch.addcmul(style[MEAN2], x, style[STD2]), style[SCALE2], style[SHIFT2])
        y, mean, std = normed(y)
        later = numbers[:, MEAN1:]
        if shares.shape[1:] != (1, 1):
            means, stds = self._seen(x, numbers)
            gain = numbers[:, STD1] / stds
            shift = numbers[:, MEAN1] + (mean - means) * gain
            later = torch.cat([torch.stack([shift, gain * std], 1), later[:, 2:]], 1)
        mean1, std1, scale, move = mixture(later, shares, size, x.dtype)
        out: Tensor = self.dec3(self.dec2(torch.addcmul(mean1, y, std1), scale, move))
        return out

    def _seen(self, x: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Estimate what `dec1` would give a picture all in one style: means, deviations (K, 64).

        Where regions of different styles meet in one picture, its own statistics would push each
        away from its style by the difference to the others: a quiet style beside a loud one fades
        to a wash. A few tiles of the picture, 3 % more work for two styles, tell nearly the same
        as a pass for each style.
        """
        tiles = torch.cat([x[:, :, rows, columns] for rows, columns in spots(*x.shape[2:])])
        found = []
        for style in numbers[:, :, None, :, None, None].to(x.dtype):
            y = torch.addcmul(style[MEAN2], tiles, style[STD2])
            found.append(normed(self.dec1(y, style[SCALE2], style[SHIFT2]))[1:])
        return torch.stack([mean for mean, _ in found]), torch.stack([std for _, std in found])


def spots(height: int, width: int) -> list[tuple[slice, slice]]:
    """Spread tiles evenly over features, rim to rim: rows and columns of each."""

    def starts(length: int, count: int) -> list[int]:
        return sorted({round(n * (length - side) / (count - 1)) for n in range(count)})

    side = min(TILE, height, width)
    return [
        (slice(top, top + side), slice(left, left + side))
        for top in starts(height, TILES[0])
        for left in starts(width, TILES[1])
    ]


def normed(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Normalise every channel of (n, 64, h, w); also return the means and deviations (64,)."""
    # a scale and a shift in float32, though idle, keep the statistics from being rounded
    ones = torch.ones(x.shape[1], device=x.device)
    y, mean, inverse = torch.native_batch_norm(x, ones, ones * 0, None, None, True, 0, EPSILON)
    return y, mean, inverse.reciprocal()


def statistics(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation per channel of (1, 64, h, w) features, (64,) each."""
    var, mean = torch.var_mean(x.float(), (0, 2, 3))
    return mean, torch.sqrt(var + EPSILON)


class Network(nn.Module):
    """All four parts under the names the weights file uses."""

    def __init__(self) -> None:
        super().__init__()
        self.content_encoder = Encoder()
        self.style_encoder = Encoder()
        self.modulator = Modulator()
        self.decoder = Decoder()


class MicroAST:
    """The network on its device, in one number format; style numbers stay float32."""

    multiple = 4

    def __init__(self, network: Network, device: str, dtype: torch.dtype) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        network.eval().requires_grad_(False)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network = network.to(self.device, self.dtype)

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Reduce a style picture (1, 3, h, w) 0..1 to its 8 x 64 numbers."""
        return Style("", {"numbers": self._numbers(image)})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w') in one pass.

        What the weights leave to 1 is the picture's own style (identity interpolation). That
        alone does not give the input back, so towards 0 its pixels come through as well.
        """
        weights = weights.to(self.device, torch.float32)
        total = weights.sum(0, keepdim=True) if styles else weights.new_zeros(1, 1, 1)
        if float(total.max()) <= 0:
            return content
        numbers = [style.tensors["numbers"] for style in styles]
        whole = float(total.min()) > 1 - 1e-3
        if not whole:
            numbers.append(self._numbers(functional.avg_pool2d(content, 2)))
            weights = torch.cat([weights, (1 - total).clamp_min(0)])
        x = content.to(self.dtype, memory_format=torch.channels_last)
        _, features = self.network.content_encoder(x)
        painted: Tensor = self.network.decoder(features, torch.stack(numbers), flattened(weights))
        painted = painted.float().clamp(0, 1).contiguous()
        if whole:
            return painted
        reach = (total * (2 - total)).clamp(0, 1)[None]
        reach = functional.interpolate(reach, content.shape[-2:], mode="bilinear")
        return torch.lerp(content, painted, reach)

    def _numbers(self, image: Tensor) -> Tensor:
        x = image.to(self.device, self.dtype, memory_format=torch.channels_last)
        first, second = self.network.style_encoder(x)
        parts = self.network.modulator(first, second)
        parts[MEAN1], parts[STD1] = statistics(first)
        parts[MEAN2], parts[STD2] = statistics(second)
        return torch.stack([parts[part] for part in range(8)])  # (8, 64)


def flattened(shares: Tensor) -> Tensor:
    """Turn shares (K, h', w') that are the same everywhere into (K, 1, 1)."""
    level = shares.mean((1, 2), keepdim=True)
    return level if float((shares - level).abs().max()) < 1e-3 else shares


def mixture(
    numbers: Tensor, shares: Tensor, size: tuple[int, int], dtype: torch.dtype
) -> list[Tensor]:
    """Mix style numbers (K, n, 64) by shares (K, h', w') into n of (1, 64, h, w) or (1, 64, 1, 1).

    One style, or shares that are the same everywhere, cost no maps at all.
    """
    count = numbers.shape[0]
    if count == 1:
        return list(numbers[0, :, None, :, None, None].to(dtype))
    if shares.shape[1:] == (1, 1):
        mixed = torch.einsum("k,kpc->pc", shares[:, 0, 0], numbers)
        return list(mixed[:, None, :, None, None].to(dtype))
    sized = functional.interpolate(shares[None], size, mode="bilinear")
    rows = sized[0].flatten(1).T.to(dtype)  # (h w, K)
    maps = [rows @ part for part in numbers.to(dtype).unbind(1)]  # n of (h w, 64)
    return [part.view(1, *size, WIDTH).permute(0, 3, 1, 2) for part in maps]


def load(card: Card, device: str) -> Model:
    """Load the network with a card's weights.

    Raises: UserError when they are missing, damaged or of another network.
    """
    network = Network()
    fill(network, read_weights(card), card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        model = MicroAST(copy.deepcopy(network), device, dtype)
        picture = torch.zeros(1, 3, 96, 160)
        style = model.prepare(picture)
        return lambda: model.paint(picture, [style], torch.ones(1, 1, 1))

    return MicroAST(network, device, quickest_dtype(device, ready))
