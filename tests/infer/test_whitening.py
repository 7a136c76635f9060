"""Whitening takes covariance away, colouring gives another, and neither amplifies noise."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vj.infer.whitening import colourer, moments, whitener


@pytest.fixture
def full_rank() -> Tensor:
    """(1, 24, 30, 40) of correlated, off-centre features."""
    torch.manual_seed(3)
    mix = torch.randn(24, 24) + 8 * torch.eye(24)
    return torch.einsum("cd,dyx->cyx", mix, torch.randn(24, 30, 40))[None] + 3


def test_whitened_features_are_white_and_coloured_ones_have_the_covariance(
    full_rank: Tensor,
) -> None:
    mean, covariance = moments(full_rank)
    flat = full_rank[0].flatten(1)
    assert torch.allclose(covariance, torch.cov(flat), atol=1e-3)
    white = whitener(covariance) @ (flat - mean[:, None])
    assert torch.allclose(torch.cov(white), torch.eye(24), atol=2e-2)
    shared = moments(full_rank, torch.full((30, 40), 0.3))
    assert torch.allclose(shared[1], covariance, rtol=2e-3, atol=1e-3)
    other = torch.cov(torch.randn(24, 500))
    assert torch.allclose(torch.cov(colourer(other) @ white), other, atol=2e-2)


def test_fewer_positions_than_channels_do_not_amplify_noise() -> None:
    torch.manual_seed(4)
    features = torch.rand(1, 128, 4, 6)  # 24 positions for 128 channels
    mean, covariance = moments(features)
    white = whitener(covariance) @ (features[0].flatten(1) - mean[:, None])
    assert bool(torch.isfinite(white).all())
    assert float(torch.cov(white).diagonal().sum()) < 24
    dead = whitener(torch.zeros(8, 8))
    assert bool(torch.isfinite(dead).all())
