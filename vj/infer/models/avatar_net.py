"""Avatar-Net: any picture as style by exchanging patches of whitened features for the style's.
Loaded by vj.infer.load for cards with `model: avatar_net`; `vj models import` makes its weights.

Source: Sheng et al., "Avatar-Net: Multi-scale Zero-shot Style Transfer by Feature Decoration",
CVPR 2018, layout of tyui592/Avatar-Net_Pytorch. The picture is encoded and decoded once; only the
exchange of patches is per style, and of each only where it is seen. Where a picture's own share
remains, its own features and statistics stand for it, also inside the decoder (the published code
always fuses in full there).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.decorator import swapped
from vj.infer.load import fill, read_weights
from vj.infer.protocol import Model, Style
from vj.infer.shares import Shares, regional, restyled
from vj.infer.vgg import Decoder, Encoder, decoder_for, encoder_for, placed, quickest, statistics
from vj.infer.whitening import colourer, moments, whitener

FUSED = {"32": 3, "22": 2, "12": 1}  # decoder layer -> level whose statistics belong there
LEVELS = (1, 2, 3, 4)
MOST_PATCH = 9


class Network(nn.Module):
    """Encoder to relu4_1 and the decoder from there."""

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder


class AvatarNet:
    """The network on its device; patches and covariances in float32.

    patch, stride: size (odd) of the exchanged patches and the step between the style's, in
    positions of 8x8 pixels. fusion: where the statistics fused into the decoder come from, the
    style's features in the "encoder" (as a decoder was trained for), in the "decoder" itself when
    it decodes the style (for one that was not), or nowhere ("none").
    """

    multiple = 8

    def __init__(
        self,
        network: Network,
        device: str,
        dtype: torch.dtype,
        patch: int = 3,
        stride: int = 1,
        fusion: str = "encoder",
    ) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.patch, self.stride, self.fusion = patch, stride, fusion
        self.network = placed(network, device, dtype)

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Keep of a style picture (1, 3, h, w) 0..1 its white features, colours and statistics."""
        *shallow, deep = self._features(image, LEVELS)
        mean, covariance = moments(deep)
        centred = deep[0].flatten(1).float() - mean[:, None]
        tensors = {
            "white": (whitener(covariance) @ centred).view_as(deep),
            "colour": colourer(covariance),
            "mean": mean,
        }
        if self.fusion == "encoder":
            for level, features in zip(LEVELS, shallow, strict=False):
                tensors[f"statistics{level}"] = statistics(features)
        elif self.fusion == "decoder":

            def note(layer: str, features: Tensor) -> Tensor:
                if layer in FUSED:
                    tensors[f"statistics{FUSED[layer]}"] = statistics(features)
                return features

            self.network.decoder(deep, note)
        return Style("", tensors)

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w')."""
        if not styles or (shares := Shares(weights, self.device)).nothing:
            return content

        def fuse(layer: str, features: Tensor) -> Tensor:
            if layer not in FUSED or self.fusion == "none":
                return features
            numbers = [style.tensors[f"statistics{FUSED[layer]}"] for style in styles]
            return restyled(features, regional(features, shares), numbers, shares).to(self.dtype)

        decorated = self._decorated(self._features(content, (4,))[0], styles, shares)
        return shares.over(content, self.network.decoder(decorated.to(self.dtype), fuse))

    def _decorated(self, features: Tensor, styles: Sequence[Style], shares: Shares) -> Tensor:
        mean, covariance = moments(features)
        flat = features[0].flatten(1).float()  # (C, n)
        white = (whitener(covariance) @ (flat - mean[:, None])).view_as(features)
        size = (features.shape[2], features.shape[3])
        maps = shares.at(size).expand(-1, *size)
        out = features.float() * maps[-1] if shares.own else torch.zeros_like(white)
        for number, style in enumerate(styles):
            rows, columns = shares.box(number, size)
            if rows.stop == rows.start:
                continue
            reach = tuple(wider(span, 2 * (self.patch // 2)) for span in (rows, columns))
            seen = white[..., reach[0], reach[1]]
            exchanged = swapped(seen, style.tensors["white"], self.patch, self.stride)
            made = torch.einsum("ij,njhw->nihw", style.tensors["colour"], exchanged)
            made += style.tensors["mean"][:, None, None]
            inside = [
                slice(span.start - far.start, span.stop - far.start)
                for span, far in zip((rows, columns), reach, strict=True)
            ]
            made = made[..., inside[0], inside[1]]
            out[..., rows, columns].addcmul_(made, maps[number, rows, columns])
        return out

    def _features(self, image: Tensor, levels: Sequence[int]) -> list[Tensor]:
        x = image.to(self.device, self.dtype, memory_format=torch.channels_last)
        features: list[Tensor] = self.network.encoder(x, levels)
        return features


def wider(span: slice, by: int) -> slice:
    """Let rows or columns reach further on both sides: as far as overlapping patches do."""
    return slice(max(span.start - by, 0), span.stop + by)


def load(card: Card, device: str) -> Model:
    """Load encoder and decoder with a card's weights.

    Options: `patch_size` (odd, 1..9), `patch_stride` (1..9), `fusion` (see `AvatarNet`) and the
    encoder's `padding`.
    Raises: UserError when they are wrong, or the weights missing, damaged or of another network.
    """
    options = card.options

    def refuse(key: str, allowed: str) -> UserError:
        return UserError(f"card {card.name!r}: options: {key}: {options[key]!r}; {allowed}")

    patch, stride = options.get("patch_size", 3), options.get("patch_stride", 1)
    if not isinstance(patch, int) or patch not in range(1, MOST_PATCH + 1, 2):
        raise refuse("patch_size", f"an odd number from 1 to {MOST_PATCH}")
    if not isinstance(stride, int) or stride not in range(1, MOST_PATCH + 1):
        raise refuse("patch_stride", f"1 to {MOST_PATCH}")
    fusion = str(options.get("fusion", "encoder"))
    if fusion not in ("encoder", "decoder", "none"):
        raise refuse("fusion", "encoder, decoder or none")
    tensors = {name: value.float() for name, value in read_weights(card).items()}
    padding = str(options.get("padding", "reflect"))
    encoder = encoder_for(tensors, "encoder.", 4, padding)
    network = Network(encoder, decoder_for(tensors, "decoder.", 4))
    fill(network, tensors, card)

    def make(dtype: torch.dtype) -> AvatarNet:
        return AvatarNet(copy.deepcopy(network), device, dtype, patch, stride, fusion)

    return quickest(device, make)
