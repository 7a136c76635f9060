"""One style per network (Johnson et al.): every public fast-style-transfer checkpoint of two kinds.
Loaded by vj.infer.load for cards with `model: fast_style`; `vj models import` makes the weights.

Source: Johnson, Alahi, Fei-Fei, ECCV 2016; the TransformerNet of pytorch/examples (BSD-3) in any
width, and the network of lengstrom/fast-style-transfer, also used by ml5. Which of them it is, and
how wide, is read from the tensors' names and shapes. The style lies in the weights: `prepare` takes
any picture and learns nothing from it; several cards are several looks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.composite import check_ranges, from_network, one_look, to_network
from vj.infer.layout import rimmed
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

RESIDUALS = 5


class Norm(nn.Module):
    """Instance norm with a scale and a shift per channel; quickest for one picture."""

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[0] > 1:
            return functional.instance_norm(x, weight=self.weight, bias=self.bias, eps=self.eps)
        # with one picture, batch statistics are instance statistics, and the kernel is fused
        return functional.batch_norm(
            x, None, None, self.weight, self.bias, training=True, eps=self.eps
        )


class Reflected(nn.Module):
    """A convolution behind reflection padding, after doubling the picture if asked."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, doubled: bool = False
    ) -> None:
        super().__init__()
        self.rim, self.doubled = kernel // 2, doubled
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        if self.doubled:
            x = functional.interpolate(x, scale_factor=2)
        y: Tensor = self.conv2d(rimmed(x, self.rim))
        return y


class Residual(nn.Module):
    """Two normed convolutions added to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.in1 = Reflected(width, width, 3), Norm(width)
        self.conv2, self.in2 = Reflected(width, width, 3), Norm(width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.in2(self.conv2(functional.relu(self.in1(self.conv1(x)))))
        return y + x


class TransformerNet(nn.Module):
    """The network of pytorch/examples under its own names; (1, 3, h, w) 0..255 to the same."""

    def __init__(self, widths: tuple[int, int, int]) -> None:
        super().__init__()
        a, b, c = widths
        self.conv1, self.in1 = Reflected(3, a, 9), Norm(a)
        self.conv2, self.in2 = Reflected(a, b, 3, 2), Norm(b)
        self.conv3, self.in3 = Reflected(b, c, 3, 2), Norm(c)
        for number in range(1, RESIDUALS + 1):
            self.add_module(f"res{number}", Residual(c))
        self.deconv1, self.in4 = Reflected(c, b, 3, doubled=True), Norm(b)
        self.deconv2, self.in5 = Reflected(b, a, 3, doubled=True), Norm(a)
        self.deconv3 = Reflected(a, 3, 9)

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm in (
            (self.conv1, self.in1), (self.conv2, self.in2), (self.conv3, self.in3),
        ):  # fmt: skip
            x = functional.relu(norm(conv(x)))
        for number in range(1, RESIDUALS + 1):
            x = self.get_submodule(f"res{number}")(x)
        x = functional.relu(self.in4(self.deconv1(x)))
        x = functional.relu(self.in5(self.deconv2(x)))
        y: Tensor = self.deconv3(x)
        return y


class Layer(nn.Module):
    """A convolution without bias behind zeros, instance norm with TensorFlow's larger epsilon."""

    def __init__(self, shape: tuple[int, int, int, int], stride: int, transposed: bool) -> None:
        super().__init__()
        outputs = shape[1] if transposed else shape[0]
        self.weight = nn.Parameter(torch.zeros(shape))
        self.scale = nn.Parameter(torch.ones(outputs))
        self.shift = nn.Parameter(torch.zeros(outputs))
        self.stride, self.transposed = stride, transposed

    def forward(self, x: Tensor) -> Tensor:
        if self.transposed:
            x = functional.conv_transpose2d(x, self.weight, stride=self.stride)
            # SAME: the row and column that stick out right and below are cut away
            x = x[..., :-1, :-1]
        else:
            rim = self.weight.shape[2] // 2
            before = rim - (self.stride - 1)  # even sides halved: padding only right and below
            x = functional.pad(x, (before, rim, before, rim))
            x = functional.conv2d(x, self.weight, stride=self.stride)
        return functional.batch_norm(x, None, None, self.scale, self.shift, training=True, eps=1e-3)


class Lengstrom(nn.Module):
    """The network of lengstrom/fast-style-transfer; (1, 3, h, w) 0..255 to -22.5..277.5."""

    def __init__(self, widths: tuple[int, int, int]) -> None:
        super().__init__()
        a, b, c = widths
        self.conv1 = Layer((a, 3, 9, 9), 1, False)
        self.conv2 = Layer((b, a, 3, 3), 2, False)
        self.conv3 = Layer((c, b, 3, 3), 2, False)
        for number in range(1, RESIDUALS + 1):
            pair = {str(conv): Layer((c, c, 3, 3), 1, False) for conv in (1, 2)}
            self.add_module(f"resid{number}", nn.ModuleDict(pair))
        self.conv_t1 = Layer((c, b, 3, 3), 2, True)
        self.conv_t2 = Layer((b, a, 3, 3), 2, True)
        self.conv_t3 = Layer((3, a, 9, 9), 1, False)

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.conv1, self.conv2, self.conv3):
            x = functional.relu(layer(x))
        for number in range(1, RESIDUALS + 1):
            first = self.get_submodule(f"resid{number}.1")
            second = self.get_submodule(f"resid{number}.2")
            x = x + second(functional.relu(first(x)))
        x = functional.relu(self.conv_t2(functional.relu(self.conv_t1(x))))
        return torch.tanh(self.conv_t3(x)) * 150 + 127.5


class FastStyle:
    """A network with one look on its device, between the card's value ranges."""

    multiple = 4

    def __init__(self, network: nn.Module, card: Card, device: str, dtype: torch.dtype) -> None:
        self.card, self.device, self.dtype = card, torch.device(device), dtype
        network.eval().requires_grad_(False)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network = network.to(self.device, dtype)

    def prepare(self, image: Tensor) -> Style:
        """Take any picture; the style is in the weights."""
        return Style("", {})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1; what the weights (K, h', w') leave to 1 is the picture."""
        return one_look(content, styles, weights, self._look)

    def _look(self, content: Tensor) -> Tensor:
        x = to_network(content, self.card)
        y = self.network(x.to(self.dtype, memory_format=torch.channels_last))
        return from_network(y, self.card)


def network_for(weights: Mapping[str, Tensor], card: Card) -> nn.Module:
    """Make the network, without its weights yet, that the tensors' names and shapes tell of.

    Raises: UserError when they tell of neither kind.
    """
    kinds: tuple[tuple[type[TransformerNet] | type[Lengstrom], str], ...] = (
        (TransformerNet, "conv{}.conv2d.weight"),
        (Lengstrom, "conv{}.weight"),
    )
    for kind, key in kinds:
        found = [weights.get(key.format(number)) for number in (1, 2, 3)]
        if all(tensor is not None and tensor.ndim == 4 for tensor in found):
            a, b, c = (tensor.shape[0] for tensor in found if tensor is not None)
            return kind((a, b, c))
    raise UserError(
        f"card {card.name!r}: {card.weights} holds neither a TransformerNet "
        "('conv1.conv2d.weight' ...) nor a lengstrom network ('conv1.weight' ...)"
    )


def load(card: Card, device: str) -> Model:
    """Load the network, of either kind and any width, with a card's weights.

    Raises: UserError when they are missing, damaged or of another network.
    """
    check_ranges(card)
    weights = {key: tensor.float() for key, tensor in read_weights(card).items()}
    network = network_for(weights, card)
    fill(network, weights, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        model = FastStyle(copy.deepcopy(network), card, device, dtype)
        picture, style = torch.zeros(1, 3, 32, 64), Style("", {})
        return lambda: model.paint(picture, [style], torch.ones(1, 1, 1))

    return FastStyle(network, card, device, quickest_dtype(device, ready))
