"""The weights of a `Model.paint` call, ready to blend: at any size, the picture's own share added.
Used by the networks that blend styles inside: adain, wct, sanet, avatar_net."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

FAINT = 1e-3  # share below which a style need not be worked out
RAMP = 0.3  # total share below which the picture's own pixels come through
ELSEWHERE = 0.02  # how much positions outside a style's region count when it is measured


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

    def places(self, number: int, size: tuple[int, int]) -> Tensor | None:
        """Number the positions of a (h, w) map that a style has a share in; None: all of them."""
        share = self.at(size)[number].flatten()
        if len(share) == 1:
            return None
        found = torch.nonzero(share > FAINT)[:, 0]
        return None if len(found) == len(share) else found

    def box(self, number: int, size: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of a (h, w) map within which a style has a share."""
        share = self.at(size)[number] > FAINT
        if share.numel() == 1:
            return slice(0, size[0]), slice(0, size[1])
        spans = []
        for along in (1, 0):
            used = torch.nonzero(share.any(along))[:, 0].tolist()
            spans.append(slice(used[0], used[-1] + 1) if used else slice(0, 0))
        return spans[0], spans[1]

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


def restyled(features: Tensor, own: Tensor, styles: Sequence[Tensor], shares: Shares) -> Tensor:
    """Give features the mixture of the styles' channel means and deviations (AdaIN).

    features: (1, C, h, w); styles: (2, C) mean and deviation; own: what the features have of
    these, (2, C) or (K', 2, C) from `regional`; it is in the mixture where the picture itself has
    a share. Returns (1, C, h, w) float32.
    """
    table = torch.stack([*styles, own.view(-1, *own.shape[-2:])[-1]] if shares.own else [*styles])
    size = (features.shape[2], features.shape[3])
    gain = table[:, 1] / own[..., 1, :]
    scale = shares.mixed(gain, size)
    shift = shares.mixed(table[:, 0] - own[..., 0, :] * gain, size)
    return torch.addcmul(shift, features.float(), scale)


def regional(features: Tensor, shares: Shares) -> Tensor:
    """Measure channel means and deviations of (1, C, h, w) over each style's region, (K', 2, C).

    Features that are styled already must be measured so: over the whole picture, two regions of
    different styles would each be driven away from its style by the difference to the other.
    """
    maps = shares.at((features.shape[2], features.shape[3]))
    flat = features[0].flatten(1).float()  # (C, n)
    if maps.shape[1:] == (1, 1):
        var, mean = torch.var_mean(flat, 1, correction=min(1, flat.shape[1] - 1))
        var, mean = var[None], mean[None]
    else:
        part = maps.flatten(1) + ELSEWHERE
        part = (part / part.sum(1, keepdim=True)).T  # (n, K')
        mean = (flat @ part).T
        var = ((flat**2 @ part).T - mean**2).clamp_min(0)
    own = torch.stack([mean, torch.sqrt(var + 1e-5)], 1)
    return own.expand(len(maps), -1, -1)
