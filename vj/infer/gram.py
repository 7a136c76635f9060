"""A VGG as a pair of eyes: features of a picture, in tiles when it is large, and Gram matrices.
Used by vj.infer.judge and the model gatys.

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016;
guided Gram matrices for regions: Gatys et al., "Controlling Perceptual Factors in Neural Style
Transfer", CVPR 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vj.infer.vgg import POOLED_AFTER, Encoder, layers

TILE, HALO = 1024, 96  # pixels; multiples of the deepest layer's 16

Features = dict[str, Tensor]
Span = tuple[slice, slice]


def stride(layer: str) -> int:
    """How many pixels one position of a layer stands for, along each side."""
    return int(2 ** (int(layer[0]) - 1))


@dataclass(frozen=True)
class Tile:
    """A part of a picture: what is looked at (`outer`) and what of that counts (`inner`)."""

    outer: Span
    inner: Span

    def cut(self, features: Tensor, step: int) -> Tensor:
        """Keep of the features of `outer` (1, C, h, w) those of `inner`."""
        spans = []
        for outer, inner in zip(self.outer, self.inner, strict=True):
            first = (inner.start - outer.start) // step
            last = None if inner.stop == outer.stop else first + (inner.stop - inner.start) // step
            spans.append(slice(first, last))
        return features[..., spans[0], spans[1]]

    def of_whole(self, maps: Tensor, like: Tensor, step: int) -> Tensor:
        """Cut the part of whole-picture maps (R, h, w) that belongs to cut features."""
        top, left = (span.start // step for span in self.inner)
        return maps[:, top : top + like.shape[2], left : left + like.shape[3]]


def tiles(size: tuple[int, int], side: int = TILE) -> list[Tile]:
    """Cut a picture of (h, w) into parts small enough to look at; one for most pictures."""
    height, width = size
    if max(size) <= side + side // 2:
        whole = slice(0, height), slice(0, width)
        return [Tile(whole, whole)]
    out = []
    for top in range(0, height, side):
        for left in range(0, width, side):
            inner = slice(top, min(top + side, height)), slice(left, min(left + side, width))
            rows, columns = (
                slice(max(part.start - HALO, 0), min(part.stop + HALO, end))
                for part, end in zip(inner, size, strict=True)
            )
            out.append(Tile((rows, columns), inner))
    return out


class Eye:
    """An encoder, of any width, and which of its layers tell of style and of content."""

    def __init__(self, encoder: Encoder, pooling: str = "max") -> None:
        """pooling: "max" as trained, or "avg", whose paintings are smoother."""
        self._encoder = encoder
        self._pool = functional.max_pool2d if pooling == "max" else functional.avg_pool2d
        chain = layers(encoder.depth)
        self.style = tuple(name for name in chain if name[1] == "1")
        self.content = "42" if "42" in chain else chain[-1]

    def look(self, picture: Tensor) -> tuple[Features, Tensor]:
        """Turn (1, 3, h, w) RGB 0..1 into features of the style layers by name, and of content."""
        encoder = self._encoder
        x = encoder.conv0(picture)
        found: Features = {}
        content = x
        for name in layers(encoder.depth):
            x = functional.relu(encoder.get_submodule(f"conv{name}")(x))
            if name == self.content:
                content = x
            if name in self.style:
                aux = encoder.get_submodule(f"aux{name}") if name in encoder.aux else None
                found[name] = functional.relu(aux(x)) if aux is not None else x
            if name in POOLED_AFTER:
                x = self._pool(x, 2, ceil_mode=encoder.reflect)
        return found, content

    def measure(self, picture: Tensor) -> Features:
        """Measure a style picture (1, 3, h, w): layer -> mean Gram matrix (C, C)."""
        found, _ = self.look(picture)
        return {name: gram(x, None)[0] / x[0, 0].numel() for name, x in found.items()}


def gram(features: Tensor, maps: Tensor | None) -> Tensor:
    """Sum the products of channels (1, C, h, w) over all positions, or over each of R regions.

    maps: (R, h, w), how much each position counts. Returns (R, C, C), R = 1 without maps.
    """
    flat = features[0].flatten(1)  # (C, n)
    if maps is None:
        return (flat @ flat.T)[None]
    return torch.stack([(flat * share) @ flat.T for share in maps.flatten(1)])


def mixed(grams: list[Mapping[str, Tensor]], shares: Tensor) -> Features:
    """Blend several styles' Gram matrices by shares (K,) that sum to 1."""
    return {
        name: sum((s * g[name] for s, g in zip(shares, grams, strict=True)), shares.new_zeros(()))
        for name in grams[0]
    }
