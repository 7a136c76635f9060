"""A film as a style: every picture is painted with the style's picture of the same number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from tests.conftest import ROOT
from tests.studio.stylizing import Negative, negative_look, picture, pictures_of, write_film
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.infer.protocol import Style
from vj.infer.styles import Shelf, read_style
from vj.studio.inputs import Job
from vj.studio.look import Order, make_look
from vj.studio.style_film import StyleFilm
from vj.studio.stylize import paint_film


class Copy(Negative):
    """Paints the style itself."""

    def prepare(self, image: Tensor) -> Style:
        return Style("", {"image": image})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        return styles[0].tensors["image"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "style.mp4", count=4, sound="")


def test_it_shows_any_picture_and_begins_again(film: Path) -> None:
    style = StyleFilm(film)
    stamps = [style.still.stat().st_mtime_ns]
    for number, shown in ((0, 0), (1, 1), (3, 3), (4, 0), (6, 2), (2, 2)):
        style.show(number)
        red = read_style(style.still, 64)[0, 0, 32]
        assert int((red > 0.9).nonzero()[0]) // 4 == shown, number  # where the box begins
        stamps.append(style.still.stat().st_mtime_ns)
    assert len(set(stamps)) == 6  # the first was shown already
    folder = style.still.parent
    del style
    assert not folder.exists()


def test_each_picture_takes_its_own(tmp_path: Path, film: Path) -> None:
    model, moving = Copy(), StyleFilm(film)
    shelf = Shelf(model, lambda: {"s": moving.still})
    look = negative_look(moving.still, model, shelf=shelf, style_films=(moving,))
    source, target = write_film(tmp_path / "in.mp4", count=6), tmp_path / "out.mp4"
    for _ in range(2):  # a second film begins with the style's first picture, too
        paint_film(Job(source, target), look, lambda line: None, batch=4)
        painted = pictures_of(target)[1]
        for number, found in enumerate(painted):
            wanted = picture(step=number % 4).astype(int)
            assert np.abs(wanted - found).mean() < 4


def test_a_look_takes_a_film_for_a_style(tmp_path: Path, film: Path) -> None:
    look = make_look(open_gig(ROOT), Order(model="passthrough", styles=[str(film)]))
    assert len(look.style_films) == 1 and look.facts["styles"][str(film)]  # type: ignore[index]
    again = make_look(open_gig(ROOT), Order(model="passthrough", styles=[str(film)]))
    assert again.facts == look.facts
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    with pytest.raises(UserError, match=r"broken\.mp4: cannot be read as a film"):
        make_look(open_gig(ROOT), Order(model="passthrough", styles=[str(broken)]))
