"""Files get finished paintings, and styles in the input's colours, whatever the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.studio.stylizing import Negative, negative_look, pictures_of, write_film, write_picture
from vj.cli.stylize import _option
from vj.core.errors import UserError
from vj.infer.protocol import Style
from vj.studio import reel
from vj.studio.easel import Easel
from vj.studio.inputs import Job
from vj.studio.look import Look
from vj.studio.stylize import paint_film, stylize

ONE = torch.ones(1, 1, 1)


class Slow(Negative):
    """Needs two calls for a picture; a film's later ones are paler the longer it has run."""

    def __init__(self, interrupt_at: int = 0) -> None:
        super().__init__(interrupt_at)
        self.last: Tensor | None = None

    def complete(
        self,
        content: Tensor,
        styles: Sequence[Style],
        weights: Tensor,
        said: Callable[[float], None],
    ) -> Tensor:
        said(0.5)
        painted = self.paint(content, styles, weights)
        if self.last is not None:
            painted = (painted + self.last) / 2
        self.last = painted
        said(1.0)
        return painted

    def resume(self, content: Tensor, painted: Tensor) -> None:
        self.last = painted

    def forget(self) -> None:
        self.last = None


class Colours(Negative):
    """Paints the style's mean colour."""

    def prepare(self, image: Tensor) -> Style:
        self.pictures += 1
        return Style("", {"colour": image.mean((2, 3), keepdim=True)})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        return styles[0].tensors["colour"].expand_as(content)


def test_a_patient_model_is_asked_for_the_end(tmp_path: Path) -> None:
    easel = Easel(Slow())
    said: list[float] = []
    easel.said = said.append
    content = torch.rand(1, 3, 8, 8)
    style = easel.prepare(content)
    first = easel.paint(content, [style], ONE)
    assert torch.allclose(first, 1 - content) and said == [0.5, 1.0]
    assert easel.remembers and not Easel(Negative()).remembers
    easel.resume(content, torch.zeros_like(content))
    assert torch.allclose(easel.paint(content, [style], ONE), (1 - content) / 2)
    easel.begin(content)
    assert torch.allclose(easel.paint(content, [style], ONE), 1 - content)


def test_styles_take_on_the_colours_of_the_first_picture() -> None:
    model = Colours()
    easel = Easel(model, recolor=True)
    image, content = torch.rand(1, 3, 16, 16) * 0.3, 0.6 + torch.rand(1, 3, 16, 16) * 0.3
    style = easel.prepare(image)
    assert model.pictures == 0
    easel.begin(content)
    for later in (content, content * 0.5):  # a film keeps the colours it began with
        painted = easel.paint(later, [style], ONE)
        assert torch.allclose(painted.mean((2, 3)), content.mean((2, 3)), atol=0.02)
    assert model.pictures == 1
    easel.begin(content * 0.5)
    painted = easel.paint(content * 0.5, [style], ONE)
    assert torch.allclose(painted.mean((2, 3)), 0.5 * content.mean((2, 3)), atol=0.02)


def _look(style: Path, model: Negative) -> Look:
    return negative_look(style, Easel(model))  # type: ignore[arg-type]


def test_an_interrupted_film_goes_on_from_the_painting_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reel, "MOST_PICTURES", 3)
    style = write_picture(tmp_path / "style.png")
    source = write_film(tmp_path / "in.mp4", count=8)
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    paint_film(Job(source, whole), _look(style, Slow()), lambda line: None)
    with pytest.raises(KeyboardInterrupt):
        paint_film(Job(source, cut), _look(style, Slow(interrupt_at=6)), lambda line: None)
    resumed = Slow()
    paint_film(Job(source, cut), _look(style, resumed), lambda line: None)
    assert resumed.pictures == 5
    for a, b in zip(pictures_of(whole)[1], pictures_of(cut)[1], strict=True):
        assert np.abs(a.astype(int) - b).mean() < 1


def test_progress_of_one_picture_is_said(tmp_path: Path) -> None:
    style, source = (write_picture(tmp_path / name) for name in ("style.png", "in.png"))
    said: list[str] = []
    assert not stylize([Job(source, tmp_path / "out.png")], _look(style, Slow()), said.append)
    assert said == ["in.png", "in.png 50%", "in.png 100%"]


def test_options_are_read_from_the_command_line() -> None:
    texts = ["iterations=80", "tv_weight=0.5", "follow=false", "init=noise"]
    assert dict(map(_option, texts)) == {
        "iterations": 80,
        "tv_weight": 0.5,
        "follow": False,
        "init": "noise",
    }
    for wrong in ("iterations", "=3", "init="):
        with pytest.raises(UserError, match="style_weight=80"):
            _option(wrong)
