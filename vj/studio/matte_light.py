"""The light and the camera of training pictures: coloured stage light, darkness, blur, noise, JPEG.
Called by `vj.studio.matte_batches` for every batch, on the device the network is trained on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from vj.studio.matte_batches import Dice

LUMA = (0.299, 0.587, 0.114)


def lit(pictures: Tensor, dice: Dice) -> Tensor:
    """Light pictures (B, 3, h, w) 0..1 anew and take them with a worse camera."""
    count, _, height, width = pictures.shape
    x = pictures.clamp(1e-4, 1) ** torch.exp(dice.between(-0.35, 0.35, count, 1, 1, 1))
    grey = _grey(x)
    colour = torch.where(dice.yes(0.3, count) > 0, dice.between(0, 1.7, count, 1, 1, 1), 1.0)
    x = grey + (x - grey) * colour
    # lamps: a coarse field of coloured light, sometimes nearly of one colour
    lamps = F.interpolate(
        dice.between(0, 1, count, 3, 2, 3), (height, width), mode="bilinear", align_corners=True
    )
    wash = dice.between(0, 1, count, 3, 1, 1)
    lamps = lamps + (wash - lamps) * dice.between(0, 1, count, 1, 1, 1)
    strength = dice.between(0, 1, count, 1, 1, 1) * dice.yes(0.4, count)
    field = (0.1 + 1.5 * lamps - 1) * strength + 1
    haze = dice.between(0, 0.15, count, 1, 1, 1) * strength * wash
    x = x * field + haze
    x = x * torch.exp(dice.between(-0.15, 0.15, count, 3, 1, 1))  # white balance
    dim = dice.yes(0.3, count)
    x = x * torch.exp(dim * dice.between(-1.4, 0.5, count, 1, 1, 1))
    x = x * torch.exp(dice.between(-0.25, 0.25, count, 1, 1, 1))
    middle = x.mean((2, 3), keepdim=True)
    x = (middle + (x - middle) * dice.between(0.7, 1.35, count, 1, 1, 1)).clamp(0, 1)
    return _taken(x, dice)


def _grey(x: Tensor) -> Tensor:
    weights = torch.tensor(LUMA, device=x.device).view(1, 3, 1, 1)
    return (x * weights).sum(1, keepdim=True)


def _taken(x: Tensor, dice: Dice) -> Tensor:
    count, _, height, width = x.shape
    blur = dice.between(0, 1, count, 1, 1, 1) * dice.yes(0.35, count)
    x = x + (_blurred(x, dice.number(0.6, 2.2)) - x) * blur
    noise = dice.between(0, 0.07, count, 1, 1, 1) * dice.yes(0.5, count)
    coarse = F.interpolate(dice.noise(count, 3, height // 2, width // 2), (height, width))
    x = x + noise * (dice.noise(count, 3, height, width) * 0.8 + coarse * 0.5)
    x = x.clamp(0, 1)
    step = dice.between(0.02, 0.18, count, 1, 1, 1)
    x = torch.where(dice.yes(0.35, count) > 0, squeezed(x, step), x)
    return x.clamp(0, 1)


def _blurred(x: Tensor, sigma: float) -> Tensor:
    reach = max(1, math.ceil(2 * sigma))
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, device=x.device) / sigma) ** 2)
    taps = (taps / taps.sum()).view(1, 1, 1, -1)
    flat = x.flatten(0, 1)[:, None]  # (3 B, 1, h, w)
    flat = F.conv2d(F.pad(flat, (reach, reach, 0, 0), mode="replicate"), taps)
    flat = F.conv2d(F.pad(flat, (0, 0, reach, reach), mode="replicate"), taps.transpose(2, 3))
    return flat.reshape(x.shape)


def squeezed(x: Tensor, step: Tensor) -> Tensor:
    """What is left after a JPEG-like rounding of every 8x8 block, (B, 3, h, w) 0..1.

    step: (B, 1, 1, 1) 0..1, how coarsely the slow waves are rounded; quick ones up to 4 times that.
    """
    count, _, height, width = x.shape
    n = torch.arange(8, device=x.device, dtype=torch.float32)
    waves = torch.cos(math.pi / 8 * (n[None] + 0.5) * n[:, None]) * 0.5
    waves[0] *= 0.5**0.5
    blocks = x.reshape(count, 3, height // 8, 8, width // 8, 8).transpose(3, 4)
    found = waves @ blocks @ waves.T
    coarse = step[..., None, None] * (1 + 3 * (n[None] + n[:, None]) / 14)
    kept = (found / coarse).round() * coarse
    return (waves.T @ kept @ waves).transpose(3, 4).reshape(x.shape)
