"""Gatys: the original style transfer, a picture optimised until a VGG sees content and style in it.
Loaded by vj.infer.load for cards with `model: gatys`; `vj models import` makes its weights file.

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016.
It takes seconds to minutes, so `paint` works for a moment and returns what is there: on stage the
picture is held and paints itself in. A picture that has changed is taken anew, and where it has
not changed the painting goes on. `complete` works until all is done, for files.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.canvas import Canvas, Size, levels
from vj.infer.composite import resized
from vj.infer.gram import Eye
from vj.infer.judge import Judge, Weights
from vj.infer.load import fill, read_weights
from vj.infer.protocol import Model, Style
from vj.infer.shares import Shares
from vj.infer.vgg import LAYERS, Encoder, encoder_for, placed

SCALES, LEAST_STYLE = 3, 192  # style pictures measured: whole, half, quarter, not below pixels
NOTICED = (48, 48)  # positions at which pictures are compared
ENOUGH = 0.03  # of the positions must have changed
MOST_NEW = 0.3  # of the picture, to go on at the size it has reached
OTHER = 0.02  # mean change of the styles' shares that means another wish
WORDS = {"init": ("content", "noise", "style"), "pooling": ("max", "avg")}
WORDS |= {"optimizer": ("lbfgs", "adam")}
ELSEWHERE = ("style_size", "padding")  # options that others read


@dataclass(frozen=True)
class Options:
    """A card's options; the first eight are called as in the field.

    iterations: of the smallest size, every larger one takes half as many. learning_rate: Adam's,
    in colours. sketch: longest side of the smallest size, pixels, 0 for the full size only.
    seconds: that one `paint` may take. change: of a position's colour, 0..1, to count as another.
    hold: how far a painting must be, 0..1, before another picture is taken. follow: go on with
    what is painted where nothing has changed.
    """

    content_weight: float = 1.0
    style_weight: float = 50.0
    tv_weight: float = 10.0
    iterations: int = 150
    init: str = "content"
    pooling: str = "max"
    optimizer: str = "lbfgs"
    learning_rate: float = 0.03
    sketch: int = 320
    seconds: float = 0.2
    change: float = 0.1
    hold: float = 0.4
    follow: bool = True


@dataclass(frozen=True)
class Sitting:
    """One picture being painted: how it was noticed, the styles wished for, and the canvas."""

    size: Size
    notice: Tensor
    styles: tuple[Mapping[str, Tensor], ...]
    maps: Tensor
    canvas: Canvas


class Gatys:
    """The optimisation on a device; remembers the picture it is painting."""

    multiple = 1
    any_size = False  # it goes on with what it has painted

    def __init__(self, encoder: Encoder, options: Options, device: str) -> None:
        self.options, self.device = options, torch.device(device)
        self._eye = Eye(placed(encoder, device, torch.float32), options.pooling)
        self._weights = Weights(options.content_weight, options.style_weight, options.tv_weight)
        self._sitting: Sitting | None = None
        self._turn = threading.Lock()  # elsewhere pictures are painted side by side, here one is

    def prepare(self, image: Tensor) -> Style:
        """Measure a style picture (1, 3, h, w) 0..1 in three sizes; the picture is kept as well."""
        with torch.inference_mode(False), torch.no_grad():
            # what is made in inference mode cannot take part in finding gradients
            image = image.to(self.device, torch.float32).clone()
            tensors = {"image": image}
            for scale in range(SCALES):
                share = max(2**-scale, min(LEAST_STYLE / min(image.shape[2:]), 1.0))
                size = (round(image.shape[2] * share), round(image.shape[3] * share))
                measured = self._eye.measure(resized(image, size))
                tensors |= {f"gram{scale}.{layer}": found for layer, found in measured.items()}
        return Style("", tensors)

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Go on painting for a moment; (1, 3, h, w) 0..1, weights (K, h', w') as in `Model`."""
        until = time.perf_counter() + self.options.seconds
        return self._paint(content, styles, weights, lambda _: time.perf_counter() < until)

    def complete(
        self,
        content: Tensor,
        styles: Sequence[Style],
        weights: Tensor,
        said: Callable[[float], None],
    ) -> Tensor:
        """Paint as `paint` does, but until all is done; `said` hears how far it is, 0..1."""

        def on(done: float) -> bool:
            said(done)
            return True

        return self._paint(content, styles, weights, on)

    def resume(self, content: Tensor, painted: Tensor) -> None:
        """Take a picture and its painting, (1, 3, h, w) 0..1, for the last ones made."""
        with torch.inference_mode(False), torch.no_grad():
            size = (content.shape[2], content.shape[3])
            painted = painted.to(self.device, torch.float32).clone()
            self._sitting = Sitting(
                size, notice(content), (), content.new_zeros(0), Canvas(painted, [size], None, 0)
            )

    def forget(self) -> None:
        """Take the next picture for the first one."""
        self._sitting = None

    def _paint(
        self, content: Tensor, styles: Sequence[Style], weights: Tensor, on: Callable[[float], bool]
    ) -> Tensor:
        with self._turn, torch.inference_mode(False), torch.no_grad():
            if not styles or (shares := Shares(weights.clone(), self.device)).nothing:
                return content
            canvas = self._canvas(content.to(self.device, torch.float32).clone(), styles, shares)
            while not canvas.done:
                canvas.step()
                if not on(canvas.steps / canvas.total):
                    break
            painted = canvas.picture((content.shape[2], content.shape[3]))
            return shares.over(content, painted)

    def _canvas(self, content: Tensor, styles: Sequence[Style], shares: Shares) -> Canvas:
        """Stay with the picture that is being painted, or begin with this one."""
        size = (content.shape[2], content.shape[3])
        seen, wished = notice(content), tuple(style.tensors for style in styles)
        last = self._sitting if self._sitting and self._sitting.size == size else None
        level, start = 0, self._start(content, wished, shares)
        if last is not None:
            gap = (seen - last.notice).abs().mean(1, keepdim=True) / self.options.change
            same = len(wished) == len(last.styles) and all(
                a is b for a, b in zip(wished, last.styles, strict=True)
            )
            moved = float((gap > 1).float().mean()) > ENOUGH
            moved = moved and last.canvas.steps >= self.options.hold * last.canvas.total
            if same and not moved and alike(shares.maps, last.maps):
                return last.canvas
            if self.options.follow:
                wide = functional.max_pool2d(gap, 3, 1, 1)  # nothing may stay of what has left
                new = functional.interpolate((2 * wide - 1).clamp(0, 1), size, mode="bilinear")
                start = torch.lerp(last.canvas.picture(size), start, new)
                known = same and float(new.mean()) < MOST_NEW
                level = last.canvas.level if known else 0
        sizes = levels(size, self.options.sketch)

        def judge(wanted: Size) -> Judge:
            scale = min(len(sizes) - 1 - sizes.index(wanted), SCALES - 1)
            grams = [
                {name: style[f"gram{scale}.{name}"] for name in self._eye.style} for style in wished
            ]
            picture = resized(content, wanted)
            return Judge(self._eye, self._weights, picture, grams, shares.maps)

        options = self.options
        canvas = Canvas(
            start, sizes, judge, options.iterations, options.optimizer, options.learning_rate, level
        )
        self._sitting = Sitting(size, seen, wished, shares.maps, canvas)
        return canvas

    def _start(
        self, content: Tensor, styles: Sequence[Mapping[str, Tensor]], shares: Shares
    ) -> Tensor:
        if self.options.init == "noise":
            dice = torch.Generator().manual_seed(0)  # the same picture twice is the same painting
            return torch.rand(content.shape, generator=dice).to(content)
        if self.options.init == "style":
            most = int(shares.maps[: len(styles)].flatten(1).mean(1).argmax())
            return resized(styles[most]["image"], (content.shape[2], content.shape[3]))
        return content


def notice(picture: Tensor) -> Tensor:
    """Reduce (1, 3, h, w) to the few colours by which pictures are compared."""
    return functional.adaptive_avg_pool2d(picture.float(), NOTICED)


def alike(first: Tensor, second: Tensor) -> bool:
    """Whether two sets of shares (K, h, w), of any sizes, ask for the same."""
    if len(first) != len(second):
        return False
    a, b = (functional.adaptive_avg_pool2d(maps, NOTICED) for maps in (first, second))
    return float((a - b).abs().mean()) < OTHER


def options_of(card: Card) -> Options:
    """Read and check a card's options.

    Raises: UserError naming the option and what is allowed.
    """
    where = f"card {card.name!r}: options"
    known = {field.name: field.default for field in dataclasses.fields(Options)}
    given = {key: value for key, value in card.options.items() if key not in ELSEWHERE}
    for key, value in given.items():
        if key not in known:
            raise unknown("option", key, [*known, *ELSEWHERE], where)
        if key in WORDS:
            if value not in WORDS[key]:
                raise unknown(key, str(value), WORDS[key], where)
        elif isinstance(known[key], bool):
            if not isinstance(value, bool):
                raise UserError(f"{where}: {key}: {value!r}; true or false")
        elif isinstance(value, bool | str) or value < 0 or (
            isinstance(known[key], int) and not isinstance(value, int)
        ):  # fmt: skip
            kind = "whole number" if isinstance(known[key], int) else "number"
            raise UserError(f"{where}: {key}: {value!r}; a {kind} of 0 or more")
    return Options(**given)  # type: ignore[arg-type]


def load(card: Card, device: str) -> Model:
    """Load the VGG with a card's weights; see `Options`, and the encoder's `padding`.

    Raises: UserError when an option is wrong, or the weights missing, damaged or of another
    network.
    """
    options = options_of(card)
    tensors = {name: value.float() for name, value in read_weights(card).items()}
    found = [name for name in LAYERS if f"encoder.conv{name}.weight" in tensors]
    depth = int(found[-1][0]) if found else 5
    padding = str(card.options.get("padding", "reflect"))
    encoder = encoder_for(tensors, "encoder.", depth, padding)
    inside = {name.removeprefix("encoder."): value for name, value in tensors.items()}
    fill(encoder, inside, card)
    return Gatys(encoder, options, device)
