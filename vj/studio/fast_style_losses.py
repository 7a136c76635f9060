"""What a network with one style is asked for: the photo's shapes, the painting's look, calm.
One call of `losses` judges one batch; used by vj.studio.train_fast_style.

Source: Johnson et al. 2016; weights named and balanced as in lengstrom/fast-style-transfer. Each
loss is measured against what it is compared with, so that the same weights suit any judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vj.studio.eyes import Eyes, spread

# What balances the weights of style.py, by eye: a dense mosaic swallowed faces at three times that.
STYLE_UNIT = 0.06
FLAT = 1e-3  # keeps a style of one flat colour from dividing by nothing


@dataclass(frozen=True)
class Weights:
    """How strongly each wish counts."""

    content: float = 7.5
    style: float = 100.0
    tv: float = 200.0


Look = Mapping[str, tuple[Tensor, Tensor]]
"""Layer -> mean (B, C) and covariance (B, C, C) of its features."""


def measured(eyes: Eyes, style: Tensor) -> Look:
    """Measure the look of a style picture (1, 3, h, w) 0..1."""
    with torch.no_grad():
        found = eyes(style)
        return {name: spread(found[name]) for name in eyes.style}


def losses(
    weights: Weights, eyes: Eyes, wanted: Look, photos: Tensor, painted: Tensor
) -> dict[str, Tensor]:
    """Judge photos and what was painted of them, (B, 3, h, w) 0..1: weighted scalars by name."""
    with torch.no_grad():
        shapes = functional.instance_norm(eyes(photos)[eyes.content].float())
    found = eyes(painted)
    # colour and contrast are the style's business: instance norm takes them out
    content = (functional.instance_norm(found[eyes.content].float()) - shapes).square().mean()
    style = painted.new_zeros((), dtype=torch.float32)
    for name, (mean, covariance) in wanted.items():
        got, varied = spread(found[name])
        level = covariance.diagonal(dim1=1, dim2=2).mean()
        away = (got - mean).square().mean() / (level + FLAT)
        away = away + (varied - covariance).square().mean() / (covariance.square().mean() + FLAT)
        style = style + away / len(wanted)
    rough = painted.diff(dim=2).square().mean() + painted.diff(dim=3).square().mean()
    return {
        "content": weights.content * content,
        "style": weights.style * STYLE_UNIT * style,
        "tv": weights.tv * rough.float(),
    }
