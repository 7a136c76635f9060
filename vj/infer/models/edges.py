"""Our own pix2pix: a drawing from the live edges chain becomes a painting, in one of a few looks.
Loaded by vj.infer.load for cards with `model: edges`; trained by vj.studio.train_pix2pix.

A U-Net whose widest work happens at 1/4 and 1/8 of the picture, where dense convolutions are cheap
on a CPU, and that goes down to 1/32 to know what an empty area lies in. Its norm looks at one place
at a time, so nothing flickers when something enters the picture elsewhere; a look is one vector of
scales and shifts for it. Paper has a grain: a fixed soft noise, from which empty areas get strokes.

Source: Isola et al. 2017 (pix2pix), Dumoulin et al. 2017 (a look as scales and shifts of the
norms), Ba et al. 2016 (layer norm), Aitken et al. 2017 (ICNR).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.composite import one_look
from vj.infer.finest import unpacked
from vj.infer.layout import doubled, framed_gathered, gathered
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.protocol import Model, Style

INPUTS = 4  # red, green, blue, grain
GRAINS = (8, 32)  # pixels: the sizes of the grain's soft spots
LOOKS = "looks."  # how the tensors of the looks are named


@dataclass(frozen=True)
class Widths:
    """Channels of the painter at 1/4, 1/8, 1/16, 1/32 and 1/2 of the picture's size."""

    quarter: int = 64
    eighth: int = 96
    deep: int = 120
    deepest: int = 128
    half: int = 24


TRAINED = Widths()
SLIM = Widths(48, 72, 96, 128, 16)  # what is left of a trained network when it is made quicker


def widths_of(tensors: Mapping[str, Tensor]) -> Widths:
    """Read the widths off a file's tensors.

    Raises: UserError when they are not of this network.
    """
    layers = ("stem", "to_eighth", "to_deep", "to_deepest", "narrow")
    try:
        return Widths(*(len(tensors[f"painter.{layer}.conv.weight"]) for layer in layers))
    except KeyError as error:
        raise UserError(f"not the weights of `edges`: tensor {error} is missing") from error


class Conv(nn.Module):
    """A convolution that repeats the rim, so that it looks like the rest at any size."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(F.pad(x, (1, 1, 1, 1), mode="replicate"))
        return y


class Dial:
    """Look vectors (B, V), handed to one norm after the other as scales and shifts."""

    def __init__(self, vectors: Tensor) -> None:
        self._vectors, self._start = vectors, 0

    def normed(self, x: Tensor) -> Tensor:
        """Norm over the channels of every place, then the look's scale and shift; (B, C, h, w)."""
        channels = x.shape[1]
        middle, end = self._start + channels, self._start + 2 * channels
        scale = 1 + self._vectors[:, self._start : middle]
        shift = self._vectors[:, middle:end]
        self._start = end
        rows = x.permute(0, 2, 3, 1)
        if len(x) == 1 and not x.requires_grad:
            rows = F.layer_norm(rows, (channels,), scale[0], shift[0])
        else:
            rows = F.layer_norm(rows, (channels,)) * scale[:, None, None] + shift[:, None, None]
        placed: Tensor = rows.permute(0, 3, 1, 2)
        return placed


class Block(nn.Module):
    """Two convolutions that add to what is there."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norms = (width, width)
        self.first, self.second = Conv(width, width), Conv(width, width)

    def forward(self, x: Tensor, dial: Dial) -> Tensor:
        y: Tensor = self.first(F.relu(dial.normed(x)))
        y = self.second(F.relu(dial.normed(y)))
        return x + y


class Painter(nn.Module):
    """A drawing with its grain, and look vectors, to a painting."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        quarter, eighth, deep = widths.quarter, widths.eighth, widths.deep
        deepest, half = widths.deepest, widths.half
        self.stem = Conv(16 * INPUTS, quarter)
        self.quarter = _blocks(quarter, 1)
        self.to_eighth = Conv(quarter, eighth, 2)
        self.eighth = _blocks(eighth, 2)
        self.to_deep = Conv(eighth, deep, 2)
        self.deep = _blocks(deep, 2)
        self.to_deepest = Conv(deep, deepest, 2)
        self.deepest = _blocks(deepest, 2)
        self.from_deepest = Conv(deepest, deep)
        self.from_deep = Conv(deep, eighth)
        self.eighth_again = _blocks(eighth, 1)
        self.from_eighth = Conv(eighth, quarter)
        self.quarter_again = _blocks(quarter, 1)
        self.narrow = Conv(quarter, half)
        self.detail = nn.Conv2d(half + 4 * INPUTS, half, 3)
        self.full = Conv(half, 32)
        self.last = nn.Conv2d(8, 3, 3)
        with torch.no_grad():  # ICNR: the four sub-pixels start equal, so no lattice to unlearn
            weight = self.full.conv.weight
            weight.copy_(weight[:8].repeat(4, 1, 1, 1))
        self.tie()

    @property
    def vector(self) -> int:
        """Length of a look vector."""
        blocks = [block for block in self.modules() if isinstance(block, Block)]
        ends = self.narrow.conv.in_channels + self.detail.out_channels
        return 2 * (sum(sum(block.norms) for block in blocks) + ends)

    @torch.no_grad()
    def tie(self) -> None:
        """Make the four sub-pixels of `full` answer alike to a flat area; the trainer calls it."""
        weight = self.full.conv.weight
        weight = weight.view(4, 8, *weight.shape[1:])
        sums = weight.mean((3, 4), keepdim=True)
        weight.add_(sums.mean(0, keepdim=True) - sums)
        assert self.full.conv.bias is not None
        bias = self.full.conv.bias.view(4, 8)
        bias.copy_(bias.mean(0, keepdim=True).expand(4, 8))

    def forward(self, drawing: Tensor, vectors: Tensor) -> Tensor:
        """Paint (B, 4, h, w), RGB 0..1 and `grain`, in looks (B, V); h, w multiples of 32."""
        dial = Dial(vectors)
        x = drawing * 2 - 1
        quarter = _through(self.quarter, self.stem(gathered(x, 4)), dial)  # (B, quarter, h/4, w/4)
        eighth = _through(self.eighth, self.to_eighth(quarter), dial)  # (B, eighth, h/8, w/8)
        deep = _through(self.deep, self.to_deep(eighth), dial)  # (B, deep, h/16, w/16)
        y = _through(self.deepest, self.to_deepest(deep), dial)  # (B, deepest, h/32, w/32)
        y = doubled(self.from_deepest(y)) + deep
        y = _through(self.eighth_again, doubled(self.from_deep(y)) + eighth, dial)
        y = _through(self.quarter_again, doubled(self.from_eighth(y)) + quarter, dial)
        y = doubled(self.narrow(F.relu(dial.normed(y))))  # (B, half, h/2, w/2)
        y = self.detail(framed_gathered(x, 2, before=y))  # (B, half, h/2, w/2)
        y = unpacked(F.relu(self.full(F.relu(dial.normed(y)))), self.last)  # (B, 3, h, w)
        return torch.sigmoid(y.float())


def _blocks(width: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(Block(width) for _ in range(count))


def _through(blocks: nn.ModuleList, x: Tensor, dial: Dial) -> Tensor:
    for block in blocks:
        x = block(x, dial)
    return x


class Network(nn.Module):
    """The painter and its looks, one file of weights."""

    def __init__(self, looks: Sequence[str], widths: Widths = TRAINED) -> None:
        super().__init__()
        self.painter = Painter(widths)
        length = self.painter.vector
        self.names = tuple(looks)
        self.looks = nn.ParameterDict({name: 0.1 * torch.randn(length) for name in looks})

    def vectors(self, names: Sequence[str] | None = None) -> Tensor:
        """The vectors (B, V) of looks by name, of all in their order if none are named."""
        return torch.stack([self.looks[name] for name in names or self.names])


def grain(
    size: tuple[int, int], dice: torch.Generator, device: str | torch.device = "cpu"
) -> Tensor:
    """Make the paper's grain: soft noise, (1, 1, h, w) float32 around 0.5, mostly in 0..1."""
    total = torch.zeros(1, 1, *size, device=device)
    for spot in GRAINS:
        cells = [side // spot + 3 for side in size]
        noise = torch.randn((1, 1, *cells), generator=dice).to(device)
        soft = F.interpolate(noise, scale_factor=spot, mode="bicubic", align_corners=False)
        total += soft[:, :, spot : spot + size[0], spot : spot + size[1]]
    return total * 0.25 + 0.5


class EdgesModel:
    """The network on its device, in one look; it remembers only the grain of the picture's size."""

    multiple = 32
    calm = 0.7  # between the lines the grain makes blotches, where the style's strokes belong

    def __init__(self, network: Network, look: str, device: str, dtype: torch.dtype) -> None:
        self._device, self._dtype = torch.device(device), dtype
        network.eval().requires_grad_(False)
        self._vector = network.vectors([look]).to(self._device, dtype)
        painter = network.painter.to(self._device, dtype)
        painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._painter = painter
        self._grain = torch.zeros(1, 1, 0, 0)

    def prepare(self, image: Tensor) -> Style:
        """Take any picture: the look is the card's, only the strokes between the lines are not."""
        return Style("", {})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Paint (1, 3, h, w) 0..1; what the weights (K, h', w') leave to 1 is the picture."""
        return one_look(content, styles, weights, self._look)

    def _look(self, content: Tensor) -> Tensor:
        size = (content.shape[2], content.shape[3])
        if self._grain.shape[2:] != size:
            self._grain = grain(size, torch.Generator().manual_seed(1), self._device)
        x = torch.cat((content, self._grain), 1)
        painted: Tensor = self._painter(
            x.to(self._dtype, memory_format=torch.channels_last), self._vector
        )
        return painted


def looks_of(weights: Mapping[str, Tensor]) -> list[str]:
    """List the looks a file of weights holds."""
    return [key.removeprefix(LOOKS) for key in weights if key.startswith(LOOKS)]


def load(card: Card, device: str) -> Model:
    """Load the network of a card in the look its option `look` names (or the file's only one).

    Raises: UserError when weights are missing, damaged or foreign, or there is no such look.
    """
    weights = {key: tensor.float() for key, tensor in read_weights(card).items()}
    looks = looks_of(weights)
    if not looks:
        raise UserError(f"card {card.name!r}: {card.weights} holds no look ('{LOOKS}...')")
    look = str(card.options.get("look", looks[0]))
    if look not in looks:
        raise unknown("look", look, looks, f"card {card.name!r}")
    network = Network(looks, widths_of(weights))
    fill(network, weights, card)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        painter = copy.deepcopy(network.painter).to(device, dtype)
        painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        x = torch.zeros(1, 256, 256, INPUTS, dtype=dtype, device=device).permute(0, 3, 1, 2)
        vectors = torch.zeros(1, painter.vector, dtype=dtype, device=device)
        return lambda: painter(x, vectors)

    return EdgesModel(network, look, device, quickest_dtype(device, ready))
