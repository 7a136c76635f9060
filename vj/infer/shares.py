"""The weights of a `Model.paint` call, ready to blend: at any size, the picture's own share added.
Used by the networks that blend styles inside: adain, wct, sanet, avatar_net."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

RAMP = 0.3  # total share below which the picture's own pixels come through


class Shares:
    """How much of each of K styles, and of the picture itself, every pixel gets.

    `own`: whether anywhere something is left for the picture itself; then `at` and `mixed` have
    one map more than there are styles, the last one. They sum to 1 everywhere.
    """

    def __init__(self, weights: Tensor, device: torch.device) -> None:
        """Take weights (K, h', w') as in `Model.paint`, K >= 1."""
        weights = weights.to(device, torch.float32)
        total = weights.sum(0, keepdim=True)
        self.nothing = float(total.max()) <= 0
        self.own = float(total.min()) <= 1 - 1e-3
        self.total = total.clamp(0, 1)
        maps = torch.cat([weights, 1 - self.total]) if self.own else weights
        self.maps = maps / maps.sum(0, keepdim=True)
        self._sized: dict[tuple[int, int], Tensor] = {}

    def at(self, size: tuple[int, int]) -> Tensor:
        """Return the shares at a size (h, w): (K', h, w), or (K', 1, 1) when uniform."""
        if self.maps.shape[1:] == (1, 1):
            return self.maps
        if size not in self._sized:
            self._sized[size] = functional.interpolate(self.maps[None], size, mode="bilinear")[0]
        return self._sized[size]

    def mixed(self, numbers: Tensor, size: tuple[int, int]) -> Tensor:
        """Blend channel numbers (K', C) to (1, C, 1, 1), or (1, C, h, w) where the shares vary."""
        maps = self.at(size)
        rows = maps.flatten(1).T @ numbers.to(maps.dtype)  # (h w, C)
        return rows.view(1, *maps.shape[1:], -1).permute(0, 3, 1, 2)

    def over(self, content: Tensor, painted: Tensor) -> Tensor:
        """Let the content's pixels through where the total share is small, all of them at 0.

        content, painted: (1, 3, h, w); returns the same, float32 clamped to 0..1.
        """
        painted = painted.float().clamp(0, 1).contiguous()
        if not self.own:
            return painted
        total = functional.interpolate(self.total[None], content.shape[-2:], mode="bilinear")
        reach = (total / RAMP).clamp(0, 1)
        return torch.lerp(content, painted, reach * reach * (3 - 2 * reach))
