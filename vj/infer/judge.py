"""Says how far a canvas is from the wanted painting, and which way is better.
Used by vj.infer.canvas for the model gatys.

Source: Gatys, Ecker, Bethge, CVPR 2016; total variation: Mahendran and Vedaldi, CVPR 2015. Every
term is divided by the size of what it compares with, so one set of weights fits networks of any
width and scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vj.infer.gram import TILE, Eye, Features, Tile, gram, mixed, stride, tiles

LEAST = 1e-6  # flat pictures have features without variance
FAINT = 0.005  # a region smaller than this part of the picture cannot show a style
BOUNDS = 10.0  # weight of colours outside 0..1


@dataclass(frozen=True)
class Weights:
    """How much content, style (the mean over its layers) and total variation count."""

    content: float
    style: float
    tv: float


class Judge:
    """The loss for one content picture, one mixture of styles and one size."""

    def __init__(
        self,
        eye: Eye,
        weights: Weights,
        content: Tensor,
        styles: Sequence[Mapping[str, Tensor]],
        maps: Tensor,
        tile: int = TILE,
    ) -> None:
        """Take the content (1, 3, h, w) and K styles' mean Gram matrices by layer.

        maps: (K', h', w') shares that sum to 1, or (K', 1, 1) when they are the same everywhere;
        with K' = K + 1 the last is the picture's own look. tile: pixels looked at in one go.
        """
        self._eye, self._weights, self._maps = eye, weights, None
        self._size = (content.shape[2], content.shape[3])
        self._tiles = tiles(self._size, tile)
        self._sized: dict[str, Tensor] = {}
        sums: Features = {}
        with torch.no_grad():
            self._content = []
            for part in self._tiles:
                found, deep = self._seen(content, part)
                self._content.append(deep)
                _add(sums, {name: gram(x, None) for name, x in found.items()})
        numbers = torch.cat([deep.flatten() for deep in self._content])
        self._content_unit = 1 / (numbers.var().clamp_min(LEAST) * numbers.numel())
        grams = list(styles)
        if len(maps) > len(styles):
            grams.append({name: total[0] / self._positions(name) for name, total in sums.items()})
        areas = maps.flatten(1).mean(1)
        if maps.shape[1:] == (1, 1):
            wanted = mixed(grams, areas)
            self._wanted = {name: target[None] for name, target in wanted.items()}
            self._areas = areas.new_ones(1)
        else:
            used = [n for n, area in enumerate(areas.tolist()) if area > FAINT]
            self._maps, self._areas = maps[used], areas[used]
            self._wanted = {name: torch.stack([grams[n][name] for n in used]) for name in grams[0]}

    def judge(self, canvas: Tensor) -> Tensor:
        """Leave the gradient in `canvas.grad`; return the loss, a number without gradient.

        canvas: (1, 3, h, w) RGB around 0..1 that requires a gradient. A picture of several tiles
        is looked at twice, because its Gram matrices are of the whole.
        """
        canvas.grad = None
        loss = self._calm(canvas)
        if len(self._tiles) == 1:
            sums, deep = self._sums(canvas, self._tiles[0])
            loss = loss + self._style(sums) + self._content_loss(deep, 0)
            torch.autograd.backward(loss)
            return loss.detach()
        whole: Features = {}
        with torch.no_grad():
            for part in self._tiles:
                _add(whole, self._sums(canvas, part)[0])
        leaves = {name: value.requires_grad_() for name, value in whole.items()}
        loss = loss + self._style(leaves)
        torch.autograd.backward(loss)
        pulls = {name: leaf.grad for name, leaf in leaves.items() if leaf.grad is not None}
        total = loss.detach()
        for number, part in enumerate(self._tiles):
            sums, deep = self._sums(canvas, part)
            content = self._content_loss(deep, number)
            total = total + content.detach()
            styles = [(pulls[name] * mine).sum() for name, mine in sums.items()]
            torch.autograd.backward(torch.stack([content, *styles]).sum())
        return total

    def _sums(self, canvas: Tensor, part: Tile) -> tuple[Features, Tensor]:
        found, deep = self._seen(canvas, part)
        return {name: gram(x, self._parts(name, x, part)) for name, x in found.items()}, deep

    def _seen(self, picture: Tensor, part: Tile) -> tuple[Features, Tensor]:
        found, deep = self._eye.look(picture[..., part.outer[0], part.outer[1]])
        cut = {name: part.cut(x, stride(name)) for name, x in found.items()}
        return cut, part.cut(deep, stride(self._eye.content))

    def _positions(self, layer: str) -> int:
        height, width = self._size
        return -(-height // stride(layer)) * -(-width // stride(layer))

    def _parts(self, layer: str, features: Tensor, part: Tile) -> Tensor | None:
        """The regions' shares at a layer's positions, (R, h, w)."""
        if self._maps is None:
            return None
        if layer not in self._sized:
            size = tuple(-(-side // stride(layer)) for side in self._size)
            sized = functional.interpolate(self._maps[None], size, mode="bilinear")[0]
            self._sized[layer] = sized
        return part.of_whole(self._sized[layer], features, stride(layer))

    def _style(self, sums: Features) -> Tensor:
        """Compare the regions' mean Gram matrices with the wanted ones."""
        terms = []
        for name, total in sums.items():
            counts = self._positions(name) * self._areas[:, None, None]
            wanted = self._wanted[name]
            gap = (total / counts - wanted).square().sum((1, 2))
            size = wanted.square().sum((1, 2)).clamp_min(LEAST)
            terms.append((gap / size * self._areas).sum())
        return self._weights.style * torch.stack(terms).mean()

    def _content_loss(self, deep: Tensor, number: int) -> Tensor:
        gap = (deep - self._content[number]).square().sum()
        return self._weights.content * self._content_unit * gap

    def _calm(self, canvas: Tensor) -> Tensor:
        """Total variation, and a fence around the colours there are."""
        down = (canvas[:, :, 1:] - canvas[:, :, :-1]).square().mean()
        right = (canvas[..., 1:] - canvas[..., :-1]).square().mean()
        outside = (canvas - canvas.detach().clamp(0, 1)).square().mean()
        return self._weights.tv * (down + right) + BOUNDS * outside


def _add(sums: Features, more: Features) -> None:
    for name, value in more.items():
        sums[name] = sums[name] + value if name in sums else value
