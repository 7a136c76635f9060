"""A model as files want it: finished pictures, and styles in the input's colours if asked for.
Made by vj.studio.look around the loaded model, one for all files of an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from vj.infer.colour import recoloured
from vj.infer.protocol import Model, Patient, Style


class Easel:
    """Paints with a model until it is done, picture after picture of a film, or one picture.

    `said`: is told how far a picture is, 0..1, by models that take long.
    """

    def __init__(self, model: Model, recolor: bool = False) -> None:
        """recolor: give every style the colours of a film's first picture before it is prepared."""
        self.multiple = model.multiple
        self.calm: float = getattr(model, "calm", 0.0)
        self._model, self._recolor = model, recolor
        self._patient = model if isinstance(model, Patient) else None
        self._first: Tensor | None = None
        self._styles: dict[int, tuple[Style, Style]] = {}
        self.said: Callable[[float], None] = lambda share: None

    @property
    def remembers(self) -> bool:
        """Whether a painting goes on from the one before."""
        return self._patient is not None

    def begin(self, content: Tensor) -> None:
        """Forget the last film; `content` (1, 3, h, w) is the first picture of the next."""
        self._first = content
        self._styles.clear()
        if self._patient is not None:
            self._patient.forget()

    def resume(self, content: Tensor, painted: Tensor) -> None:
        """Go on after a picture and its painting, (1, 3, h, w) 0..1 each."""
        if self._patient is not None:
            self._patient.resume(content, painted)

    def prepare(self, image: Tensor) -> Style:
        """Prepare a style as the model does, or keep its picture until the colours are known."""
        return Style("", {"image": image}) if self._recolor else self._model.prepare(image)

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1 with styles mixed by weights (K, h', w'), to the end."""
        if self._recolor:
            first = content if self._first is None else self._first
            styles = [self._recoloured(style, first) for style in styles]
        if self._patient is not None:
            return self._patient.complete(content, styles, weights, self.said)
        return self._model.paint(content, styles, weights)

    def _recoloured(self, style: Style, content: Tensor) -> Style:
        known = self._styles.get(id(style))
        if known is None:
            image = recoloured(style.tensors["image"], content).clamp(0, 1)
            known = self._styles[id(style)] = style, self._model.prepare(image)
        return known[1]
