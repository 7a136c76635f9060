"""The scene's layer and logo reach the picture, dissolve, and stay when their source is gone."""

from __future__ import annotations

import itertools

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.core.gig import Gig
from vj.core.house import House
from vj.core.types import Pixels
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.overlays import Overlays


@pytest.fixture
def overlays(context: moderngl.Context, house: House) -> Overlays:
    return Overlays(context, (HEIGHT, WIDTH), house.layer, house.logo)


@pytest.fixture
def chain(context: moderngl.Context, gig: Gig) -> Chain:
    return Chain(context, (HEIGHT, WIDTH), gig.table.effects)


def _over(chain: Chain, overlays: Overlays, effect: str, **knobs: float) -> Pixels:
    camera = upload(chain.context, plain(100, 100, 100))
    values = {f"{effect}.{name}": value for name, value in knobs.items()}
    seen = overlays.over(Seen(camera, camera, 0.0))
    return look(chain.draw([(effect, 1.0)], values, seen, Moment(0.0, 0.0, 1 / 60)))


def test_without_a_layer_the_effects_change_nothing(chain: Chain, overlays: Overlays) -> None:
    overlays.upload(0.02, 0.5)
    for effect in ("layer", "logo"):
        assert np.array_equal(_over(chain, overlays, effect), plain(100, 100, 100))


def test_a_layer_is_laid_over_in_every_way(house: House, chain: Chain, overlays: Overlays) -> None:
    house.layer.publish(plain(200, 0, 40, 255), 1)
    overlays.upload(0.02, 0.5)
    a, b = np.array([100.0] * 3) / 255, np.array([200, 0, 40]) / 255
    expected = [
        b,
        np.minimum(a + b, 1),
        a + b - a * b,
        a * b,
        2 * a * b,
        np.abs(a - b),
        np.maximum(a, b),
        np.minimum(a, b),
        a * a * (1 - b) + (1 - (1 - a) ** 2) * b,
    ]
    for mode, wanted in enumerate(expected):
        drawn = _over(chain, overlays, "layer", mode=float(mode))[HEIGHT // 2, WIDTH // 2, :3]
        assert np.abs(drawn - 255 * wanted).max() <= 1, mode
    half = _over(chain, overlays, "layer", amount=0.5)[HEIGHT // 2, WIDTH // 2, :3]
    assert np.abs(half - 255 * (a + b) / 2).max() <= 1


def test_a_transparent_layer_covers_as_far_as_it_is_opaque(
    house: House, chain: Chain, overlays: Overlays
) -> None:
    house.layer.publish(plain(100, 0, 0, 128), 1)  # red 200, half transparent
    overlays.upload(0.02, 0.5)
    drawn = _over(chain, overlays, "layer")[HEIGHT // 2, WIDTH // 2]
    assert np.abs(drawn[:3].astype(int) - (150, 50, 50)).max() <= 2
    assert drawn[3] == 0, "the matte is the picture's, not the layer's"


def test_one_film_dissolves_into_the_next(house: House, chain: Chain, overlays: Overlays) -> None:
    reds = []
    for number in range(30):
        level, take = (250, 1) if number < 5 else (0, 2)
        house.layer.publish(plain(level, 0, 0, 255), number + 1, take)
        overlays.upload(0.05, 1.0)
        reds.append(int(_over(chain, overlays, "layer")[HEIGHT // 2, WIDTH // 2, 0]))
    assert reds[4] == 250 and reds[-1] == 0
    assert max(abs(a - b) for a, b in itertools.pairwise(reds)) < 40


def test_a_logo_keeps_its_form_and_stands_where_it_is_put(
    house: House, chain: Chain, overlays: Overlays
) -> None:
    logo = np.full((10, 40, 4), 255, np.uint8)
    house.logo.publish(logo, 1)
    overlays.upload(0.02, 0.5)
    for x, y in ((0.0, 0.0), (1.0, 1.0), (0.5, 0.5)):
        drawn = _over(chain, overlays, "logo", width=0.5, x=x, y=y)[..., 0] > 180
        rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        assert abs(len(columns) - WIDTH / 2) <= 1 and abs(len(rows) - WIDTH / 8) <= 1
        assert abs(columns[0] - x * WIDTH / 2) <= 1
        assert abs(rows[0] - y * (HEIGHT - WIDTH / 8)) <= 1
