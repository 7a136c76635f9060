"""Films whose colours nobody has noted, and films of any width: every pixel is read."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.studio.stylizing import negative_look, pictures_of, write_picture
from vj.studio.films import to_pixels
from vj.studio.inputs import Job
from vj.studio.stylize import paint_film

COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30), (230, 170, 140)]


def _bars(height: int, width: int) -> np.ndarray:
    """Bars of strong colours, and of skin."""
    return np.repeat(np.array([COLOURS], np.uint8), width // 5 + 1, 1)[:, :width].repeat(height, 0)


@pytest.mark.parametrize(
    ("height", "width", "matrix", "tagged"),
    [
        (720, 1280, "ITU709", False),
        (640, 360, "ITU709", False),
        (480, 640, "ITU601", False),
        (576, 720, "ITU601", False),
        (720, 1280, "ITU601", True),
        (360, 640, "ITU709", True),
    ],
)
def test_a_film_without_a_note_of_its_colours_is_read_as_players_do(
    tmp_path: Path, height: int, width: int, matrix: str, tagged: bool
) -> None:
    """Screen recordings in HD say nothing of their colours. They were read as SD ones and written
    as HD ones: skin turned yellow at a strength of 0."""
    source, wanted = tmp_path / "in.mkv", _bars(height, width)
    with av.open(str(source), "w") as film:
        track = film.add_stream("libx264", rate=10, options={"crf": "4"})
        track.height, track.width, track.pix_fmt = height, width, "yuv420p"
        if tagged:
            track.codec_context.colorspace = 1 if matrix == "ITU709" else 6
        frame = av.VideoFrame.from_ndarray(wanted, format="rgb24")
        film.mux(track.encode(frame.reformat(format="yuv420p", dst_colorspace=matrix)))
        film.mux(track.encode())
    look = negative_look(write_picture(tmp_path / "s.png"), strength=0.0)
    paint_film(Job(source, tmp_path / "out.mkv"), look, lambda line: None)
    painted = pictures_of(tmp_path / "out.mkv")[1][0].astype(int)
    assert np.median(np.abs(painted - wanted), axis=(0, 1)).max() <= 3


@pytest.mark.parametrize("shape", ["yuv420p", "yuv422p", "yuva420p", "yuv444p", "bgra"])
def test_a_film_of_any_width_is_read_to_its_right_edge(shape: str) -> None:
    """swscale left the last columns of 852x480 black, as of all widths that are 1 to 4 more than a
    multiple of 8, where it was asked for RGBA."""
    for width in (*range(33, 50), 852):
        rgba = np.full((16, width, 4), 200, np.uint8)
        frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=shape)
        pixels = to_pixels(frame).astype(int)
        assert np.abs(pixels[..., :3] - 200).max() <= 3
        own = shape in ("yuva420p", "bgra")
        assert np.abs(pixels[..., 3] - (200 if own else 0)).max() <= 1
