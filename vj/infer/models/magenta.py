"""Magenta's arbitrary stylization: a predictor turns any picture into 100 numbers, a small network
paints with them. Loaded by vj.infer.load for cards with `model: magenta`.

Source: Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural artistic
stylization network", BMVC 2017; the public TFLite files (Apache-2.0) with a MobileNetV2 predictor
and a transformer of a quarter of the width. Strength and mixing happen between the vectors, so one
pass serves any number of styles; a mixture that differs per pixel mixes the norms' scales and
shifts, which are linear in the vector.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.inception import Inception
from vj.infer.layout import columns
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.mobilenet import VECTOR, Predictor
from vj.infer.protocol import Model, Style

RESIDUALS = 5
PADDINGS = {"reflect": "reflect", "zeros": "constant"}  # as torch calls them
OWN_SIDE = 256  # pixels, as the predictor was trained
CALM = 0.15  # how fast the picture's own vector follows a moving picture, per picture
EPSILON = 1e-5
BORROWED = 0.002  # how much of the whole picture counts in a region's statistics
LOOKED_AT = 1000  # pixels; more of them tell no more of a region
RAMP = 0.25  # strength below which the picture itself shines through


class Norms:
    """The norms of a mixture of styles, applied one after the other."""

    def __init__(self, numbers: Tensor, shares: Tensor, dtype: torch.dtype) -> None:
        """Take numbers (K, N) of K styles and their shares (K, h', w') that sum to 1."""
        self.uniform = shares.shape[1:] == (1, 1)
        if self.uniform:
            numbers = shares[:, 0, 0][None] @ numbers  # (1, N)
        self.numbers, self.shares, self.dtype = numbers, shares, dtype
        self._start = 0
        self._sized: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise each channel of (1, C, h, w), then scale and shift it as the styles say."""
        middle, end = self._start + x.shape[1], self._start + 2 * x.shape[1]
        scale, shift = self.numbers[:, self._start : middle], self.numbers[:, middle:end]
        self._start = end
        # with one picture, batch statistics are instance statistics, and the kernel is fused
        if self.uniform:
            scale, shift = scale.to(self.dtype), shift.to(self.dtype)
            return functional.batch_norm(x, None, None, scale[0], shift[0], training=True)
        shares, weights = self._sizes(x)
        mean, std = regional(x, weights)
        scale = scale / std
        both = torch.stack([shift - scale * mean, scale]).to(self.dtype)  # (2, K, C)
        rows = torch.bmm(shares.expand(2, -1, -1), both)  # (2, h w, C), both maps in one go
        maps = rows.view(2, 1, *x.shape[2:], -1).permute(0, 1, 4, 2, 3)
        return torch.addcmul(maps[0], x, maps[1])

    def _sizes(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Shares for each pixel (h w, K), and weights (K + 1, n) for each pixel looked at."""
        size = (x.shape[2], x.shape[3])
        if size not in self._sized:
            sized = functional.interpolate(self.shares[None, :-1], size, mode="bilinear")[0]
            sized = torch.cat([sized, 1 - sized.sum(0, keepdim=True)])
            step = stride(size)
            seen = sized[:, ::step, ::step].flatten(1)
            weights = torch.cat([seen, torch.ones_like(seen[:1])]) + BORROWED
            weights = weights / weights.sum(1, keepdim=True)
            self._sized[size] = columns(sized, self.dtype), weights
        return self._sized[size]


def stride(size: tuple[int, int]) -> int:
    """Say how many pixels to step so that about `LOOKED_AT` of (h, w) are looked at."""
    return max(1, round(math.sqrt(size[0] * size[1] / LOOKED_AT)))


def regional(x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of features (1, C, h, w) where each style is, float32 (K, C) each.

    weights: (K + 1, n) of each region and, last, of the whole picture, each summing to 1 over the
    n pixels looked at; what they leave out is set right by the whole picture's own statistics.
    The regions have met different styles in the layers before; normed by the whole picture's
    statistics, a style of low contrast would fade away beside one of high contrast. Regions that
    are all the same give exactly the whole picture's.
    """
    whole, spread = moments(x)
    step = stride((x.shape[2], x.shape[3]))
    rows = x.permute(0, 2, 3, 1)[0, ::step, ::step].reshape(-1, x.shape[1]).float() - whole
    mean = weights @ rows
    var = (weights @ rows.square() - mean.square()).clamp_min(0) + EPSILON
    return whole + (mean[:-1] - mean[-1]), (var[:-1] / var[-1] * (spread + EPSILON)).sqrt()


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of each channel of (1, C, h, w), float32 (C,)."""
    if x.device.type != "cpu":
        var, mean = torch.var_mean(x.float(), (0, 2, 3), correction=0)
        return mean, var
    # many times faster here than var_mean in channels_last memory
    zeros = torch.zeros(x.shape[1])
    mean, var = torch.batch_norm_update_stats(x, zeros, zeros.clone(), 0.0)
    return mean, var


class Conv(nn.Module):
    """A convolution that keeps the size (or halves it), behind reflections or zeros."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, bias: bool = False
    ) -> None:
        super().__init__()
        self.rim, self.padding = kernel // 2, "reflect"
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(functional.pad(x, (self.rim,) * 4, mode=self.padding))
        return y


class Separable(Conv):
    """The same in two steps: each channel for itself, then all of them at each pixel."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__(1, 1, kernel)
        del self.conv
        self.depthwise = nn.Conv2d(inputs, inputs, kernel, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.pad(x, (self.rim,) * 4, mode=self.padding)
        y: Tensor = self.pointwise(self.depthwise(x))
        return y


class Transformer(nn.Module):
    """Content (1, 3, h, w) 0..1 and the mixture's norms to the painted picture."""

    def __init__(self, widths: tuple[int, int, int], separable: bool, padding: str) -> None:
        super().__init__()
        a, b, c = widths
        self.contract = nn.ModuleList(
            [Conv(3, a, 9, 1, True), Conv(a, b, 3, 2, True), Conv(b, c, 3, 2, True)]
        )
        kind = Separable if separable else Conv
        self.residual = nn.ModuleList(kind(c, c, 3) for _ in range(2 * RESIDUALS))
        self.expand = nn.ModuleList([kind(c, b, 3), kind(b, a, 3), kind(a, 3, 9)])
        self.style = nn.Linear(VECTOR, 2 * (2 * RESIDUALS * c + b + a + 3))
        for part in self.modules():
            if isinstance(part, Conv):
                part.padding = padding

    def forward(self, x: Tensor, norm: Norms) -> Tensor:
        for conv in self.contract:
            x = functional.relu(conv(x))
        for first, second in self._pairs():
            x = x + norm(second(functional.relu(norm(first(x)))))
        for number, conv in enumerate(self.expand):
            if number == 2:
                return torch.sigmoid(norm(conv(x)))
            x = functional.relu(norm(conv(functional.interpolate(x, scale_factor=2))))
        raise AssertionError("a transformer has three expanding convolutions")

    def _pairs(self) -> Iterator[tuple[nn.Module, nn.Module]]:
        convs = list(self.residual)
        return zip(convs[::2], convs[1::2], strict=True)


class Network(nn.Module):
    """Predictor and transformer, one file of weights."""

    def __init__(
        self, widths: tuple[int, int, int] = (8, 16, 32), separable: bool = False,
        padding: str = "reflect", large: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.predictor = Inception() if large else Predictor()
        self.transformer = Transformer(widths, separable, padding)


class Magenta:
    """The two networks on a device; remembers only the picture's own, slowly moving vector."""

    multiple = 4

    def __init__(self, network: Network, device: str, dtype: torch.dtype) -> None:
        self.device, self.dtype = torch.device(device), dtype
        network.eval().requires_grad_(False)
        self._predictor = network.predictor.to(self.device)
        self._style = copy.deepcopy(network.transformer.style).to(self.device)
        self._transformer = network.transformer.to(self.device, dtype)
        self._transformer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._own: Tensor | None = None

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Turn a style picture (1, 3, h, w) 0..1 into its vector (100,).

        The picture's size is the scale of its strokes; about 256 pixels are right.
        """
        return Style("", {"vector": self._predictor(image.to(self.device, torch.float32))[0]})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w') in one pass.

        What the weights leave to 1 goes to the picture's own vector (identity interpolation);
        only towards 0 its pixels come through as well.
        """
        weights = weights.to(self.device, torch.float32)
        if not styles or not bool(weights.any()):
            return content
        total = weights.sum(0, keepdim=True)
        vectors = [style.tensors["vector"] for style in styles]
        faint = bool((total < 0.999).any())
        if faint:
            vectors.append(self._own_vector(content))
            weights = torch.cat([weights, (1 - total).clamp_min(0)])
        weights = weights / weights.sum(0, keepdim=True)
        norms = Norms(self._style(torch.stack(vectors)), weights, self.dtype)
        x = content.to(self.dtype, memory_format=torch.channels_last)
        painted = self._transformer(x, norms).float().contiguous()
        if not faint:
            return torch.as_tensor(painted)
        share = functional.interpolate(total[None], content.shape[2:], mode="bilinear")
        share = (share / RAMP).clamp(0, 1)
        return torch.lerp(content, painted, share * share * (3 - 2 * share))

    def _own_vector(self, content: Tensor) -> Tensor:
        size = (OWN_SIDE, OWN_SIDE)
        small = functional.interpolate(content, size, mode="bilinear", antialias=True)
        fresh: Tensor = self._predictor(small.float())[0]
        if self._own is not None:
            # another picture altogether is followed at once, a moving one calmly
            gap = float((fresh - self._own).norm() / self._own.norm().clamp_min(1e-6))
            fresh = torch.lerp(self._own, fresh, min(1.0, CALM + gap * gap))
        self._own = fresh
        return fresh


def network_for(weights: Mapping[str, Tensor], card: Card) -> Network:
    """Make the networks, without their weights yet, that the tensors and the card tell of.

    Raises: UserError when a contracting convolution is missing or the padding unknown.
    """
    keys = [f"transformer.contract.{number}.conv.weight" for number in range(3)]
    for key in keys:
        if key not in weights or weights[key].ndim != 4:
            raise UserError(f"card {card.name!r}: {card.weights} lacks a convolution {key!r}")
    a, b, c = (weights[key].shape[0] for key in keys)
    padding = str(card.options.get("padding", "reflect"))
    if padding not in PADDINGS:
        raise unknown("padding", padding, PADDINGS, f"card {card.name!r}")
    separable = "transformer.residual.0.depthwise.weight" in weights
    large = "predictor.stem.0.weight" in weights
    return Network((a, b, c), separable, PADDINGS[padding], large)


def load(card: Card, device: str) -> Model:
    """Load predictor and transformer, of any width, with a card's weights.

    Raises: UserError when they are missing, damaged or of another network.
    """
    weights = read_weights(card)
    network = network_for(weights, card)
    fill(network, weights, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        model = Magenta(copy.deepcopy(network), device, dtype)
        picture = torch.zeros(1, 3, 96, 160)
        style = Style("", {"vector": torch.zeros(VECTOR)})
        return lambda: model.paint(picture, [style], torch.ones(1, 1, 1))

    return Magenta(network, device, quickest_dtype(device, ready))
