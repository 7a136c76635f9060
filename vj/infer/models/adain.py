"""AdaIN: any picture as style by giving VGG features its channel means and deviations.
Loaded by vj.infer.load for cards with `model: adain`; `vj models import` makes its weights file.

Source: Huang and Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
Normalization", ICCV 2017, layout of naoto0804/pytorch-AdaIN (MIT). Styles are blended, also per
pixel, as statistics, so the picture is encoded and decoded once whatever the number of styles.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vj.core.card import Card
from vj.infer.colour import recoloured
from vj.infer.load import fill, read_weights
from vj.infer.protocol import Model, Style
from vj.infer.shares import Shares, restyled
from vj.infer.vgg import Decoder, Encoder, decoder_for, encoder_for, placed, quickest, statistics

DEPTH = 4


class Network(nn.Module):
    """Encoder to relu4_1 and the decoder from there."""

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder


class AdaIN:
    """The network on its device, in one number format; statistics stay float32."""

    multiple = 2 ** (DEPTH - 1)

    def __init__(
        self, network: Network, device: str, dtype: torch.dtype, preserve_color: bool = False
    ) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.preserve_color = preserve_color
        self.network = placed(network, device, dtype)

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Reduce a style picture (1, 3, h, w) 0..1 to mean and deviation of its 512 channels.

        Where colours are preserved the picture is kept: its colours depend on the content's.
        """
        if self.preserve_color:
            return Style("", {"image": image.to(self.device, torch.float32)})
        return Style("", {"numbers": self._numbers(image)})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w') in one pass.

        What the weights leave to 1 is the content's own statistics, which is the published
        alpha; where little is left to paint, the content's pixels come through as well.
        """
        if not styles or (shares := Shares(weights, self.device)).nothing:
            return content
        features = self._features(content)
        numbers = [self._style(style, content) for style in styles]
        mixed = restyled(features, statistics(features), numbers, shares)
        painted = self.network.decoder(mixed.to(self.dtype))
        return shares.over(content, painted)

    def _features(self, image: Tensor) -> Tensor:
        x = image.to(self.device, self.dtype, memory_format=torch.channels_last)
        features: Tensor = self.network.encoder(x, (DEPTH,))[0]
        return features.float()

    def _numbers(self, image: Tensor) -> Tensor:
        return statistics(self._features(image))

    def _style(self, style: Style, content: Tensor) -> Tensor:
        if "image" in style.tensors:
            return self._numbers(recoloured(style.tensors["image"], content))
        return style.tensors["numbers"]


def load(card: Card, device: str) -> Model:
    """Load encoder and decoder with a card's weights; option `preserve_color: true`.

    Raises: UserError when they are missing, damaged or of another network.
    """
    tensors = {name: value.float() for name, value in read_weights(card).items()}
    network = Network(
        encoder_for(tensors, "encoder.", DEPTH), decoder_for(tensors, "decoder.", DEPTH)
    )
    fill(network, tensors, card)

    keep = bool(card.options.get("preserve_color", False))
    return quickest(device, lambda dtype: AdaIN(copy.deepcopy(network), device, dtype, keep))
