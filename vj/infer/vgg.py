"""VGG-19 as style networks use it: an encoder to relu1_1..relu5_1 and its mirror, a decoder.
Used by adain, wct, sanet and avatar_net; `vj models import` brings every layout to these names.

All of them are one chain of 3x3 convolutions `conv11`..`conv51` behind a 1x1 `conv0` that turns
RGB 0..1 into what the network was trained on; only the widths and the padding differ. The 16 times
smaller one can add `aux` convolutions, which lead back into the feature space of the full one.

Source: Simonyan and Zisserman 2015; Huang and Belongie, ICCV 2017 (normalised, reflection padding);
Wang et al., CVPR 2020, Collaborative Distillation (the small one).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import quickest_dtype
from vj.infer.protocol import Model

LAYERS = ("11", "12", "21", "22", "31", "32", "33", "34", "41", "42", "43", "44", "51")
POOLED_AFTER = ("12", "22", "34", "44")
EPSILON = 1e-5
FULL = {name: (64, 128, 256, 512, 512)[int(name[0]) - 1] for name in LAYERS}
SMALL = {**dict.fromkeys(LAYERS, 128), "11": 16, "12": 16, "21": 32, "22": 32} | dict.fromkeys(
    ("31", "32", "33", "34"), 64
)

Tensors = Mapping[str, Tensor]
Fuse = Callable[[str, Tensor], Tensor]
Net = TypeVar("Net", bound=nn.Module)
Made = TypeVar("Made", bound=Model)


def layers(depth: int) -> tuple[str, ...]:
    """List the convolutions from the picture to relu`depth`_1, shallow first."""
    return LAYERS[: LAYERS.index(f"{depth}1") + 1]


def shapes(widths: Mapping[str, int], depth: int, *, decoder: bool) -> dict[str, tuple[int, int]]:
    """Give every convolution's (outputs, inputs) by its name without `conv`."""
    chain = layers(depth)
    before = {name: widths[last] for last, name in itertools.pairwise(chain)} | {"11": 3}
    if decoder:
        return {name: (before[name], widths[name]) for name in chain}
    return {name: (widths[name], before[name]) for name in chain}


class Conv(nn.Conv2d):
    """A 3x3 convolution that keeps the size, its rim reflected or black."""

    def __init__(self, outputs: int, inputs: int, reflect: bool) -> None:
        super().__init__(inputs, outputs, 3, padding=0 if reflect else 1)
        self.reflect = reflect

    def forward(self, x: Tensor) -> Tensor:
        if self.reflect:
            mode = "reflect" if min(x.shape[2:]) > 1 else "replicate"  # one pixel has no mirror
            x = functional.pad(x, (1, 1, 1, 1), mode=mode)
        return super().forward(x)


class Encoder(nn.Module):
    """A picture (1, 3, h, w) RGB 0..1 to its features at relu1_1 (full size) .. relu5_1 (1/16)."""

    def __init__(
        self, depth: int, widths: Mapping[str, int], aux: Mapping[str, int], reflect: bool
    ) -> None:
        super().__init__()
        self.depth, self.reflect, self.aux = depth, reflect, frozenset(aux)
        self.conv0 = nn.Conv2d(3, 3, 1)
        for name, (outputs, inputs) in shapes(widths, depth, decoder=False).items():
            self.add_module(f"conv{name}", Conv(outputs, inputs, reflect))
        for name, outputs in aux.items():
            self.add_module(f"aux{name}", nn.Conv2d(widths[name], outputs, 1))

    def forward(self, x: Tensor, levels: Sequence[int]) -> list[Tensor]:
        """Return the features of the levels 1..depth that are asked for, in rising order."""
        x = self.conv0(x)
        found = []
        for name in layers(max(levels)):
            x = functional.relu(self.get_submodule(f"conv{name}")(x), inplace=True)
            if name[1] == "1" and int(name[0]) in levels:
                found.append(self._translated(name, x))
            if name in POOLED_AFTER:
                # the reflecting kind was trained with half windows at the rim
                x = functional.max_pool2d(x, 2, ceil_mode=self.reflect)
        return found

    def _translated(self, name: str, x: Tensor) -> Tensor:
        if name not in self.aux:
            return x
        return functional.relu(self.get_submodule(f"aux{name}")(x), inplace=True)


class Decoder(nn.Module):
    """Features of relu`depth`_1 (1, C, h, w) back to a picture, 2**(depth - 1) times the size."""

    def __init__(self, depth: int, widths: Mapping[str, int]) -> None:
        super().__init__()
        self.depth = depth
        for name, (outputs, inputs) in shapes(widths, depth, decoder=True).items():
            self.add_module(f"conv{name}", Conv(outputs, inputs, reflect=True))

    def forward(self, x: Tensor, fuse: Fuse | None = None) -> Tensor:
        """Decode; `fuse` may change the features a layer (named "32", "22", "12") hands on.

        Returns (1, 3, H, W) RGB around 0..1, not clamped.
        """
        for name in reversed(layers(self.depth)):
            x = self.get_submodule(f"conv{name}")(x)
            if name == "11":
                return x
            x = functional.relu(x, inplace=True)
            if fuse is not None:
                x = fuse(name, x)
            if name[1] == "1":
                x = functional.interpolate(x, scale_factor=2, mode="nearest")
        raise AssertionError("a decoder ends with conv11")


def encoder_for(tensors: Tensors, prefix: str, depth: int, padding: str = "reflect") -> Encoder:
    """Make an empty encoder as wide as the tensors under `prefix` say (full size where they miss).

    padding: "reflect" or "zeros".
    Raises: UserError for another padding.
    """
    if padding not in ("reflect", "zeros"):
        raise UserError(f"padding: {padding!r}; reflect or zeros")
    widths = {name: _outputs(tensors, f"{prefix}conv{name}", FULL[name]) for name in LAYERS}
    aux = {
        name: _outputs(tensors, f"{prefix}aux{name}", FULL[name])
        for name in layers(depth)
        if f"{prefix}aux{name}.weight" in tensors
    }
    return Encoder(depth, widths, aux, padding == "reflect")


def decoder_for(tensors: Tensors, prefix: str, depth: int) -> Decoder:
    """Make an empty decoder as wide as the tensors under `prefix` say."""
    widths = {name: _inputs(tensors, f"{prefix}conv{name}", FULL[name]) for name in LAYERS}
    return Decoder(depth, widths)


def _outputs(tensors: Tensors, name: str, otherwise: int) -> int:
    weight = tensors.get(f"{name}.weight")
    return int(weight.shape[0]) if weight is not None and weight.ndim == 4 else otherwise


def _inputs(tensors: Tensors, name: str, otherwise: int) -> int:
    weight = tensors.get(f"{name}.weight")
    return int(weight.shape[1]) if weight is not None and weight.ndim == 4 else otherwise


def statistics(features: Tensor) -> Tensor:
    """Mean and unbiased deviation per channel of (1, C, h, w), as (2, C) float32."""
    x = features.float()
    var, mean = torch.var_mean(x, (0, 2, 3), correction=min(1, x[0, 0].numel() - 1))
    return torch.stack([mean, torch.sqrt(var + EPSILON)])


def normed(features: Tensor) -> Tensor:
    """Take mean and deviation of every channel away; (1, C, h, w) to the same, float32."""
    mean, std = statistics(features)[:, None, :, None, None]
    even: Tensor = (features.float() - mean) / std
    return even


def placed(network: Net, device: str, dtype: torch.dtype) -> Net:
    """Freeze a network and move it to its device and number format, ready for channels_last."""
    network.eval().requires_grad_(False)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.to(torch.device(device), dtype)


def quickest(device: str, make: Callable[[torch.dtype], Made]) -> Made:
    """Make a model in the number format its convolutions run fastest in on this device.

    make: builds it in a format, from a copy of the network, any number of times.
    """

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        model = make(dtype)
        picture = torch.rand(1, 3, 64, 96, device=device)  # smaller ones tell little
        style = model.prepare(picture)
        return lambda: model.paint(picture, [style], torch.ones(1, 1, 1))

    return make(quickest_dtype(device, ready))


def fraction(card: Card, key: str, otherwise: float) -> float:
    """Read an option of a card that must lie in 0..1.

    Raises: UserError.
    """
    value = card.options.get(key, otherwise)
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UserError(f"card {card.name!r}: options: {key}: {value!r}; a number from 0 to 1")
    return float(value)
