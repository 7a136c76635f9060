"""Keeping a picture's colours: a style picture that takes them on, a painting that gets them back.
Called by the painter, the studio and the model adain.

Source: Gatys et al., "Preserving Color in Neural Artistic Style Transfer", 2016: either the style
picture takes on the content's colours before anything is painted, or only the painting's lightness
is used.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.core.types import Pixels


def recoloured(style: Tensor, content: Tensor) -> Tensor:
    """Give a style picture the content's colour means, deviations and correlations.

    Both (1, 3, h, w) 0..1 RGB, any sizes; returns the style's shape, not clamped, as published.
    """

    def measured(image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        flat = image[0].flatten(1).cpu().double()  # 3x3 matrices are nothing for an accelerator
        std, mean = torch.std_mean(flat, 1, keepdim=True)
        even = (flat - mean) / std.clamp_min(1e-6)
        # the published code forgets to divide, and brightens when the pictures' sizes differ
        likeness = even @ even.T / flat.shape[1] + 1e-4 * torch.eye(3, dtype=flat.dtype)
        values, vectors = torch.linalg.eigh(likeness)
        return even, mean, std, (vectors * values.sqrt()) @ vectors.T

    even, _, _, own_root = measured(style)
    _, mean, std, root = measured(content)
    flat: Tensor = root @ torch.linalg.solve(own_root, even) * std + mean
    return flat.view(style.shape).to(style)


def kept(painted: Pixels, seen: Pixels, share: float = 1.0) -> Pixels:
    """Give a painting (h, w, 4) the colours of what was painted; its own lightness stays.

    share: how much of these colours, 0..1. Returns the same shape, the painting's alpha.
    """
    if share <= 0:
        return painted
    ours, theirs = (cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb) for pixels in (painted, seen))
    if share < 1:
        theirs = cv2.addWeighted(theirs, share, ours, 1 - share, 0)
    cv2.mixChannels([ours], [theirs], [0, 0])  # the lightness
    out = np.asarray(cv2.cvtColor(theirs, cv2.COLOR_YCrCb2RGB, dstCn=4), np.uint8)
    cv2.mixChannels([painted], [out], [3, 3])
    return out
