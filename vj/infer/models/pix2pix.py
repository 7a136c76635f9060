"""pix2pix: a U-Net that turns drawings, edges or maps into pictures; any public generator of it.
Loaded by vj.infer.load for cards with `model: pix2pix`; made by `vj models import` or `vj train`.

Source: Isola et al., "Image-to-image translation with conditional adversarial networks", CVPR 2017;
layouts of affinelayer/pix2pix-tensorflow and junyanz/pytorch-CycleGAN-and-pix2pix, any width and
number of levels. As there, norms use the picture's own statistics at test time. Their dropout,
left on as noise, is off here: on stage it would flicker. The look lies in the weights.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.composite import check_ranges, from_network, one_look, resized, to_network
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

FITS = ("stretch", "pad")
MOST_WIDER = 8  # no level is more than 8 times as wide as the first


class Norm(nn.Module):
    """Batch norm by the statistics of the one picture that is the batch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[2:] == (1, 1):  # a single value is its own mean: only the shift remains
            return self.shift.view(1, -1, 1, 1)
        return functional.batch_norm(x, None, None, self.scale, self.shift, training=True)


class UNet(nn.Module):
    """(1, inputs, h, w) to (1, outputs, h, w) in -1..1; h and w multiples of 2 ** levels."""

    def __init__(
        self, base: int, levels: int, inputs: int = 3, outputs: int = 3, deep_norm: bool = True
    ) -> None:
        super().__init__()
        self.base, self.levels, self.inputs = base, levels, inputs
        widths = [base * min(2**level, MOST_WIDER) for level in range(levels)]
        last = levels - 1
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.down_norm, self.up_norm = nn.ModuleDict(), nn.ModuleDict()
        for level, width in enumerate(widths):
            normed = level > 0 and (level < last or deep_norm)
            before = widths[level - 1] if level else inputs
            self.down.append(nn.Conv2d(before, width, 4, 2, 1, bias=not normed))
            after = widths[level - 1] if level else outputs
            wide = width if level == last else 2 * width
            self.up.append(nn.ConvTranspose2d(wide, after, 4, 2, 1, bias=level == 0))
            if normed:
                self.down_norm[str(level)] = Norm(width)
            if level:
                self.up_norm[str(level)] = Norm(after)

    def forward(self, x: Tensor) -> Tensor:
        skips: list[Tensor] = []
        for level, conv in enumerate(self.down):
            x = conv(functional.leaky_relu(x, 0.2) if level else x)
            if str(level) in self.down_norm:
                x = self.down_norm[str(level)](x)
            skips.append(x)
        for level in range(len(skips) - 1, -1, -1):
            if level < len(skips) - 1:
                x = torch.cat([x, skips[level]], 1)
            x = self.up[level](functional.relu(x))
            if level:
                x = self.up_norm[str(level)](x)
        return torch.tanh(x)


class Pix2Pix:
    """A generator on its device, fed at sizes it can halve as often as it must.

    `fit`: "stretch" the picture to the nearest such size and back, or "pad" it by reflection to
    the next one. `side`: stretch to this square instead (pixels), 0 for the picture's own size.
    """

    multiple = 1

    def __init__(self, network: UNet, card: Card, device: str, dtype: torch.dtype) -> None:
        self.device, self.dtype = torch.device(device), dtype
        self.unit = 2**network.levels
        self.fit = str(card.options.get("fit", "stretch"))
        self.side = int(card.options.get("side", 0))
        if self.fit not in FITS:
            raise unknown("fit", self.fit, FITS, f"card {card.name!r}")
        if self.side < 0 or self.side % self.unit:
            raise UserError(
                f"card {card.name!r}: side: {self.side} is no multiple of {self.unit} pixels"
            )
        self.channels = "gray" if network.inputs == 1 else card.channels
        self.card = card.model_copy(update={"channels": self.channels})
        check_ranges(self.card)
        network.eval().requires_grad_(False)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network = network.to(self.device, dtype)

    def prepare(self, image: Tensor) -> Style:
        """Take any picture; the look is in the weights."""
        return Style("", {})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1; what the weights (K, h', w') leave to 1 is the picture."""
        return one_look(content, styles, weights, self._look)

    def _look(self, content: Tensor) -> Tensor:
        height, width = content.shape[2:]
        x = to_network(self._fitted(content), self.card)
        y = self.network(x.to(self.dtype, memory_format=torch.channels_last))
        painted = from_network(y, self.card)
        if self.fit == "pad" and not self.side:
            return painted[..., :height, :width]
        return resized(painted, (height, width))

    def _fitted(self, content: Tensor) -> Tensor:
        height, width = content.shape[2:]
        if self.side:
            return resized(content, (self.side, self.side))
        if self.fit == "pad":
            rows = reflected(height, height + -height % self.unit, content.device)
            columns = reflected(width, width + -width % self.unit, content.device)
            return content[:, :, rows][..., columns]
        near = [max(round(side / self.unit), 1) * self.unit for side in (height, width)]
        return resized(content, (near[0], near[1]))


def reflected(count: int, wanted: int, device: torch.device) -> Tensor:
    """Number `wanted` rows of which only the first `count` exist, going back and forth."""
    period = max(2 * count - 2, 1)
    place = torch.arange(wanted, device=device) % period
    return torch.where(place < count, place, period - place)


def network_for(weights: Mapping[str, Tensor], card: Card) -> UNet:
    """Make the U-Net, without its weights yet, that the tensors' names and shapes tell of.

    Raises: UserError when they tell of none.
    """
    levels = len([key for key in weights if re.fullmatch(r"down\.\d+\.weight", key)])
    first, last = weights.get("down.0.weight"), weights.get("up.0.weight")
    if levels < 2 or first is None or last is None or first.ndim != 4 or last.ndim != 4:
        raise UserError(f"card {card.name!r}: {card.weights} holds no U-Net ('down.0.weight' ...)")
    base, inputs = first.shape[:2]
    if inputs not in (1, 3) or last.shape[1] not in (1, 3):
        raise UserError(
            f"card {card.name!r}: {card.weights} has {inputs} channels in and {last.shape[1]} out; "
            "pictures have 3, or 1"
        )
    deep_norm = f"down_norm.{levels - 1}.scale" in weights
    return UNet(base, levels, inputs, last.shape[1], deep_norm)


def load(card: Card, device: str) -> Model:
    """Load a generator of any width and depth with a card's weights.

    Raises: UserError when they are missing, damaged or of another network.
    """
    weights = {key: tensor.float() for key, tensor in read_weights(card).items()}
    network = network_for(weights, card)
    fill(network, weights, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        # the whole network would take seconds; its second level is like the others
        conv = copy.deepcopy(network.down[1]).to(device, dtype)
        x = torch.zeros(1, network.base, 64, 64, device=device, dtype=dtype)
        return lambda: conv(x)

    return Pix2Pix(network, card, device, quickest_dtype(device, ready))
