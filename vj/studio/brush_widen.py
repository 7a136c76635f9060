"""A trained brush as a wider one that paints the same, so that a large brush need not begin anew.
Used by `vj train brush --size brush-xl --start FILE`.

A channel that is copied answers as before when whoever reads the copies shares its weight among
them. The shares are uneven: copies that were alike in everything would stay alike for ever.

Source: Chen et al. 2016 (Net2Net).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.brush_network import COLOURS, Widths, widths_of

UNEVEN = 0.5  # how far a copy's share is from an even one, at most


def widened(tensors: Mapping[str, Tensor], wanted: Widths, seed: int = 1) -> dict[str, Tensor]:
    """Weights of a brush of the wanted widths that paints what these weights paint, float32.

    Further residual blocks begin as copies of the last one, shut by their scale.
    Raises: UserError when the wanted widths are narrower than those of the weights.
    """
    have = widths_of(tensors)
    pairs = ((have.quarter, wanted.quarter), (have.eighth, wanted.eighth), (have.half, wanted.half))
    if any(new < old for old, new in pairs) or wanted.blocks < have.blocks:
        raise UserError("a brush can be made wider from its weights, not narrower")
    dice = torch.Generator().manual_seed(seed)
    quarter, eighth, half = (_copies(old, new, dice) for old, new in pairs)
    narrow = _copies(2 * have.half - COLOURS, 2 * wanted.half - COLOURS, dice)
    joined = torch.cat((narrow, torch.arange(COLOURS) + 2 * have.half - COLOURS))
    each = _copies(have.half // 2, wanted.half // 2, dice)  # of one of `full`'s four sub-pixels
    full = torch.cat([each + n * have.half // 2 for n in range(4)])
    blocks = [min(n, 2 * have.blocks - 2 + n % 2) for n in range(2 * wanted.blocks)]
    layers = {
        "stem": ("stem", torch.arange(48), quarter),
        "down": ("down", quarter, eighth),
        **{f"blocks.{n}": (f"blocks.{old}", eighth, eighth) for n, old in enumerate(blocks)},
        "up": ("up", eighth, quarter),
        "narrow": ("narrow", quarter, narrow),
        "detail": ("detail", joined, half),
        "full": ("full", half, full),
        "last": ("last", each, torch.arange(3)),
    }
    out = {name: value.float() for name, value in tensors.items() if name.startswith("style.")}
    for name, (old, inputs, outputs) in layers.items():
        weight = tensors[f"painter.{old}.conv.weight"].float()
        shares = _shares(inputs, dice)[None, :, None, None]
        out[f"painter.{name}.conv.weight"] = weight[outputs][:, inputs] * shares
        out[f"painter.{name}.conv.bias"] = tensors[f"painter.{old}.conv.bias"].float()[outputs]
    heads = _heads(have, blocks, (quarter, eighth, half))
    weight, bias = (tensors[f"style.mlp.4.{part}"].float()[heads] for part in ("weight", "bias"))
    for scale, shift in _added(have, wanted):
        weight[scale], weight[shift] = 0.0, 0.0
        bias[scale], bias[shift] = -1.0, 0.0  # the network adds 1 to every scale
    out["style.mlp.4.weight"], out["style.mlp.4.bias"] = weight, bias
    return out


def _copies(old: int, new: int, dice: torch.Generator) -> Tensor:
    """Which old channel each new one copies: all of them first, then some again."""
    more = [torch.randperm(old, generator=dice) for _ in range(-(-(new - old) // old))]
    return torch.cat((torch.arange(old), *more))[:new]


def _shares(copies: Tensor, dice: torch.Generator) -> Tensor:
    """What a reader gives each copy; the shares of one channel add up to 1."""
    share = 1 + UNEVEN * (2 * torch.rand(len(copies), generator=dice) - 1)
    total = torch.zeros(int(copies.max()) + 1).index_add_(0, copies, share)
    return share / total[copies]


def _heads(have: Widths, blocks: list[int], copies: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Which old number of a style vector each number of the wider one copies."""
    quarter, eighth, half = copies
    starts = [2 * sum(have.norms[:n]) for n in range(len(have.norms))]
    source = [0, 1, *(2 + n for n in blocks), 2 + 2 * have.blocks, 3 + 2 * have.blocks]
    channels = [quarter, eighth, *(eighth for _ in blocks), quarter, half]
    rows = []
    for norm, copied in zip(source, channels, strict=True):
        rows += [starts[norm] + copied, starts[norm] + have.norms[norm] + copied]
    return torch.cat(rows)


def _added(have: Widths, wanted: Widths) -> list[tuple[slice, slice]]:
    """Scales and shifts, in the wider style vector, that end the further residual blocks."""
    out = []
    for block in range(have.blocks, wanted.blocks):
        start = 2 * sum(wanted.norms[: 2 + 2 * block + 1])
        middle, end = start + wanted.eighth, start + 2 * wanted.eighth
        out.append((slice(start, middle), slice(middle, end)))
    return out
