"""Whitening and colouring: matrices that take a feature map's covariance away or give it another.
Used by wct and avatar_net.

Source: Li et al., "Universal Style Transfer via Feature Transforms", NeurIPS 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor

TOLERANCE = 1e-5  # of the largest variance: what varies less than that fades out, not up


def moments(features: Tensor, share: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Mean (C,) and covariance (C, C), float32, of features (1, C, h, w) over their positions.

    share: (h, w) >= 0, how much every position counts; all the same without it.
    """
    flat = features[0].flatten(1).float()  # (C, n)
    if share is None:
        mean = flat.mean(1)
        centred = flat - mean[:, None]
        return mean, centred @ centred.T / max(flat.shape[1] - 1, 1)
    part = share.flatten() / share.sum()
    mean = flat @ part
    centred = flat - mean[:, None]
    return mean, (centred * part) @ centred.T


def whitener(covariance: Tensor) -> Tensor:
    """The symmetric (C, C) matrix that makes features of this covariance uncorrelated, variance 1.

    Directions without variance (fewer positions than channels, dead channels) go to 0 instead of
    amplifying noise, and softly so: a hard limit would flicker in a moving picture.
    """
    values, vectors = _eigen(covariance)
    floor = TOLERANCE * values[-1].clamp_min(1.0)  # of a black frame only rounding errors vary
    return ((vectors * (values + floor).rsqrt()) @ vectors.T).to(covariance)


def colourer(covariance: Tensor) -> Tensor:
    """The symmetric (C, C) matrix that gives white features this covariance."""
    values, vectors = _eigen(covariance)
    return ((vectors * values.sqrt()) @ vectors.T).to(covariance)


def _eigen(covariance: Tensor) -> tuple[Tensor, Tensor]:
    # small matrices: in float64, and on the CPU where an accelerator has none of that
    exact = covariance.cpu() if covariance.device.type == "mps" else covariance
    values, vectors = torch.linalg.eigh(exact.double())
    return values.clamp_min(0), vectors
