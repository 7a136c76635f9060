"""Repaints photos as the pictures a look is taught with: strokes first, then the brush's palette.
Used by vj.studio.train_pix2pix, batch by batch on the training device; nothing here learns.

Source: Kuwahara et al. 1976 (areas as flat as their calmest neighbour), Winnemoeller 2011 (XDoG,
ink lines from a difference of Gaussians); the rest is our own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

Paint = Callable[[Tensor, Tensor], Tensor]  # pictures (B, 3, h, w), style vectors -> pictures

LUMA = (0.299, 0.587, 0.114)
PAPER, WASH, INK = (0.95, 0.91, 0.82), (0.36, 0.47, 0.56), (0.05, 0.06, 0.11)
FILTERS = ("plain", "oil", "neon", "ink")


def repainted(photos: Tensor, vectors: Tensor, paint: Paint, word: str) -> Tensor:
    """Repaint photos (B, 3, h, w) 0..1 in the palette of style vectors, by one of FILTERS.

    Returns the same shape and range.
    """
    if word == "oil":
        return _oil(photos, vectors, paint)
    if word == "neon":
        return _neon(photos, vectors, paint)
    if word == "ink":
        return _ink(photos, vectors, paint)
    return paint(photos, vectors)


def _oil(photos: Tensor, vectors: Tensor, paint: Paint) -> Tensor:
    strokes = flattened(flattened(photos, 3), 2)
    # a third of the photo's own colours keeps skin, sky and leaves apart
    painted = torch.lerp(paint(strokes, vectors), _saturated(strokes, 1.3), 0.35)
    painted = _saturated(painted, 1.2)
    # paint lies thick: light from the upper left on the ridges between strokes
    relief = luma(strokes) - luma(strokes).roll((1, 1), (2, 3))
    painted = painted + 0.6 * relief.clamp(-0.1, 0.1)
    return _contrast(painted, 1.2).clamp(0, 1)


def _neon(photos: Tensor, vectors: Tensor, paint: Paint) -> Tensor:
    calm = flattened(photos, 2)
    light = luma(calm)
    base = paint(_saturated(calm, 0.5), vectors)
    dark = _saturated(base, 1.5).clamp(0, 1) ** 1.6 * 0.42
    lines = (_edges(light) * 7).clamp(0, 1)
    glow = lines + 1.2 * blurred(lines, 1.5) + 1.3 * blurred(lines, 5.0)
    cyan = light.new_tensor((0.1, 0.85, 1.0)).view(1, 3, 1, 1)
    pink = light.new_tensor((1.0, 0.12, 0.62)).view(1, 3, 1, 1)
    tube = torch.lerp(pink, cyan, ((blurred(light, 9.0) - 0.3) * 2.5).clamp(0, 1))
    core = 0.35 * (lines**3)
    return (dark + 0.62 * glow * tube + core).clamp(0, 1)


def _ink(photos: Tensor, vectors: Tensor, paint: Paint) -> Tensor:
    calm = flattened(flattened(photos, 3), 3)
    light = luma(calm)
    light = (light - light.amin((2, 3), keepdim=True)) / (
        light.amax((2, 3), keepdim=True) - light.amin((2, 3), keepdim=True) + 0.05
    )
    steps = light * 4
    washes = (steps.floor() + _smooth((steps - steps.floor() - 0.35) / 0.3)) / 4
    paper, wash, ink = (light.new_tensor(c).view(1, 3, 1, 1) for c in (PAPER, WASH, INK))
    upper = torch.lerp(wash, paper, ((washes - 0.4) / 0.6).clamp(0, 1))
    sheet = torch.lerp(ink, upper, (washes / 0.4).clamp(0, 1))
    warm = (calm[:, :1] - calm[:, 1:].mean(1, keepdim=True)).clamp(0, 1)
    red = light.new_tensor((0.80, 0.20, 0.13)).view(1, 3, 1, 1)
    sheet = torch.lerp(sheet, red, _smooth((warm - 0.22) / 0.25) * 0.85)
    painted = torch.lerp(sheet, paint(sheet, vectors), 0.5)
    fine, coarse = blurred(luma(photos), 0.8), blurred(luma(photos), 1.6)
    pen = 1 - _smooth((coarse - fine - 0.008) / 0.03)
    return torch.lerp(ink.expand_as(painted), painted, pen).clamp(0, 1)


def luma(pictures: Tensor) -> Tensor:
    """Brightness of (B, 3, h, w) as (B, 1, h, w)."""
    return (pictures * pictures.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (B, C, h, w), sigma in pixels."""
    reach = max(1, round(2.5 * sigma))
    line = torch.arange(-reach, reach + 1, device=x.device, dtype=x.dtype)
    kernel = torch.exp(-line.square() / (2 * sigma * sigma))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1)
    b, c, h, w = x.shape
    flat = F.pad(x.reshape(b * c, 1, h, w), (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(flat, kernel), kernel.transpose(2, 3)).view(b, c, h, w)


def flattened(x: Tensor, radius: int) -> Tensor:
    """Kuwahara's filter, softened: each place takes the colour of its calmer quarters."""
    side = radius + 1
    wide = F.pad(x, (radius,) * 4, mode="replicate")
    mean = F.avg_pool2d(wide, side, 1)  # (B, C, h + radius, w + radius)
    spread = (F.avg_pool2d(wide.square(), side, 1) - mean.square()).clamp_min(0)
    calm = 1 / (spread.sum(1, keepdim=True) + 1e-4).square()
    h, w = x.shape[2:]
    corners: Sequence[tuple[int, int]] = ((0, 0), (0, radius), (radius, 0), (radius, radius))
    total, weight = torch.zeros_like(x), torch.zeros_like(x[:, :1])
    for top, left in corners:
        share = calm[:, :, top : top + h, left : left + w]
        total = total + share * mean[:, :, top : top + h, left : left + w]
        weight = weight + share
    return total / weight


def _edges(light: Tensor) -> Tensor:
    soft = blurred(light, 1.0)
    across = F.pad(soft[:, :, :, 2:] - soft[:, :, :, :-2], (1, 1, 0, 0))
    down = F.pad(soft[:, :, 2:] - soft[:, :, :-2], (0, 0, 1, 1))
    return ((across.square() + down.square() + 1e-8).sqrt() - 0.04).clamp_min(0)


def _smooth(x: Tensor) -> Tensor:
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


def _saturated(x: Tensor, much: float) -> Tensor:
    grey = luma(x)
    return grey + (x - grey) * much


def _contrast(x: Tensor, much: float) -> Tensor:
    middle = x.mean((1, 2, 3), keepdim=True)
    return middle + (x - middle) * much
