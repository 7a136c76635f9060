"""How a network with a look of its own keeps a model's manners: shares, value ranges, one pass.
Called by the models whose style lies in their weights (fast_style, pix2pix, exported)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.protocol import Style

Range = tuple[float, float]


def one_look(
    content: Tensor, styles: Sequence[Style], weights: Tensor, look: Callable[[Tensor], Tensor]
) -> Tensor:
    """Paint with the one look a network has; the shares only say how much of it, pixel by pixel.

    content: (1, 3, h, w) 0..1; weights: (K, h', w') as in `Model.paint`; look: (1, 3, h, w) 0..1
    to the same, not called when nothing of it would be seen.
    Returns (1, 3, h, w) float32 0..1, the content itself where the weights are 0.
    """
    if not styles or not bool(weights.any()):
        return content
    painted = look(content).float().clamp(0, 1).contiguous()
    share = weights.to(content.device, torch.float32).sum(0, keepdim=True).clamp(0, 1)[None]
    if float(share.min()) > 1 - 1e-3:
        return painted
    sized = functional.interpolate(share, content.shape[-2:], mode="bilinear")
    return torch.lerp(content, painted, sized)


def resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize (1, C, h, w) without aliasing; the same size is the same picture."""
    if picture.shape[2:] == size:
        return picture
    return functional.interpolate(picture, size, mode="bilinear", antialias=True)


def to_range(picture: Tensor, bounds: Range) -> Tensor:
    """Map 0..1 to a network's own range; any shape."""
    low, high = bounds
    return picture if bounds == (0, 1) else picture * (high - low) + low


def from_range(picture: Tensor, bounds: Range) -> Tensor:
    """Map a network's own range back to 0..1; any shape, not clamped."""
    low, high = bounds
    return picture if bounds == (0, 1) else (picture - low) / (high - low)


def to_network(picture: Tensor, card: Card) -> Tensor:
    """Bring (1, 3, h, w) 0..1 RGB to the channels, range, mean and deviation a card asks for."""
    x = to_range(in_order(picture, card.channels), card.range_in)
    if card.mean_in == (0,) and card.std_in == (1,):
        return x
    return (x - _per_channel(card.mean_in, x)) / _per_channel(card.std_in, x)


def from_network(picture: Tensor, card: Card) -> Tensor:
    """Undo that for what a network gave, (1, 1 or 3, h, w); returns RGB 0..1, not clamped."""
    y = picture.float()
    if card.mean_out != (0,) or card.std_out != (1,):
        y = y * _per_channel(card.std_out, y) + _per_channel(card.mean_out, y)
    return back_to_rgb(from_range(y, card.range_out), card.channels)


def _per_channel(numbers: tuple[float, ...], like: Tensor) -> Tensor:
    return like.new_tensor(numbers).view(1, -1, 1, 1)


def in_order(picture: Tensor, channels: str) -> Tensor:
    """Give (1, 3, h, w) RGB the channels a network wants: "rgb", "bgr" or "gray" (1 channel)."""
    if channels == "bgr":
        return picture.flip(1)
    if channels == "gray":
        weights = picture.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        return (picture * weights).sum(1, keepdim=True)
    return picture


def back_to_rgb(picture: Tensor, channels: str) -> Tensor:
    """Make RGB again of what a network gave: one channel becomes gray, BGR is turned round."""
    if picture.shape[1] == 1:
        return picture.expand(-1, 3, -1, -1)
    return picture.flip(1) if channels == "bgr" else picture


def check_ranges(card: Card) -> None:
    """Refuse a card whose ranges or deviations have no width or whose means do not fit.

    Raises: UserError.
    """
    for key in ("range_in", "range_out"):
        low, high = getattr(card, key)
        if low == high:
            raise UserError(f"card {card.name!r}: {key}: black and white are both {low:g}")
    for key in ("std_in", "std_out"):
        if 0 in getattr(card, key):
            raise UserError(f"card {card.name!r}: {key}: 0 would divide by nothing")
    for key in ("mean_in", "std_in"):
        if card.channels == "gray" and len(getattr(card, key)) != 1:
            raise UserError(f"card {card.name!r}: {key}: one number, as the network is gray")
