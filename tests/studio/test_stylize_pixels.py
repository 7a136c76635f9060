"""Films whose pixels are no squares: they are shown as wide as they are meant to be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.studio.stylizing import negative_look, pictures_of, write_picture
from vj.studio.films import facts_of
from vj.studio.framed import Framed
from vj.studio.inputs import Job
from vj.studio.stylize import paint_film

PAL_WIDE = Fraction(64, 45)  # of 720x576 shown as 16:9


def _anamorphic(path: Path, rotation: int = 0) -> Path:
    """Write a film in PAL, 16:9 with a white frame around, as a camcorder or a DVD has it."""
    rgb = np.full((144, 180, 3), 90, np.uint8)
    rgb[:8], rgb[-8:], rgb[:, :8], rgb[:, -8:] = 255, 255, 255, 255
    with av.open(str(path), "w") as film:
        track = film.add_stream("libx264", rate=10, options={"crf": "8"})
        track.height, track.width, track.pix_fmt = 144, 180, "yuv420p"
        track.codec_context.sample_aspect_ratio = PAL_WIDE
        if rotation:
            track.set_display_rotation(rotation)
        for number in range(2):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts = number
            film.mux(track.encode(frame))
        film.mux(track.encode())
    return path


def _painted(source: Path, **changes: object) -> tuple[np.ndarray, Fraction]:
    """Repaint a film at a strength of 0: its first picture, and the shape of its pixels."""
    target = source.with_name("out.mkv")
    look = negative_look(write_picture(source.with_name("s.png")), strength=0.0, **changes)
    paint_film(Job(source, target), look, lambda line: None)
    with av.open(str(target)) as made:
        return pictures_of(target)[1][0], made.streams.video[0].sample_aspect_ratio or Fraction(1)


@pytest.mark.parametrize(
    ("size", "framed", "shape"),
    [
        ((180, 320), Framed(), (180, 320)),
        ((180, 320), Framed(fit="whole"), (180, 320)),
        ((320, 180), Framed(90), (320, 180)),
        (90, Framed(), (90, 160)),
        (90, Framed(270), (160, 90)),
    ],
)
def test_a_size_is_one_of_square_pixels(
    tmp_path: Path, size: tuple[int, int] | int, framed: Framed, shape: tuple[int, int]
) -> None:
    """`--size 1280x720` of a 16:9 film in PAL gave 1280x720 that players showed at 20:9,
    `--fit whole` bars beside it and `--size 360` 450x360."""
    film = _anamorphic(tmp_path / "in.mkv")
    first, aspect = _painted(film, size=size, framed=framed)
    assert first.shape[:2] == shape and aspect == 1
    edges = first[2:-2, 2], first[2:-2, -3], first[2, 2:-2], first[-3, 2:-2]
    assert all(edge.mean() > 240 for edge in edges)  # nothing was cut away, no bars came


@pytest.mark.parametrize(
    ("rotation", "rotate", "upright"),
    [(0, 0, True), (90, 0, False), (-90, 0, False), (180, 0, True), (90, 90, True)],
)
def test_pixels_are_turned_along_with_their_film(
    tmp_path: Path, rotation: int, rotate: int, upright: bool
) -> None:
    """A film in PAL that a phone's note laid on its side kept pixels wider than they are high."""
    film = _anamorphic(tmp_path / "in.mp4", rotation)
    first, aspect = _painted(film, framed=Framed(rotate))
    assert first.shape[:2] == ((144, 180) if upright else (180, 144))
    assert aspect == (PAL_WIDE if upright else 1 / PAL_WIDE)
    lying = rotation in (90, -90)
    assert facts_of(film).aspect == (1 / PAL_WIDE if lying else PAL_WIDE)
