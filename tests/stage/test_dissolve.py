"""The old network's last picture leaves softly: no jump, no black, nothing twice, nothing kept."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain
from vj.stage.dissolve import LONGEST, Dissolve


@pytest.fixture
def dissolve(context: moderngl.Context) -> Dissolve:
    return Dissolve(context, (HEIGHT, WIDTH))


def _texture(context: moderngl.Context, red: int, green: int, alpha: int) -> moderngl.Texture:
    pixels = plain(red, green, 0)
    pixels[..., 3] = alpha
    return context.texture((pixels.shape[1], pixels.shape[0]), 4, data=pixels)


def _seen(dissolve: Dissolve, newest: moderngl.Texture) -> list[int]:
    return [int(value) for value in look(dissolve.seen(newest))[5, 5]]


def test_at_rest_the_newest_picture_is_seen_itself(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    newest = _texture(context, 9, 8, 7)
    assert dissolve.seen(newest) is newest


def test_a_fade_begins_with_the_old_ends_with_the_new_and_never_jumps(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    newest = _texture(context, 0, 200, 255)
    dissolve.begin(_texture(context, 200, 0, 55))
    found = []
    for _ in range(32):
        found.append(_seen(dissolve, newest))
        dissolve.tick(1 / 30, 1.0)
    path = np.array(found)
    assert path[0].tolist() == [200, 0, 0, 55]
    assert path[-1].tolist() == [0, 200, 0, 255]
    assert dissolve.seen(newest) is newest
    steps = np.diff(path, axis=0)
    assert (steps[:, 0] <= 0).all() and (steps[:, 1] >= 0).all() and (steps[:, 3] >= 0).all()
    assert np.abs(steps).max() <= 12
    assert np.abs(path[:, 0] + path[:, 1] - 200).max() <= 1  # no dip to black on the way


def test_a_second_change_goes_on_from_what_is_on_screen(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    second, third = _texture(context, 0, 200, 255), _texture(context, 100, 100, 255)
    dissolve.begin(_texture(context, 200, 0, 255))
    dissolve.tick(0.5, 1.0)
    between = _seen(dissolve, second)
    assert between == pytest.approx([100, 100, 0, 255], abs=1)
    dissolve.begin(second)
    assert _seen(dissolve, third) == between
    dissolve.tick(0.5, 1.0)
    assert _seen(dissolve, third) == pytest.approx([100, 100, 0, 255], abs=1)
    dissolve.begin(third)
    third = _texture(context, 0, 0, 200)
    assert _seen(dissolve, third) == pytest.approx([100, 100, 0, 255], abs=1)
    dissolve.tick(1.0, 1.0)
    assert dissolve.seen(third) is third


def test_a_second_change_before_the_first_was_seen_starts_from_what_was(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    dissolve.begin(_texture(context, 200, 0, 255))
    dissolve.begin(_texture(context, 0, 200, 255))
    assert _seen(dissolve, _texture(context, 9, 9, 9)) == [200, 0, 0, 255]


def test_pictures_of_another_size_are_met_half_way(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    dissolve.begin(_texture(context, 200, 0, 255))
    dissolve.tick(0.5, 1.0)
    newest = context.texture((20, 10), 4, data=bytes((0, 200, 0, 255)) * 200)
    assert _seen(dissolve, newest) == pytest.approx([100, 100, 0, 255], abs=1)


def test_no_time_cuts_and_long_fades_are_shortened(
    dissolve: Dissolve, context: moderngl.Context
) -> None:
    newest = _texture(context, 9, 9, 9)
    dissolve.begin(_texture(context, 200, 0, 255))
    dissolve.tick(0.01, 0.0)
    assert dissolve.seen(newest) is newest
    dissolve.begin(_texture(context, 200, 0, 255))
    dissolve.tick(LONGEST * 0.99, 30.0)
    assert dissolve.seen(newest) is not newest
    dissolve.tick(LONGEST * 0.02, 30.0)
    assert dissolve.seen(newest) is newest
