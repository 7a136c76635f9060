"""WCT: any picture as style by whitening and colouring VGG features, from coarse to fine levels.
Loaded by vj.infer.load for cards with `model: wct`; `vj models import` makes its weights file.

Source: Li et al., "Universal Style Transfer via Feature Transforms", NeurIPS 2017; networks of
Wang et al., "Collaborative Distillation for Ultra-Resolution Universal Style Transfer", CVPR 2020.
At every level the picture is encoded, its features' covariance is replaced by the style's, and it
is decoded again. Styles, also per pixel, are blended between whitening and decoding, so every
level runs once whatever their number.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import fill, read_weights
from vj.infer.protocol import Model, Style
from vj.infer.shares import ELSEWHERE, Shares
from vj.infer.vgg import decoder_for, encoder_for, fraction, placed, quickest
from vj.infer.whitening import colourer, moments, whitener

STRENGTH = 0.6  # per level, where the card says nothing


class Network(nn.Module):
    """An encoder `e<level>` and a decoder `d<level>` for every level from 1 to 5 there is."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.levels = sorted({int(k[1]) for k in tensors if k[:1] in "ed" and k[1:2] in "12345"})
        for level in self.levels:
            self.add_module(f"e{level}", encoder_for(tensors, f"e{level}.", level))
            self.add_module(f"d{level}", decoder_for(tensors, f"d{level}.", level))


class WCT:
    """The levels on their device; features in one number format, covariances in float32.

    strengths: level -> 0..1, how far that level goes to the style at a total weight of 1.
    """

    def __init__(
        self, network: Network, device: str, dtype: torch.dtype, strengths: Mapping[int, float]
    ) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.strengths = {level: strengths[level] for level in reversed(network.levels)}
        self.multiple = 2 ** (max(network.levels) - 1)
        self.network = placed(network, device, dtype)

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Reduce a style picture (1, 3, h, w) 0..1 to a mean and a colouring matrix per level."""
        tensors = {}
        for level in self.strengths:
            mean, covariance = moments(self._features(image, level))
            tensors[f"mean{level}"] = mean
            tensors[f"colour{level}"] = colourer(covariance)
        return Style("", tensors)

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w'), one pass per level.

        What the weights leave to 1, and what a level's strength leaves of the rest, stays the
        picture's own features.
        """
        if not styles or (shares := Shares(weights, self.device)).nothing:
            return content
        x = content
        for level, strength in self.strengths.items():
            if strength > 0:
                features = self._recoloured(self._features(x, level), styles, shares, level)
                decoder = self.network.get_submodule(f"d{level}")
                x = decoder(features.to(self.dtype)).clamp_min_(0)
        return shares.over(content, x)

    def _features(self, image: Tensor, level: int) -> Tensor:
        x = image.to(self.device, self.dtype, memory_format=torch.channels_last)
        features: Tensor = self.network.get_submodule(f"e{level}")(x, (level,))[0]
        return features.float()

    def _recoloured(
        self, features: Tensor, styles: Sequence[Style], shares: Shares, level: int
    ) -> Tensor:
        maps = shares.at((features.shape[2], features.shape[3]))
        even = maps.shape[1:] == (1, 1)
        flat = features[0].flatten(1)  # (C, n)
        strength = self.strengths[level]
        out = flat * (1 - strength * maps[: len(styles)].sum(0).flatten())
        for number, (style, share) in enumerate(zip(styles, maps, strict=False)):
            if number == 0 or not even:
                # a region is measured by itself, or it would end up as far from its style as the
                # other region's style is from it; the rest counts a little, for tiny regions
                mean, covariance = moments(features, None if even else share + ELSEWHERE)
                white = whitener(covariance)
            colour = style.tensors[f"colour{level}"] @ white
            shift = style.tensors[f"mean{level}"] - colour @ mean
            made = torch.addmm(shift[:, None], colour, flat)
            out.addcmul_(made, strength * share.flatten())
        return out.view_as(features)


def load(card: Card, device: str) -> Model:
    """Load the levels a card's weights hold; options `strength_1` .. `strength_5`, 0..1.

    Raises: UserError when they are missing, damaged or of another network.
    """
    tensors = {name: value.float() for name, value in read_weights(card).items()}
    network = Network(tensors)
    if not network.levels:
        raise UserError(f"card {card.name!r}: {card.weights} does not fit model 'wct': no levels")
    fill(network, tensors, card)
    strengths = {n: fraction(card, f"strength_{n}", STRENGTH) for n in network.levels}
    return quickest(device, lambda dtype: WCT(copy.deepcopy(network), device, dtype, strengths))
