"""The two dearest networks computed as their public programs do, to compare our way with.
Called by `vj bench models --reference` and by the tests; nothing is painted with it.

As in the app that joined them (people in one style, the rest in another), for every picture: each
style's picture is encoded anew. SANet paints the whole picture once per style, encoding it again,
with the whole attention matrix in memory, and puts the two together afterwards. Avatar-Net encodes
the picture once and takes the masks into the network; it convolves with every style patch, finds
the best with argmax and writes the choice, position by position, into a map for a transposed
convolution. All in float32, as published.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from vj.infer.models.avatar_net import FUSED, AvatarNet
from vj.infer.models.sanet import KEPT, SHARPNESS, Attention, SANet, Transform
from vj.infer.vgg import Decoder, normed, statistics
from vj.infer.whitening import colourer, moments, whitener


def plain_sanet(model: SANet, content: Tensor, images: Sequence[Tensor], masks: Tensor) -> Tensor:
    """Paint (1, 3, h, w) 0..1 with style pictures, each where its mask (K, h, w) is 1."""
    network = model.network
    transform = network.transform
    painted = torch.zeros_like(content)
    for image, mask in zip(images, masks, strict=True):
        seen = network.encoder(content, transform.levels)
        style = network.encoder(image, transform.levels)
        if isinstance(transform, Transform):
            fine = _attention(transform.sanet4_1, seen[0], style[0])
            coarse = _attention(transform.sanet5_1, seen[1], style[1])
            merged = fine + functional.interpolate(coarse, fine.shape[2:])
            mixed = transform.merge_conv(merged)
        else:
            mixed = _untrained(seen[0], style[0])
        painted += network.decoder(mixed) * mask
    return painted.clamp(0, 1)


def _attention(part: Attention, content: Tensor, style: Tensor) -> Tensor:
    queries = part.f(normed(content)).flatten(2)  # (1, C, n)
    keys = part.g(normed(style)).flatten(2)  # (1, C, m)
    matrix = torch.softmax(torch.bmm(queries.transpose(1, 2), keys), 2)  # (1, n, m)
    found = torch.bmm(part.h(style).flatten(2), matrix.transpose(1, 2))
    out: Tensor = part.out_conv(found.view_as(content)) + content
    return out


def _untrained(content: Tensor, style: Tensor) -> Tensor:
    even, keys = normed(content), normed(style).flatten(2)
    likeness = torch.bmm(even.flatten(2).transpose(1, 2), keys) * SHARPNESS
    found = torch.bmm(keys, torch.softmax(likeness, 2).transpose(1, 2)).view_as(content)
    mean, std = statistics(style)[:, None, :, None, None]
    made: Tensor = torch.lerp(found, even, KEPT) * std + mean
    return made


def plain_avatar_net(
    model: AvatarNet, content: Tensor, images: Sequence[Tensor], masks: Tensor
) -> Tensor:
    """Paint (1, 3, h, w) 0..1 with style pictures, each where its mask (K, h, w) is 1.

    Where a decoder was not trained for the encoder's statistics, none are fused, as in `model`.
    """
    encoder, decoder = model.network.encoder, model.network.decoder
    (deep,) = encoder(content, (4,))
    small = functional.interpolate(masks[None], deep.shape[2:])[0]
    mixed = torch.zeros_like(deep)
    shallow: list[list[Tensor]] = []
    for image, mask in zip(images, small, strict=True):
        *levels, style = encoder(image, (1, 2, 3, 4))
        shallow.append(levels if model.fusion == "encoder" else _decoded(decoder, style))
        mixed += _decorated(deep, style, model.patch) * mask

    def fuse(layer: str, features: Tensor) -> Tensor:
        if layer not in FUSED or model.fusion == "none":
            return features
        sized = functional.interpolate(masks[None], features.shape[2:])[0]
        mean, std = statistics(features)[:, None, :, None, None]
        even = (features - mean) / std
        out = torch.zeros_like(features)
        for levels, mask in zip(shallow, sized, strict=True):
            mean, std = statistics(levels[FUSED[layer] - 1])[:, None, :, None, None]
            out += (even * std + mean) * mask
        return out

    painted: Tensor = decoder(mixed, fuse)
    return painted.clamp(0, 1)


def _decoded(decoder: Decoder, style: Tensor) -> list[Tensor]:
    found: dict[int, Tensor] = {}

    def note(layer: str, features: Tensor) -> Tensor:
        if layer in FUSED:
            found[FUSED[layer]] = features
        return features

    decoder(style, note)
    return [found[level] for level in (1, 2, 3)]


def _decorated(content: Tensor, style: Tensor, size: int) -> Tensor:
    mean, covariance = moments(style)
    style_white, content_white = (_white(features) for features in (style, content))
    swapped = plain_swap(content_white, style_white, size)
    made = colourer(covariance) @ swapped[0].flatten(1) + mean[:, None]
    return made.view_as(content)


def _white(features: Tensor) -> Tensor:
    mean, covariance = moments(features)
    return (whitener(covariance) @ (features[0].flatten(1) - mean[:, None])).view_as(features)


def plain_swap(content: Tensor, style: Tensor, size: int) -> Tensor:
    """Exchange patches (size x size, odd) of (1, C, h, w) for a style's by convolutions."""
    rim, channels = size // 2, style.shape[1]
    kernels = functional.unfold(style, size, padding=rim)[0].T.reshape(-1, channels, size, size)
    lengths = kernels.flatten(1).norm(dim=1).clamp_min(1e-6).view(-1, 1, 1, 1)
    scores = functional.conv2d(content, kernels / lengths, padding=rim)[0]
    best = scores.argmax(0)
    chosen = torch.zeros_like(scores)
    for row in range(best.shape[0]):
        for column in range(best.shape[1]):
            chosen[best[row, column], row, column] = 1
    laid = functional.conv_transpose2d(chosen[None], kernels, padding=rim)
    ones = torch.ones(1, 1, *best.shape)
    count = functional.conv2d(ones, torch.ones(1, 1, size, size), padding=rim)
    return laid / count


def as_published(model: SANet | AvatarNet) -> SANet | AvatarNet:
    """Copy a model in float32 and plain memory, as its public program would have it.

    Source: tyui592/Avatar-Net_Pytorch, GlebBrykin/SANET and the app that joined them.
    """
    network = copy.deepcopy(model.network).float()
    for part in network.parameters():
        part.data = part.data.contiguous()
    plain = copy.copy(model)
    plain.network = network
    plain.dtype = torch.float32
    return plain
