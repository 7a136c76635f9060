"""Cut-outs: what lies under their transparency has no say in what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from torch import Tensor

from tests.studio.stylizing import Negative, negative_look, picture, pictures_of, write_picture
from vj.infer.protocol import Style
from vj.studio.inputs import Job
from vj.studio.see_through import filled
from vj.studio.stylize import paint_film, paint_picture, read_picture


class Levelling(Negative):
    """Takes the mean of the whole picture away, as networks do that norm with its statistics."""

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        return (content - content.mean((2, 3), keepdim=True) + 0.5).clamp(0, 1)


def _cut_outs() -> list[np.ndarray]:
    """The same to the eye, in three programs: a soft-edged box, and what each left around it."""
    alpha = np.zeros((64, 96), np.uint8)
    alpha[12:52, 30:70], alpha[16:48, 34:66] = 120, 255
    left = np.zeros((64, 96, 3), np.uint8), np.full((64, 96, 3), 255, np.uint8), picture()
    seen = alpha[..., None] > 0
    return [np.dstack([np.where(seen, picture(step=8), rest), alpha]) for rest in left]


def test_what_is_invisible_has_no_say_in_the_colours(tmp_path: Path) -> None:
    """Three programs wrote the same cut-out, over black, white and the photo: the networks
    painted three faces of different colours, and a halo around each."""
    look = negative_look(write_picture(tmp_path / "s.png"), Levelling())
    painted = []
    for rgba in _cut_outs():
        paint_picture(Job(write_picture(tmp_path / "in.png", rgba), tmp_path / "out.png"), look)
        painted.append(read_picture(tmp_path / "out.png")[0])
        assert np.array_equal(painted[-1][..., 3], rgba[..., 3])
    assert np.array_equal(painted[0], painted[1]) and np.array_equal(painted[0], painted[2])


def test_films_with_transparency_are_painted_as_cut_outs(tmp_path: Path) -> None:
    look = negative_look(write_picture(tmp_path / "s.png"), Levelling())
    painted = []
    for number, rgba in enumerate(_cut_outs()):
        job = Job(tmp_path / f"{number}.mov", tmp_path / f"{number}.mkv")
        with av.open(str(job.source), "w") as film:
            track = film.add_stream("png", rate=10)
            track.height, track.width, track.pix_fmt = 64, 96, "rgba"
            film.mux(track.encode(av.VideoFrame.from_ndarray(rgba, format="rgba")))
            film.mux(track.encode())
        paint_film(job, look, lambda line: None)
        painted.append(pictures_of(job.target)[1][0])
    assert np.array_equal(painted[0], painted[1]) and np.array_equal(painted[0], painted[2])


def test_the_colours_go_on_softly_and_what_is_seen_stays() -> None:
    rgba = _cut_outs()[0]
    out = filled(rgba)
    seen = rgba[..., 3] > 0
    assert np.array_equal(out[seen], rgba[seen]) and np.array_equal(out[..., 3], rgba[..., 3])
    colours, box = out[..., :3].astype(int), rgba[seen][:, :3]
    assert (colours >= box.min(0)).all() and (colours <= box.max(0)).all()
    down, right = (np.abs(np.diff(colours, axis=axis)).max(2) for axis in (0, 1))
    assert down[~seen[1:]].max() < 40 and right[~seen[:, 1:]].max() < 40


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (33, 2), (64, 96)])
def test_nothing_to_see_and_nothing_to_fill_are_left_as_they_are(size: tuple[int, int]) -> None:
    for alpha in (0, 1, 255):
        rgba = np.dstack([picture(size), np.full(size, alpha, np.uint8)])
        assert filled(rgba) is rgba


def test_a_single_pixel_lends_its_colour_to_all() -> None:
    rgba = np.zeros((301, 40, 4), np.uint8)
    rgba[300, 3] = 250, 100, 7, 1
    out = filled(rgba)
    assert (out[..., :3] == (250, 100, 7)).all() and out[..., 3].sum() == 1


def test_a_picture_that_is_transparent_all_over_is_painted(tmp_path: Path) -> None:
    source = write_picture(tmp_path / "in.png", np.zeros((40, 30, 4), np.uint8))
    paint_picture(Job(source, tmp_path / "out.png"), negative_look(source))
    assert not read_picture(tmp_path / "out.png")[0][..., 3].any()
