"""A mapped picture: the part, the corners, the light, on an output of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, plain, upload
from vj.core.mapping import homography
from vj.core.outputs import OutputSpec
from vj.core.polygon import coverage
from vj.core.types import Pixels
from vj.stage.mapper import Mapper, fill_scale

SIZE = (120, 160)


def _drawn(
    context: moderngl.Context,
    picture: Pixels,
    size: tuple[int, int] = SIZE,
    fit: str = "cut",
    folder: Path = Path(),
    **spec: Any,
) -> Pixels:
    """What an output of that size shows: (h, w, 3), top row first."""
    output = OutputSpec.model_validate(spec)
    height, width = size
    target = context.framebuffer([context.texture((width, height), 4)])
    target.clear(1.0, 1.0, 1.0, 1.0)
    texture = upload(context, picture)
    Mapper(context, output, folder).draw(texture, output.mapping, target, size, fit)
    return np.frombuffer(target.read(components=3), np.uint8).reshape(height, width, 3)[::-1]


def _gradient() -> Pixels:
    """Red grows to the right, green downwards: every place tells where it came from."""
    pixels = plain(0, 0, 60)
    pixels[..., 0] = np.linspace(0, 252, WIDTH).astype(np.uint8)
    pixels[..., 1] = np.linspace(0, 252, HEIGHT).astype(np.uint8)[:, None]
    return pixels


@pytest.mark.parametrize("fit", ["cut", "whole"])
@pytest.mark.parametrize("window", [(48, 64), (96, 200), (200, 96)])
def test_a_plain_one_shows_it_upright_and_undistorted(
    context: moderngl.Context, window: tuple[int, int], fit: str
) -> None:
    picture = plain(0, 90, 0)
    picture[: HEIGHT // 2, : WIDTH // 2] = (90, 0, 0, 255)
    seen = _drawn(context, picture, window, fit)
    height, width = window
    assert tuple(seen[height // 2 - 4, width // 2 - 4]) == (90, 0, 0)
    assert tuple(seen[height // 2 - 4, width // 2 + 4]) == (0, 90, 0)
    assert tuple(seen[height // 2 + 4, width // 2 - 4]) == (0, 90, 0)
    bars = (seen.max(axis=2) == 0).mean()
    fills = height * WIDTH == width * HEIGHT
    assert (bars == 0) == (fit == "cut" or fills)
    assert seen.max() <= 90
    x, y = fill_scale((HEIGHT, WIDTH), window, fit)
    assert (x * width) / (-y * height) == pytest.approx(WIDTH / HEIGHT)


def test_the_edges_of_an_enlarged_picture_do_not_run_over(context: moderngl.Context) -> None:
    """Wrapped textures once put a blue line on the red edge of every full-screen picture."""
    seen = _drawn(context, halves(), (480, 640))
    assert tuple(seen[240, 0]) == (200, 0, 0)
    assert tuple(seen[240, -1]) == (0, 0, 200)
    assert tuple(seen[0, 100]) == (255, 255, 255)
    assert tuple(seen[-1, 100]) == (200, 0, 0)


@pytest.mark.parametrize("mesh", [None, "4x3"])
def test_a_mapping_that_moves_nothing_changes_nothing(
    context: moderngl.Context, mesh: str | None
) -> None:
    """The way with triangles and light has to show what the plain copy shows."""
    plain_way = _drawn(context, _gradient())
    mapped = _drawn(context, _gradient(), mesh=mesh, mask=[[-1, -1], [2, -1], [2, 2], [-1, 2]])
    assert np.abs(plain_way.astype(int) - mapped).max() <= 1


def test_corners_are_where_they_should_be_and_perspective_is_true(
    context: moderngl.Context,
) -> None:
    corners = [[0.2, 0.1], [0.9, 0.0], [1.0, 1.0], [0.0, 0.8]]
    seen = _drawn(context, _gradient(), corners=corners)
    matrix = homography([(x, y) for x, y in corners])
    for place in ((0.5, 0.5), (0.1, 0.9), (0.8, 0.2), (0.9, 0.95)):
        x, y, w = matrix @ (*place, 1.0)
        pixel = seen[int(y / w * SIZE[0]), int(x / w * SIZE[1])]
        assert pixel[0] / 252 == pytest.approx(place[0], abs=0.03)
        assert pixel[1] / 252 == pytest.approx(place[1], abs=0.03)
    assert seen[2, 5].max() == 0, "outside there is no light"


def test_outlines_are_smooth(context: moderngl.Context) -> None:
    white = plain(255, 255, 255)
    seen = _drawn(context, white, corners=[[0.1, 0.1], [0.9, 0.15], [0.9, 0.9], [0.1, 0.8]])
    edge = seen[:, 80, 0].astype(int)
    between = ((edge > 20) & (edge < 235)).sum()
    assert 1 <= between <= 4
    assert len(np.unique(seen[..., 0])) > 10


def test_a_part_fills_the_output(context: moderngl.Context) -> None:
    seen = _drawn(context, _gradient(), part={"x": 0.5, "y": 0.25, "width": 0.5, "height": 0.5})
    assert seen[60, 1, 0] / 252 == pytest.approx(0.5, abs=0.02)
    assert seen[60, -2, 0] / 252 == pytest.approx(1.0, abs=0.02)
    assert seen[1, 80, 1] / 252 == pytest.approx(0.25, abs=0.03)
    assert seen[-2, 80, 1] / 252 == pytest.approx(0.75, abs=0.03)


def test_two_soft_edges_add_up_to_one_in_light(context: moderngl.Context) -> None:
    white = plain(255, 255, 255)
    left = _drawn(context, white, part={"width": 0.6}, blend={"right": 0.2, "gamma": 2.2})
    right = _drawn(context, white, part={"x": 0.4, "width": 0.6}, blend={"left": 0.2})
    for share in np.linspace(0.05, 0.95, 9):
        at = 0.4 + 0.2 * share
        one = left[60, round(at / 0.6 * 160 - 0.5), 0] / 255
        two = right[60, round((at - 0.4) / 0.6 * 160 - 0.5), 0] / 255
        assert one**2.2 + two**2.2 == pytest.approx(1.0, abs=0.05)
    assert left[60, 10, 0] == 255 and left[60, -1, 0] < 30


@pytest.mark.parametrize(
    ("spec", "top_left"),
    [
        ({"rotate": 90}, (0.0, 1.0)),
        ({"rotate": 180}, (1.0, 1.0)),
        ({"rotate": 270}, (1.0, 0.0)),
        ({"mirror": True}, (1.0, 0.0)),
        ({"mirror": True, "rotate": 90}, (1.0, 1.0)),
    ],
)
def test_turned_and_mirrored(
    context: moderngl.Context, spec: dict[str, Any], top_left: tuple[float, float]
) -> None:
    """`top_left`: which place of the picture is in the output's top left corner."""
    seen = _drawn(context, _gradient(), fit="stretch", **spec)
    assert seen[1, 1, 0] / 252 == pytest.approx(top_left[0], abs=0.03)
    assert seen[1, 1, 1] / 252 == pytest.approx(top_left[1], abs=0.03)


def test_a_picture_on_its_side_keeps_its_shape(context: moderngl.Context) -> None:
    seen = _drawn(context, plain(200, 200, 200), rotate=90, fit="whole")
    lit = seen[..., 0] > 100
    assert lit.any(axis=1).sum() / lit.any(axis=0).sum() == pytest.approx(WIDTH / HEIGHT, abs=0.05)


def test_colour_is_corrected(context: moderngl.Context) -> None:
    gray = plain(100, 100, 100)
    seen = _drawn(context, gray, colour={"red": 0.5, "brightness": 0.1, "gamma": 2.0})
    wanted = ((100 / 255 + 0.1) ** 0.5) * 255
    assert seen[60, 80] == pytest.approx((wanted / 2, wanted, wanted), abs=1.5)
    assert _drawn(context, gray, colour={"contrast": 0})[60, 80, 0] in (127, 128)


def test_light_falls_only_inside_a_mask(context: moderngl.Context, tmp_path: Path) -> None:
    triangle = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    white = plain(255, 255, 255)
    seen = _drawn(context, white, mask=triangle)
    assert seen[5, 5, 0] == 255 and seen[-5, -5, 0] == 0
    wanted = coverage([(0, 0), (1, 0), (0, 1)], SIZE)
    assert np.abs(seen[..., 0].astype(int) - wanted).max() <= 1
    _write_png(tmp_path / "wall.png", wanted)
    assert np.array_equal(seen, _drawn(context, white, folder=tmp_path, mask="wall.png"))
    (tmp_path / "wall.png").write_bytes(b"no picture")
    assert _drawn(context, white, folder=tmp_path, mask="wall.png").min() == 255


def test_a_polygon_is_filled() -> None:
    square = coverage([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)], (10, 10))
    assert square[5, 5] == 255 and square[0, 0] == 0
    assert int(square.sum()) == pytest.approx(255 * 25, rel=0.02)
    star = [(0.5, 0.0), (0.8, 1.0), (0.0, 0.4), (1.0, 0.4), (0.2, 1.0)]
    assert coverage(star, (100, 100))[55, 50] == 0, "crossed twice is outside"


def _write_png(path: Path, gray: Pixels) -> None:
    import pyglet.extlibs.png as png_files

    png_files.from_array(gray.tolist(), "L").save(str(path))  # type: ignore[no-untyped-call]
