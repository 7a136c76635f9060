"""The model that changes nothing: for rehearsing without a network and for measuring all the rest.
Needs no weights; loaded by vj.infer.load for cards with `model: passthrough`."""

from collections.abc import Sequence

from torch import Tensor

from vj.core.card import Card
from vj.infer.protocol import Model, Style


class Passthrough:
    """Gives every picture back as it came."""

    multiple = 1
    any_size = False

    def prepare(self, image: Tensor) -> Style:
        """Take any picture; there is nothing to learn from it."""
        return Style("", {})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Return `content` itself, (1, 3, h, w) 0..1."""
        return content


def load(card: Card, device: str) -> Model:
    """Make the model; the card's other fields are not used."""
    return Passthrough()
