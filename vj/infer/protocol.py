"""What every network looks like to the rest of the program: prepare a style, paint a picture.
Implemented by each file in vj/infer/models; called by the painter, the studio and the bench."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

Mix = Sequence[tuple[str, float]]
"""Style names and their shares, summing to at most 1."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style after its once-only preparation: a name and the few tensors a network needs.

    The tensors lie on the model's device; their meaning belongs to the model that made them.
    """

    name: str
    tensors: Mapping[str, Tensor]


class Model(Protocol):
    """A network that repaints pictures in any convex mixture of prepared styles, per pixel.

    `multiple`: height and width of the content must be multiples of it (pixels); whoever calls
    `paint` pads by reflection and crops (`vj.infer.painter.padded`). A network may also have
    `calm`, 0..1: how much its own waves on plain walls are to be smoothed, for the style's strokes
    to be laid there (`vj.infer.plain_places`), and `any_size` False: a smaller picture would not be
    painted sooner, so shows always give it the whole one (`vj.infer.pace`).
    """

    @property
    def multiple(self) -> int:
        """The number of pixels that must divide the content's height and width, >= 1."""

    def prepare(self, image: Tensor) -> Style:
        """Turn a style picture into a `Style`; once per style, the result is cached.

        image: (1, 3, h, w) float32 0..1 RGB, any size of at least 16 pixels, any device.
        The name of the returned style may be empty: the caller knows the file.
        """

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint a picture; one pass of the network whatever the number of styles, if it can.

        content: (1, 3, h, w) float32 0..1 RGB on the model's device.
        weights: (K, h', w') float32 >= 0 for the K styles, any h', w' >= 1 (1x1 is uniform),
        summing to at most 1 per pixel. What is missing to 1 is the picture itself: weights of
        zero give the content back, values between are the strength.
        Returns (1, 3, h, w) float32 0..1.
        """


@runtime_checkable
class Patient(Protocol):
    """What a model offers besides when one picture takes it long: `paint` shows what is there."""

    def complete(
        self,
        content: Tensor,
        styles: Sequence[Style],
        weights: Tensor,
        said: Callable[[float], None],
    ) -> Tensor:
        """Paint as `paint` does, but until all is done; `said` hears how far it is, 0..1."""

    def resume(self, content: Tensor, painted: Tensor) -> None:
        """Take a picture and its painting, (1, 3, h, w) 0..1, for the last ones made."""

    def forget(self) -> None:
        """Take the next picture for the first one."""
