"""Paints the source of a take as infer did during the show, one picture after the other.

Used by the rendering of takes: the same painter, networks and mattes as on stage, but nothing is
left to a thread or a clock, so that the same take gives the same pictures every time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vj.core.errors import UserError, unknown
from vj.core.gig import Gig
from vj.core.types import Faces, Frame, Pixels, no_faces
from vj.infer.faces import FaceFinder
from vj.infer.load import choose_device, load_model
from vj.infer.mattes import Matte
from vj.infer.mattes_ready import Mattes, matte_maker
from vj.infer.painter import Painter
from vj.infer.protocol import Mix, Model, Patient, Style
from vj.infer.styles import SIZE, Shelf
from vj.infer.want import Want, want_of


@dataclass(frozen=True)
class Instead:
    """What takes the place of what was performed; "" = nothing does."""

    model: str = ""
    person: str = ""
    background: str = ""


class TakePainter:
    """Remembers what infer would: the matte, the drawing chain, which model plays.

    `take`: counts the models that have played, see `Frame`.
    """

    def __init__(self, gig: Gig, instead: Instead, finer: float, device: str) -> None:
        """Take the gig; `finer`: how many times as high as the source the painted pictures are.

        Raises: UserError for a model or style that does not exist.
        """
        if instead.model:
            gig.card(instead.model)
        for style in (instead.person, instead.background):
            if style and style not in gig.style_files:
                raise unknown("style", style, gig.style_files, "--style")
        self._gig, self._instead, self._finer = gig, instead, finer
        self._device = choose_device(device)
        self._painter = Painter(_Waiting(gig, device))
        self._faces = FaceFinder(gig)
        self._engines: dict[str, tuple[Model, Shelf]] = {}
        self._playing = ""
        self.take = 0

    def paint(self, pixels: Pixels, at: float, wanted: Mapping[str, Any]) -> tuple[Pixels, Faces]:
        """Paint (h, w, 4) RGBA seen `at` seconds as the state document `wanted` says.

        Strokes keep their size in the whole picture, however fine it is.
        Raises: UserError when a model or a style cannot be had.
        """
        want = self._want(wanted)
        model, shelf = self._engine(want.model)
        if want.model != self._playing:
            self._playing = want.model
            self.take += 1
        for style, _ in (*want.person, *want.background):
            if shelf.get(style) is None:
                raise UserError(shelf.problems.get(style, f"style {style!r} is not there"))
        painted, _ = self._painter.paint(pixels, want, model, shelf, self._device)
        return painted, self._find_faces(want, pixels, painted[..., 3], at)

    def _want(self, wanted: Mapping[str, Any]) -> Want:
        want = want_of(wanted)
        styles = {"person": self._instead.person, "background": self._instead.background}
        mixes: dict[str, Mix] = {name: ((style, 1.0),) for name, style in styles.items() if style}
        return replace(
            want,
            model=self._instead.model or want.model,
            person=mixes.get("person", want.person),
            background=mixes.get("background", want.background),
        )

    def _engine(self, name: str) -> tuple[Model, Shelf]:
        if name not in self._engines:
            card = self._gig.card(name)
            model = load_model(card, self._device)
            if isinstance(model, Patient):
                model = _Thorough(model)
            size = int(card.options.get("style_size", SIZE))
            shelf = Shelf(
                model,
                lambda: self._gig.style_files,
                size,
                finer=self._finer,
                own_look=not card.needs_style,
            )
            self._engines[name] = (model, shelf)
        return self._engines[name]

    def _find_faces(self, want: Want, pixels: Pixels, matte: NDArray[np.uint8], at: float) -> Faces:
        if not want.faces:
            self._faces.rest()
            return no_faces()
        return self._faces.find(Frame(pixels, 1, round(at * 1e9)), matte, want.source)


class _Waiting(Mattes):
    """Mattes that are waited for, whatever they cost."""

    def __init__(self, gig: Gig, device: str) -> None:
        super().__init__(lambda: gig.card_files, device)
        self._gig, self._where = gig, device
        self._makers: dict[str, Callable[[], Matte]] = {}
        self._wanted: tuple[str, str] | None = None

    def matte(
        self, name: str, source: str, pixels: Pixels, values: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """See Mattes.

        Raises: UserError when the matte cannot be had.
        """
        if self._wanted != (name, source):
            self._wanted = (name, source)
            if name not in self._makers:
                self._makers[name] = matte_maker(name, self._gig.card_files, self._where)
            self._matte = self._makers[name]()
        return self._matte.matte(pixels, values)


class _Thorough:
    """A network that would stop when its time is over, and now goes on until it is done."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.multiple: int = model.multiple

    def prepare(self, image: Tensor) -> Style:
        style: Style = self._model.prepare(image)
        return style

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        painted: Tensor = self._model.complete(content, styles, weights, lambda _: None)
        return painted
