"""SANet: any picture as style; attention fetches, for every place, the style's fitting features.
Loaded by vj.infer.load for cards with `model: sanet`; `vj models import` makes its weights file.

Source: Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", CVPR 2019, layout
of GlebBrykin/SANET (MIT). Without a trained transform (there is none for the small VGG) the
normalised features are compared as they are, and what attention fetches is blended with them.
Attention runs in bands of rows, so memory stays bounded. The picture is encoded and decoded once;
only the attention is per style, and of each style only where it is seen.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import fill, read_weights
from vj.infer.protocol import Model, Style
from vj.infer.shares import Shares
from vj.infer.vgg import (
    Decoder,
    Encoder,
    decoder_for,
    encoder_for,
    normed,
    placed,
    quickest,
    statistics,
)

ENTRIES = 4 * 2**20  # of the attention matrix that may exist at a time
OWN_KEYS = 1024  # positions of the picture itself that its identity transform looks at
SHARPNESS = 0.4  # of the untrained attention: how exclusively it takes the best place
KEPT = 0.45  # of the picture's own feature pattern by the untrained attention
MOST_STEPS = 8

Memory = Mapping[str, Tensor]


def attended(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, places: Tensor | None = None
) -> Tensor:
    """Softmax attention, (n, C) x (m, C) x (m, D) to (n, D), without the whole n x m matrix.

    places: the only queries, by number, that anybody asks about; the others' answer is 0.
    """
    if places is not None:
        out = values.new_zeros(queries.shape[0], values.shape[1])
        if len(places):
            out[places] = attended(queries[places], keys, values, scale)
        return out
    rows = max(ENTRIES // keys.shape[0], 1)
    bands = [
        functional.scaled_dot_product_attention(
            band[None, None], keys[None, None], values[None, None], scale=scale
        )[0, 0]
        for band in torch.split(queries, rows)
    ]
    return torch.cat(bands)


def as_rows(features: Tensor) -> Tensor:
    """Turn (1, C, h, w) into (h w, C)."""
    return features[0].flatten(1).T.contiguous()


def as_map(rows: Tensor, like: Tensor) -> Tensor:
    """Turn (h w, C) into (1, C, h, w), height and width as in another map."""
    return rows.T.reshape(1, -1, like.shape[2], like.shape[3])


def blended(maps: Sequence[Tensor], shares: Shares) -> Tensor:
    """Mix maps (1, C, h, w) of the styles, and of the picture itself where it has a share."""
    out = torch.zeros_like(maps[0])
    for share, part in zip(shares.at((out.shape[2], out.shape[3])), maps, strict=True):
        out.addcmul_(part, share)
    return out


class Attention(nn.Module):
    """Trained style attention at one level; `h` and `out_conv` are applied to the style alone."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f, self.g, self.h, self.out_conv = (nn.Conv2d(width, width, 1) for _ in range(4))

    def remember(self, style: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (m, C) of a style's features; softmax rows sum to 1, so both fold in."""
        keys = self.g(normed(style))
        return as_rows(keys), as_rows(self.out_conv(self.h(style)))

    def forward(
        self, content: Tensor, memories: Sequence[tuple[Tensor, Tensor]], shares: Shares
    ) -> Tensor:
        """Add to the content's features (1, C, h, w) the mixture of what the styles answer."""
        queries = as_rows(self.f(normed(content)))
        found = list(memories)
        if shares.own:
            step = math.ceil(math.sqrt(content.shape[2] * content.shape[3] / OWN_KEYS))
            own = content if step <= 1 else functional.avg_pool2d(content, step, ceil_mode=True)
            found.append(self.remember(own))
        size = (content.shape[2], content.shape[3])
        maps = [
            as_map(attended(queries, *memory, 1.0, shares.places(number, size)), content)
            for number, memory in enumerate(found)
        ]
        return content + blended(maps, shares)


class Transform(nn.Module):
    """The trained transform: attention at relu4_1 and relu5_1, merged."""

    levels = (4, 5)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sanet4_1 = Attention(width)
        self.sanet5_1 = Attention(width)
        self.merge_conv = nn.Conv2d(width, width, 3, padding=1, padding_mode="reflect")

    def remember(self, style: Sequence[Tensor]) -> Memory:
        (key4, value4), (key5, value5) = (
            self.sanet4_1.remember(style[0]),
            self.sanet5_1.remember(style[1]),
        )
        return {"key4": key4, "value4": value4, "key5": key5, "value5": value5}

    def forward(
        self, content: Sequence[Tensor], memories: Sequence[Memory], shares: Shares
    ) -> Tensor:
        fine = self.sanet4_1(content[0], [(m["key4"], m["value4"]) for m in memories], shares)
        coarse = self.sanet5_1(content[1], [(m["key5"], m["value5"]) for m in memories], shares)
        merged: Tensor = self.merge_conv(fine + functional.interpolate(coarse, scale_factor=2))
        return merged


class Untrained(nn.Module):
    """Attention without weights at relu4_1: part what the style has at alike places, part AdaIN."""

    levels = (4,)

    def remember(self, style: Sequence[Tensor]) -> Memory:
        return {"key": as_rows(normed(style[0])), "statistics": statistics(style[0])}

    def forward(
        self, content: Sequence[Tensor], memories: Sequence[Memory], shares: Shares
    ) -> Tensor:
        (features,) = content
        even = normed(features)
        queries = as_rows(even)
        maps = []
        size = (features.shape[2], features.shape[3])
        for number, memory in enumerate(memories):
            key, places = memory["key"], shares.places(number, size)
            found = attended(queries, key, key, SHARPNESS, places)
            mixed = torch.lerp(as_map(found, features), even, KEPT)
            mean, std = memory["statistics"][:, None, :, None, None]
            maps.append(torch.addcmul(mean, mixed, std))
        return blended([*maps, features] if shares.own else maps, shares)


class Network(nn.Module):
    """Encoder, transform (trained or not) and decoder."""

    def __init__(self, encoder: Encoder, transform: Transform | Untrained, decoder: Decoder):
        super().__init__()
        self.encoder = encoder
        self.transform = transform
        self.decoder = decoder


class SANet:
    """The network on its device, in one number format but for the transform, which is float32.

    steps: how often the result is painted over again, each time as the new content.
    """

    def __init__(self, network: Network, device: str, dtype: torch.dtype, steps: int = 1) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.steps = steps
        self.multiple = 2 ** (max(network.transform.levels) - 1)
        self.network = placed(network, device, dtype)
        self.network.transform.float()

    @torch.inference_mode()
    def prepare(self, image: Tensor) -> Style:
        """Turn a style picture (1, 3, h, w) 0..1 into keys and values, one per 8x8 pixels."""
        return Style("", self.network.transform.remember(self._features(image)))

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w').

        What the weights leave to 1 is the transform of the picture with itself; where little is
        left to paint, the picture's pixels come through as well.
        """
        if not styles or (shares := Shares(weights, self.device)).nothing:
            return content
        memories = [style.tensors for style in styles]
        x = content
        for _ in range(self.steps):
            mixed = self.network.transform(self._features(x), memories, shares)
            x = self.network.decoder(mixed.to(self.dtype)).clamp(0, 1)
        return shares.over(content, x)

    def _features(self, image: Tensor) -> list[Tensor]:
        x = image.to(self.device, self.dtype, memory_format=torch.channels_last)
        return [found.float() for found in self.network.encoder(x, self.network.transform.levels)]


def load(card: Card, device: str) -> Model:
    """Load encoder, transform and decoder with a card's weights; option `steps`, 1..8.

    Raises: UserError when they are missing, damaged or of another network.
    """
    tensors = {name: value.float() for name, value in read_weights(card).items()}
    trained = any(name.startswith("transform.") for name in tensors)
    decoder = decoder_for(tensors, "decoder.", 4)
    width = decoder.get_submodule("conv41").in_channels
    transform = Transform(int(width)) if trained else Untrained()  # type: ignore[arg-type]
    encoder = encoder_for(tensors, "encoder.", max(transform.levels))
    network = Network(encoder, transform, decoder)
    fill(network, tensors, card)
    steps = card.options.get("steps", 1)
    if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise UserError(f"card {card.name!r}: options: steps: {steps!r}; 1 to {MOST_STEPS}")
    return quickest(device, lambda dtype: SANet(copy.deepcopy(network), device, dtype, steps))
