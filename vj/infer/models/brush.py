"""The flagship network: any picture becomes a style vector, a small network paints with it.
Loaded by the infer process through `load`; trained by `vj.studio.train_brush`.

The content network works at 1/4 and 1/8 resolution, where dense convolutions are cheap on a
CPU. A style is one flat vector of scales and shifts for its instance norms, so any blend of
styles - even a different one per pixel - is a convex combination of vectors: one pass.

Source: Dumoulin et al. 2017 (conditional instance norm), Ghiasi et al. 2017 (style predictor,
identity interpolation), Odena et al. 2016 and Aitken et al. 2017 (checkerboards, ICNR).
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.card import Card
from vj.infer.layout import doubled, evened, framed_spread, gathered, joined
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

QUARTER, EIGHTH, HALF, BLOCKS = 32, 80, 16, 5
# channels of every conditioned norm, in the order the network meets them
NORMS = (QUARTER, EIGHTH, *[EIGHTH] * (2 * BLOCKS), QUARTER, HALF)
VECTOR = 2 * sum(NORMS)
STYLE_LEVELS = (32, 48, 64, 96, 128)


class Conv(nn.Module):
    """A convolution with reflection padding, so that the rim looks like the rest."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride)
        self.rim = (size - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(F.pad(x, (self.rim,) * 4, mode="reflect"))
        return y


class Mixture:
    """Style vectors and their weights, handed to one norm after the other as scale and shift."""

    def __init__(self, vectors: Tensor, weights: Tensor | None = None) -> None:
        """Take vectors (B, VECTOR), or (B, K, VECTOR) with weights (B, K, h, w) summing to 1."""
        self.vectors = vectors
        self.weights = weights
        self._sized: dict[tuple[int, int], Tensor] = {}
        self._start = 0

    def next(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift for the next norm: (B, C, 1, 1), or (B, C, h, w) when mixed per pixel."""
        middle, end = self._start + x.shape[1], self._start + 2 * x.shape[1]
        scale = 1 + self.vectors[..., self._start : middle]
        shift = self.vectors[..., middle:end]
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
        return torch.addcmul(shift, F.instance_norm(x), scale)
    if mixture.weights is None:
        # with one picture, batch statistics are instance statistics, and the kernel is fused
        return F.batch_norm(x, None, None, scale.flatten(), shift.flatten(), training=True)
    return torch.addcmul(shift, F.batch_norm(x, None, None, training=True), scale)


class StyleEncoder(nn.Module):
    """Any picture to its style vector."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, *STYLE_LEVELS)
        self.convs = nn.ModuleList(Conv(a, b, 3, 2) for a, b in itertools.pairwise(widths))
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
            x = relu(conv(x))
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
        with torch.no_grad():  # ICNR: the four sub-pixels start equal, so no lattice to unlearn
            weight = self.full.conv.weight
            weight.copy_(weight[:8].repeat(4, 1, 1, 1))
        self.tie()

    @torch.no_grad()
    def tie(self) -> None:
        """Make the four sub-pixels of `full` answer alike to a flat area; the trainer calls it.

        Else the cheapest fine texture is a lattice of every second pixel, and it is learned.
        """
        weight = self.full.conv.weight.view(4, 8, HALF, 3, 3)
        sums = weight.mean((3, 4), keepdim=True)
        weight.add_(sums.mean(0, keepdim=True) - sums)
        assert self.full.conv.bias is not None
        bias = self.full.conv.bias.view(4, 8)
        bias.copy_(bias.mean(0, keepdim=True).expand(4, 8))

    def forward(self, picture: Tensor, mixture: Mixture) -> Tensor:
        """(B, 3, h, w) RGB 0..1, h and w multiples of 8, to the same shape."""
        x = picture * 2 - 1
        quarter = relu(normed(self.stem(gathered(x, 4)), mixture))  # (B, 32, h/4, w/4)
        y = relu(normed(self.down(quarter), mixture))  # (B, 80, h/8, w/8)
        for first, second in zip(self.blocks[::2], self.blocks[1::2], strict=True):
            y = y + normed(second(relu(normed(first(y), mixture))), mixture)
        y = doubled(evened(evened(self.up(y)))) + quarter  # (B, 32, h/4, w/4)
        y = doubled(self.narrow(relu(normed(y, mixture))))  # (B, 20, h/2, w/2)
        y = joined(y, gathered(x, 2))  # full-size detail, (B, 32, h/2 + 2, w/2 + 2)
        y = relu(normed(self.detail.conv(y), mixture))  # (B, 16, h/2, w/2)
        y = framed_spread(relu(self.full(y)))  # (B, 8, h + 2, w + 2)
        return torch.sigmoid(self.last.conv(y).float())


def relu(x: Tensor) -> Tensor:
    """Rectify in place."""
    return F.relu(x, inplace=True)


class Brush(nn.Module):
    """Style encoder and painter, one file of weights."""

    def __init__(self) -> None:
        super().__init__()
        self.style = StyleEncoder()
        self.painter = Painter()


RAMP = 0.5  # strength below which the picture itself shines through
STYLE_SIDE, OWN_SIDE = 320, 128  # pixels, within what training showed it
CALM = 0.15  # how fast the picture's own vector follows a moving picture, per picture
CUT = 0.1  # relative change of that vector that means another picture (0.004 within a take)


class BrushModel:
    """The trained brush on a device; remembers only the picture's own, slowly moving vector."""

    multiple = 8

    def __init__(self, network: Brush, device: str, dtype: torch.dtype) -> None:
        self._device = device
        self._dtype = dtype
        self._style = network.style.to(device, torch.float32).eval()
        self._painter = network.painter.to(device, dtype).eval()
        self._painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._own: Tensor | None = None

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Turn a style picture (1, 3, h, w) 0..1 RGB into a `Style` with one vector."""
        image = image.to(self._device, torch.float32)
        scale = STYLE_SIDE / min(image.shape[2:])
        size = tuple(max(32, round(side * scale)) for side in image.shape[2:])
        return Style("", {"vector": self._style(resized(image, size))})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Paint (1, 3, h, w) 0..1 in a mixture of styles; weights (K, h', w') as in `Model`."""
        weights = weights.to(content.device, torch.float32)[None]  # (1, K, h', w')
        if not styles or not bool(weights.any()):
            return content
        total = weights.sum(1, keepdim=True)
        faint = bool((total < 0.999).any())
        vectors = torch.cat([style.tensors["vector"] for style in styles])[None]
        if faint:
            vectors = torch.cat((vectors, self._own_vector(content)[None]), 1)
            weights = torch.cat((weights, (1 - total).clamp_min(0)), 1)
        weights = weights / weights.sum(1, keepdim=True)
        if weights.shape[2:] == (1, 1):
            mixture = Mixture((weights[:, :, 0, 0] @ vectors[0]).to(self._dtype))
        else:
            mixture = Mixture(vectors.to(self._dtype), weights)
        x = content.to(self._dtype, memory_format=torch.channels_last)
        painted: Tensor = self._painter(x, mixture)
        if not faint:
            return painted
        share = F.interpolate(total, content.shape[2:], mode="bilinear", align_corners=False)
        share = (share / RAMP).clamp(0, 1)
        return torch.lerp(content, painted, share * share * (3 - 2 * share))

    def _own_vector(self, content: Tensor) -> Tensor:
        fresh: Tensor = self._style(resized(content, (OWN_SIDE, OWN_SIDE)))  # (1, VECTOR)
        if self._own is not None:
            # another picture altogether is followed at once, a moving one calmly
            gap = float((fresh - self._own).norm() / self._own.norm().clamp_min(1e-6))
            fresh = torch.lerp(self._own, fresh, min(1.0, CALM + (gap / CUT) ** 2))
        self._own = fresh
        return fresh


def resized(image: Tensor, size: tuple[int, ...]) -> Tensor:
    """Resize (1, 3, h, w) without aliasing."""
    return F.interpolate(image, size, mode="bilinear", antialias=True, align_corners=False)


def load(card: Card, device: str) -> Model:
    """Load the brush a card describes.

    Raises: UserError when the weights are missing, damaged or of another network.
    """
    network = Brush()
    fill(network, {name: value.float() for name, value in read_weights(card).items()}, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        painter = copy.deepcopy(network.painter).to(dtype)
        painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        vectors = torch.zeros(1, VECTOR, dtype=dtype)
        x = torch.zeros(1, 192, 320, 3, dtype=dtype).permute(0, 3, 1, 2)
        return lambda: painter(x, Mixture(vectors))

    return BrushModel(network, device, quickest_dtype(device, ready))
