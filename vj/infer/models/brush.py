"""The flagship live: styles kept as vectors, every region and every cross-fade in one pass.
Loaded by the infer process through `load`; the networks are in vj.infer.brush_network.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.card import Card
from vj.infer.brush_network import Brush, Mixture, widths_of
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

STYLE_SIDE, OWN_SIDE = 512, 128  # pixels; larger ones (0.5 to 2 times) are nearer to their strokes
CALM = 0.15  # how fast the picture's own vector follows a moving picture, per picture
CUT = 0.1  # relative change of that vector that means another picture (0.004 within a take)


class BrushModel:
    """The trained brush on a device; remembers only the picture's own, slowly moving vector."""

    multiple = 8
    calm = 0.85  # left alone it covers every wall with waves, the same in all styles

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
            weights = torch.cat((weights, 1 - total.clamp(0, 1)), 1)
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
        share = share.clamp(0, 1)
        # the picture itself shines through as well: colours turn over as evenly as they can
        return torch.lerp(content, painted, share * (2 - share))

    def _own_vector(self, content: Tensor) -> Tensor:
        fresh: Tensor = self._style(resized(content, (OWN_SIDE, OWN_SIDE)))  # (1, vector)
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
    tensors = read_weights(card)
    network = Brush(widths_of(tensors))
    fill(network, {name: value.float() for name, value in tensors.items()}, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        painter = copy.deepcopy(network.painter).to(dtype)
        painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        vectors = torch.zeros(1, network.widths.vector, dtype=dtype)
        x = torch.zeros(1, 192, 320, 3, dtype=dtype).permute(0, 3, 1, 2)
        return lambda: painter(x, Mixture(vectors))

    return BrushModel(network, device, quickest_dtype(device, ready))
