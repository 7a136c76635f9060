"""A network's last layer: a 3 x 3 convolution at full size, done at half of it.
Used by the brush and by edges, whose pixels come to it packed four to a place.

A convolution to three colours keeps five eighths of a processor's lanes idle and moves the largest
maps of the whole network. Four of its answers at once, from the four places around them, are a
2 x 2 convolution to twelve: the same sums, in a third less time than unpacking and then convolving
(4.6 -> 3.2 of 40 ms at 640x360, 2 threads).
"""

from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.infer.layout import rimmed, spread

LANES = 8  # outputs beside each other; 12 of them take longer than 16


def unpacked(x: Tensor, last: nn.Conv2d) -> Tensor:
    """`last` over the picture that is packed in x (B, 4*C, h, w), its rim reflected.

    As `last(rimmed(spread(x, 2), 1))`; last: 3 x 3, C inputs. Returns (B, outputs, 2*h, 2*w).
    """
    if x.requires_grad:
        learning: Tensor = last(rimmed(spread(x, 2), 1))
        return learning
    weight, bias = _packed(last)
    # repeating a place repeats its far pixels, and those are what reflection puts beside the rim
    y = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), weight, bias)
    b, _, h, w = y.shape  # one row and one column of pixels too many on each side
    runs = 2 * last.out_channels
    out = y.new_empty((b, 2 * h, 2 * w, last.out_channels))
    rows = out.view(b, h, 2, w, runs)
    for row in range(2):
        rows[:, :, row] = y.permute(0, 2, 3, 1)[..., row * runs : (row + 1) * runs]
    return out[:, 1:-1, 1:-1].permute(0, 3, 1, 2)


def _packed(last: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """Weights (4 * outputs and unused ones, 4 * inputs, 2, 2) and biases that answer four times."""
    assert last.bias is not None
    weight, unused = last.weight.detach(), -4 * last.out_channels % LANES
    places = _places(last.out_channels, last.in_channels, unused, weight.device)
    numbers = torch.cat((weight.flatten(), weight.new_zeros(1)))
    packed = numbers[places].contiguous(memory_format=torch.channels_last)
    bias = last.bias.detach()
    return packed, torch.cat((bias.repeat(4), bias.new_zeros(unused)))


@functools.lru_cache
def _places(outputs: int, inputs: int, unused: int, device: torch.device) -> Tensor:
    """Where in the flat 3 x 3 weights every packed weight is found; one past the end for none."""
    none = outputs * inputs * 9
    weights = torch.arange(none).view(outputs, inputs, 3, 3)
    parts = []
    for row in range(2):
        for column in range(2):
            seen = torch.full((outputs, inputs, 4, 4), none)  # the pixels of 2 x 2 places
            seen[:, :, row : row + 3, column : column + 3] = weights
            split = seen.view(outputs, inputs, 2, 2, 2, 2).permute(0, 3, 5, 1, 2, 4)
            parts.append(split.reshape(outputs, 4 * inputs, 2, 2))
    return torch.cat((*parts, torch.full((unused, 4 * inputs, 2, 2), none))).to(device)
