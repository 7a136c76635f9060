"""Plain places get the strokes of the style's own picture; outlines and the matte stay."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.infer.fakes import RED, ColourModel, write_style
from vj.core.types import Pixels
from vj.infer.painter import Sketch, finish
from vj.infer.plain import plainness
from vj.infer.plain_places import Coat, repainted
from vj.infer.styles import Shelf
from vj.infer.texture import ALWAYS, Strokes, Textures, mixed, strokes, textured

SIZE = (96, 160)


class Calm(ColourModel):
    """Asks for calm, as the brush does."""

    calm = 1.0


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """A style picture of narrow black and white stripes."""
    stripes = np.where(np.arange(300) // 6 % 2, 255, 0).astype(np.uint8)
    picture = np.broadcast_to(stripes[None, :, None], (200, 300, 3))
    path = tmp_path / "stripes.png"
    cv2.imwrite(str(path), picture)
    return path


@pytest.fixture
def laid(plate: Path) -> Strokes:
    return strokes(np.asarray(cv2.imread(str(plate)), np.uint8), SIZE)


@pytest.fixture
def wall() -> Pixels:
    """A grey wall with a fence of narrow boards on the right, a person in the left half."""
    pixels = np.full((*SIZE, 4), 0, np.uint8)
    pixels[..., :3] = 120
    pixels[:, 120:, :3] = np.where(np.arange(40) // 3 % 2, 230, 30)[None, :, None]
    pixels[:, :60, 3] = 255
    return pixels


def rough(pixels: Pixels, columns: slice) -> float:
    """Mean step to the pixel on the right, in levels."""
    return float(np.abs(np.diff(pixels[:, columns, 0].astype(int), axis=1)).mean())


def test_a_wall_gets_strokes_and_a_fence_keeps_its_own(wall: Pixels, laid: Strokes) -> None:
    plain = plainness(wall)
    out = textured(wall, plain, np.ones_like(plain), laid)
    assert rough(wall, slice(0, 100)) == 0 and rough(out, slice(0, 100)) > 8
    assert np.abs(out[:, 130:150, :3].astype(int) - wall[:, 130:150, :3]).max() <= 6
    assert np.array_equal(out[..., 3], wall[..., 3])
    assert abs(float(out[:, :100, 0].mean()) - 120) < 3, "strokes change no colour of a wall"


def test_each_region_gets_its_own_amount(wall: Pixels, laid: Strokes) -> None:
    mix = (("stripes", 1.0),)
    for person, background in ((1.0, 0.0), (0.0, 1.0)):
        coats = Coat(mix, person), Coat(mix, background)
        out = repainted(wall, wall, 0.0, coats, lambda name, size: laid)
        assert (rough(out, slice(8, 48)) > 8) == (person > 0)
        assert (rough(out, slice(72, 110)) > 8) == (background > 0)
    nothing = Coat(mix, 0.0)
    assert repainted(wall, wall, 0.0, (nothing, nothing), lambda name, size: laid) is wall
    whole = Coat(mix, 1.0)
    none = repainted(wall, wall, 0.0, (whole, whole), lambda name, size: None)
    assert none is wall


def test_shares_of_two_styles_are_between(wall: Pixels, laid: Strokes) -> None:
    plain = plainness(wall)
    everywhere = np.ones_like(plain)
    flat = Strokes(np.zeros_like(laid.lighter), np.zeros_like(laid.darker))
    whole = textured(wall, plain, everywhere, laid).astype(int)
    half = textured(wall, plain, everywhere, mixed([(laid, 0.5), (flat, 0.5)]))
    # near black and white the two clip differently
    assert np.abs(half[..., :3] - (whole + wall)[..., :3] / 2).mean() < 6
    assert mixed([(laid, 1.0)]) is laid


@pytest.mark.parametrize("size", [(4, 4), (33, 61), (200, 90), (360, 640)])
@pytest.mark.parametrize("zoom", [0.25, 1.0, 4.0])
def test_strokes_cover_any_size(plate: Path, size: tuple[int, int], zoom: float) -> None:
    found = strokes(np.asarray(cv2.imread(str(plate)), np.uint8), size, zoom)
    assert found.lighter.shape == found.darker.shape == (*size, 4)
    assert not found.lighter[..., 3].any() and not found.darker[..., 3].any()


def test_a_larger_stroke_size_makes_larger_strokes(plate: Path) -> None:
    bgr = np.asarray(cv2.imread(str(plate)), np.uint8)
    turns = [
        int((np.diff(strokes(bgr, (192, 320), zoom).lighter[90, :, 0] > 20)).sum())
        for zoom in (0.5, 1.0, 2.0)
    ]
    assert turns[0] > 1.5 * turns[1] > 2.2 * turns[2] > 0


def test_the_shelf_keeps_the_strokes_of_a_picture_that_broke(plate: Path) -> None:
    shelf = Shelf(Calm(), lambda: {"stripes": plate})
    assert shelf.get("stripes") is not None
    first = shelf.strokes("stripes", SIZE)
    assert first is not None and shelf.strokes("stripes", SIZE) is first
    plate.write_bytes(b"half a fi")
    assert shelf.get("stripes") is not None and shelf.problems
    assert shelf.strokes("stripes", SIZE) is first
    assert shelf.strokes("stripes", (50, 50)) is None, "never laid out at this size"
    assert shelf.strokes("unknown", SIZE) is None
    write_style(plate, RED)
    assert shelf.get("stripes") is not None
    again = shelf.strokes("stripes", SIZE)
    assert again is not None and not again.lighter.any(), "a red picture has no strokes"


def test_only_networks_that_ask_for_calm_get_strokes(plate: Path, wall: Pixels) -> None:
    mix = (("stripes", 1.0),)
    found = {}
    for model in (ColourModel(), Calm()):
        for strength in (0.0, 0.25, 1.0):
            sketch = Sketch(wall, mix, mix, strength, texture=(1.0, 1.0))
            out, _ = finish(sketch, model, Shelf(model, lambda: {"stripes": plate}), "cpu")
            found[type(model).__name__, strength] = rough(out, slice(0, 100))
    assert found["ColourModel", 1.0] == found["Calm", 0.0] == 0
    assert 0 < found["Calm", 0.25] < found["Calm", 1.0]


def test_a_finer_picture_of_a_take_keeps_the_layout_of_the_strokes(plate: Path) -> None:
    coarse = Shelf(Calm(), lambda: {"stripes": plate})
    fine = Shelf(Calm(), lambda: {"stripes": plate}, finer=2.0)
    for shelf in (coarse, fine):
        assert shelf.get("stripes") is not None
    small, large = coarse.strokes("stripes", SIZE), fine.strokes("stripes", (192, 320))
    assert small is not None and large is not None
    shrunk = cv2.resize(large.lighter, (SIZE[1], SIZE[0]), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small.lighter).mean() < 12


def test_large_strokes_are_not_hoarded(plate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    textures = Textures()
    one = textures.get("0", 1, plate, SIZE, 1.0)
    assert one is not None
    monkeypatch.setattr("vj.infer.texture.KEPT", 6 * one.bytes)
    for number in range(1, 9):
        textures.get(str(number), 1, plate, SIZE, 1.0)
    held = [textures.get(str(number), 1, None, SIZE, 1.0) for number in range(9)]
    assert [found is not None for found in held] == [False] * 3 + [True] * 6
    monkeypatch.setattr("vj.infer.texture.KEPT", 0)
    textures.get("9", 1, plate, SIZE, 1.0)
    kept = [textures.get(str(number), 1, None, SIZE, 1.0) for number in range(10)]
    assert sum(found is not None for found in kept) == ALWAYS, "a pad needs its four corners"
