"""The critic of a pix2pix training: is this patch a painting of that look, or made up?
Trained against the painter by vj.studio.train_pix2pix and thrown away afterwards.

Source: Isola et al. 2017 (PatchGAN), Miyato et al. 2018 (spectral norm), Lim and Ye 2017 (hinge).
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

WIDTHS = (4, 48, 96, 192, 256)


class Critic(nn.Module):
    """Scores patches of about 50 pixels, by the look they are meant to be of."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 4, 2, 1)) for a, b in itertools.pairwise(WIDTHS)
        )
        self.head = spectral_norm(nn.Conv2d(WIDTHS[-1], looks, 3, 1, 1))

    def forward(self, pictures: Tensor, drawings: Tensor, looks: Tensor) -> Tensor:
        """Scores (B, 1, h / 16, w / 16) for pictures (B, 3, h, w), drawings (B, 1, h, w) 0..1."""
        x = torch.cat((pictures, drawings), 1) * 2 - 1
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
        scores: Tensor = self.head(x)
        return scores.gather(1, looks.view(-1, 1, 1, 1).expand(-1, 1, *scores.shape[2:]))


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """What the critic wants less of: real below 1, made up above -1."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
