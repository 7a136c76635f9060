"""Filters lie on the faces and nowhere else; a wall of tiles mirrors, filters and lags."""

from __future__ import annotations

import itertools

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.core.gig import Gig
from vj.core.types import Faces, Pixels, no_faces
from vj.stage.chain import Chain, Moment, Seen

NOW = Moment(1.0, 0.0, 1 / 30)
FILTERS = ("blur", "pixelate", "cartoon", "sketch", "emboss", "sepia", "map", "edges", "invert")


@pytest.fixture
def chain(context: moderngl.Context, gig: Gig) -> Chain:
    chain = Chain(context, (HEIGHT, WIDTH), gig.table.effects)
    assert not chain.errors
    return chain


def _set(gig: Gig, **knobs: float | str) -> dict[str, float]:
    """All parameters at their defaults but these, `faces__fx` for faces.fx, choices by word."""
    values = {param.name: param.default for param in gig.table}
    for name, value in knobs.items():
        param = gig.table.find(name.replace("__", "."))
        values[param.name] = float(param.choices.index(value) if isinstance(value, str) else value)
    return values


def _gray(matte: int = 0) -> Pixels:
    return plain(60, 60, 60, matte)


def _face(x: float = 0.5, y: float = 0.5, presence: float = 1.0) -> Faces:
    faces = no_faces()
    faces[3] = (x, y, 0.1, 0.15, presence)
    return faces


def _changed(drawn: Pixels, before: Pixels) -> np.ndarray:
    return np.abs(drawn[..., :3].astype(int) - before[..., :3]).max(axis=2) > 8


def _draw(chain: Chain, pixels: Pixels, values: dict[str, float], faces: Faces) -> Pixels:
    texture = upload(chain.context, pixels)
    return look(chain.draw([("faces", 1.0)], values, Seen(texture, texture, 1.0, faces), NOW))


def test_the_filter_lies_on_the_face(chain: Chain, gig: Gig) -> None:
    values = _set(gig, faces__fx="invert", faces__feather=0.0, faces__grow=1.0)
    drawn = _draw(chain, _gray(), values, _face(0.25, 0.5))
    rows, columns = np.nonzero(_changed(drawn, _gray()))
    assert columns.mean() / WIDTH == pytest.approx(0.25, abs=0.02)
    assert rows.mean() / HEIGHT == pytest.approx(0.49, abs=0.03)
    assert (columns.max() - columns.min()) / WIDTH == pytest.approx(0.2, abs=0.04)
    assert np.array_equal(drawn[HEIGHT // 2, WIDTH // 4], (195, 195, 195, 0))
    values = _set(gig, faces__fx="invert", faces__feather=0.0, faces__grow=1.0, faces__region=1)
    elsewhere = _draw(chain, _gray(), values, _face(0.25, 0.5))
    both = _changed(drawn, _gray()) & _changed(elsewhere, _gray())
    assert both.mean() < 0.05
    assert (_changed(drawn, _gray()) | _changed(elsewhere, _gray())).all()


def test_a_face_that_goes_takes_its_filter_along(chain: Chain, gig: Gig) -> None:
    values = _set(gig, faces__fx="invert")
    levels = [
        int(_draw(chain, _gray(), values, _face(presence=at))[HEIGHT // 2, WIDTH // 2, 0])
        for at in (0.0, 0.5, 1.0)
    ]
    assert levels == pytest.approx([60, 127, 195], abs=2)
    texture = upload(chain.context, _gray())
    late = Seen(texture, texture, 0.0, _face())
    drawn = look(chain.draw([("faces", 1.0)], values, late, NOW))
    assert np.array_equal(drawn, _gray()), "where the painting is late, so are its faces"


def test_without_faces_everything_stays(chain: Chain, gig: Gig) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    assert np.array_equal(_draw(chain, noise, _set(gig), no_faces()), noise)


def test_people_and_background_are_regions_too(chain: Chain, gig: Gig) -> None:
    pixels = _gray()
    pixels[:, WIDTH // 2 :, 3] = 255
    for region, person, rest in (("person", 195, 60), ("background", 60, 195), ("all", 195, 195)):
        values = _set(gig, faces__fx="invert", faces__region=region)
        drawn = _draw(chain, pixels, values, no_faces())
        assert int(drawn[5, -5, 0]) == pytest.approx(person, abs=1)
        assert int(drawn[5, 5, 0]) == pytest.approx(rest, abs=1)
        assert np.array_equal(drawn[..., 3], pixels[..., 3])


def test_faces_are_looked_for_only_while_somebody_wants_to_know(chain: Chain, gig: Gig) -> None:
    lineup = [("mix", 1.0), ("faces", 0.1)]
    assert chain.seeks_faces(lineup, _set(gig))
    assert chain.seeks_faces(lineup, _set(gig, faces__region="not-faces"))
    assert not chain.seeks_faces(lineup, _set(gig, faces__region="person"))
    assert not chain.seeks_faces(lineup, _set(gig, faces__amount=0.0))
    assert not chain.seeks_faces([("mix", 1.0), ("tile", 1.0)], _set(gig))


def _scenery() -> Pixels:
    """A light disc before a gradient: something to blur, to draw and to colour."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    pixels = plain(0, 60, 120)
    pixels[..., 0] = x * 3
    pixels[(x - 32) ** 2 + (y - 24) ** 2 < 150] = (240, 220, 180, 0)
    return pixels


def test_every_filter_is_one_of_its_own(chain: Chain, gig: Gig) -> None:
    looks = [_scenery()]
    for fx in FILTERS:
        values = _set(gig, faces__fx=fx, faces__region="all", faces__coarse=0.8)
        looks.append(_draw(chain, _scenery(), values, no_faces()))
    for one, other in itertools.combinations(looks, 2):
        assert np.abs(one[..., :3].astype(int) - other[..., :3]).mean() > 1.5


@pytest.mark.parametrize("fx", FILTERS)
def test_a_filter_looks_alike_at_every_size(context: moderngl.Context, gig: Gig, fx: str) -> None:
    values = _set(gig, faces__fx=fx, faces__region="all", faces__coarse=0.8)
    looks = []
    for times in (3, 6):
        pixels = np.kron(_scenery(), np.ones((times, times, 1), np.uint8))
        large = Chain(context, pixels.shape[:2], {"faces": gig.table.effects["faces"]})
        drawn = _draw(large, pixels, values, no_faces()).astype(float)
        blocks = drawn.reshape(HEIGHT, times, WIDTH, times, 4)
        looks.append(blocks.mean((1, 3))[..., :3])
    assert np.abs(looks[0] - looks[1]).mean() < 6


def _tiles(chain: Chain, values: dict[str, float], films: list[Pixels]) -> Pixels:
    for n, pixels in enumerate(films):
        texture = upload(chain.context, pixels)
        seen = Seen(texture, texture, 1.0)
        drawn = chain.draw([("tile", 1.0)], values, seen, Moment(n / 30, 0.0, 1 / 30))
    return look(drawn)


def test_one_tile_without_a_border_is_the_picture(chain: Chain, gig: Gig) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    values = _set(gig, tile__columns=1, tile__rows=1, tile__gap=0)
    assert np.abs(_tiles(chain, values, [noise]).astype(int) - noise).max() <= 1


def test_every_other_tile_is_mirrored(chain: Chain, gig: Gig) -> None:
    pixels = plain(0, 0, 0)
    pixels[:, WIDTH // 2 :] = 255
    values = _set(gig, tile__columns=2, tile__rows=2, tile__flip="columns", tile__gap=0)
    drawn = _tiles(chain, values, [pixels])[:, :, 0]
    middles = drawn[HEIGHT // 4, [8, 24, 40, 56]]
    assert middles.tolist() == [0, 255, 255, 0]


def test_filters_go_on_from_tile_to_tile(chain: Chain, gig: Gig) -> None:
    """Of ten filters five further and five further again is a chessboard of two."""
    knobs = {"tile__columns": 4, "tile__rows": 2, "tile__gap": 0}
    values = _set(gig, tile__fx="sketch", tile__fx_step=5, **knobs)
    drawn = _tiles(chain, values, [_gray()])[:, :, :3].astype(int)
    cells = drawn.reshape(2, HEIGHT // 2, 4, WIDTH // 4, 3).mean((1, 3))
    inverted = np.abs(cells - 195).max(axis=2) < 2
    assert inverted.tolist() == [[False, True, False, True], [True, False, True, False]]


def test_the_border_has_its_colour(chain: Chain, gig: Gig) -> None:
    values = _set(gig, tile__gap=0.3, tile__border_light=1, tile__border_hue=1 / 3)
    values["tile.border_saturation"] = 1.0
    drawn = _tiles(chain, values, [_gray(255)])
    assert np.array_equal(drawn[0, 0], (0, 255, 0, 0))
    assert np.array_equal(drawn[HEIGHT // 2, WIDTH // 2], (60, 60, 60, 255))


@pytest.mark.parametrize(("path", "latest"), [("rows", (0, 0)), ("out", (1, 1))])
def test_tiles_lag_along_their_path(
    chain: Chain, gig: Gig, path: str, latest: tuple[int, int]
) -> None:
    values = _set(gig, tile__delay=1.0, tile__path=path, tile__gap=0)
    film = [plain(*[4 * n] * 3) for n in range(61)]
    drawn = _tiles(chain, values, film)[:, :, 0].astype(int)
    cells = drawn[HEIGHT // 6 :: HEIGHT // 3, WIDTH // 6 :: WIDTH // 3][:3, :3]
    assert cells.max() == cells[latest] == 240
    assert cells.min() == cells[2, 2] == pytest.approx(120, abs=4)
