"""Between two paintings the last one moves along; nothing pops, nothing waits for ever."""

from __future__ import annotations

import itertools

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain
from vj.core.house import House
from vj.core.motion import grid_of, packed
from vj.core.types import Pixels
from vj.stage.carry import PATIENCE, fresh
from vj.stage.inputs import Inputs
from vj.stage.seen import Moment

SECOND = 1_000_000_000
NO_GAIN = 128


@pytest.fixture
def inputs(context: moderngl.Context, house: House) -> Inputs:
    return Inputs(context, (HEIGHT, WIDTH), house)


def bar(left: int) -> Pixels:
    """A white bar, 8 pixels wide, on green."""
    pixels = plain(0, 100, 0)
    pixels[:, left : left + 8] = (255, 255, 255, 0)
    return pixels


def _field(house: House, right: int, sure: float, now: int, then: int) -> None:
    rows, columns = grid_of((HEIGHT, WIDTH))
    field = np.zeros((rows, columns, 3), np.float32)
    field[..., 0], field[..., 2] = -right / WIDTH, sure
    house.motion.publish(packed(field), now, then)


def _begin(inputs: Inputs, house: House, gain: int = NO_GAIN) -> None:
    """A bar at 20 was filmed and painted."""
    house.camera.publish(bar(20), SECOND)
    house.styled.publish(bar(20), SECOND)
    origin = bar(20)
    origin[..., 3] = gain
    house.origin.publish(origin, SECOND, SECOND)
    _field(house, 0, 1.0, SECOND, SECOND)
    inputs.upload(0.03, 0.6, 1.0)
    _seen(inputs)


def _seen(inputs: Inputs) -> Pixels:
    return look(inputs.seen(Moment(0, 0, 0.03)).styled)


def _middle(picture: Pixels) -> float:
    bright = picture[HEIGHT // 2, :, 0].astype(float)
    return float((bright * (np.arange(WIDTH) + 0.5)).sum() / bright.sum())


def test_the_painting_moves_with_the_camera(inputs: Inputs, house: House) -> None:
    _begin(inputs, house)
    assert _middle(_seen(inputs)) == pytest.approx(24.0, abs=0.1)
    for right in (3, 6, 10):
        _field(house, right, 1.0, SECOND + right, SECOND)
        inputs.upload(0.03, 0.6, 1.0)
        assert _middle(_seen(inputs)) == pytest.approx(24.0 + right, abs=0.1)


def test_what_is_not_trusted_or_not_wanted_stays(inputs: Inputs, house: House) -> None:
    _begin(inputs, house)
    _field(house, 10, 0.0, SECOND + 1, SECOND)
    inputs.upload(0.03, 0.6, 1.0)
    assert np.array_equal(_seen(inputs), bar(20))
    _field(house, 10, 1.0, SECOND + 2, SECOND)
    inputs.upload(0.03, 0.6, 0.0)
    assert np.array_equal(_seen(inputs), bar(20))
    inputs.upload(0.03, 0.6, 0.5)
    assert _middle(_seen(inputs)) == pytest.approx(29.0, abs=0.1)


@pytest.mark.parametrize(("gain", "green"), [(128, 100), (255, 150), (1, 50)])
def test_what_the_camera_changed_since_is_seen_as_far_as_the_painting_follows_it(
    inputs: Inputs, house: House, gain: int, green: int
) -> None:
    _begin(inputs, house, gain)
    house.camera.publish(plain(0, 150, 0), SECOND + 1)
    _field(house, 0, 1.0, SECOND + 1, SECOND)
    inputs.upload(0.03, 0.6, 1.0)
    assert _seen(inputs)[5, 5, 1] == pytest.approx(green, abs=1)


def test_a_new_painting_comes_with_its_field_and_without_a_jump(
    inputs: Inputs, house: House
) -> None:
    _begin(inputs, house)
    for step in range(1, 8):
        _field(house, 10, 1.0, SECOND + step, SECOND)
        assert not inputs.upload(0.03, 0.6, 1.0).styled
    before = _seen(inputs)
    house.styled.publish(bar(30), SECOND + 5)
    assert not inputs.upload(0.03, 0.6, 1.0).styled
    assert np.array_equal(_seen(inputs), before)
    house.origin.publish(bar(30), SECOND + 5, SECOND + 5)
    _field(house, 0, 1.0, SECOND + 8, SECOND + 5)
    assert inputs.upload(0.03, 0.6, 1.0).styled
    assert _middle(_seen(inputs)) == pytest.approx(34.0, abs=0.3)


def test_the_former_painting_leaves_softly_and_moves_while_it_does(
    inputs: Inputs, house: House
) -> None:
    _begin(inputs, house)
    for step in range(1, 8):
        _field(house, 0, 1.0, SECOND + step, SECOND)
        inputs.upload(0.03, 0.6, 1.0)
        _seen(inputs)
    new = bar(20)
    new[..., 1] = 0
    house.styled.publish(new, SECOND + 9)
    house.origin.publish(bar(20), SECOND + 9, SECOND + 9)
    greens, middles = [], []
    for step in range(7):
        _field(house, 2 * step, 1.0, SECOND + 10 + step, SECOND + 9)
        inputs.upload(0.02, 0.6, 1.0)
        picture = _seen(inputs)
        greens.append(int(picture[5, 60, 1]))
        middles.append(_middle(picture))
    assert 0 < greens[0] < 100 and greens[-1] == 0
    assert all(later <= sooner for sooner, later in itertools.pairwise(greens))
    assert middles == pytest.approx([24.0 + 2 * step for step in range(7)], abs=0.3)


def test_nothing_waits_for_a_field_that_does_not_come(inputs: Inputs, house: House) -> None:
    _begin(inputs, house)
    house.styled.publish(bar(40), SECOND + 1)
    came = [inputs.upload(0.03, 0.6, 1.0).styled for _ in range(10)]
    assert came.index(True) == pytest.approx(PATIENCE / 0.03, abs=1.01)
    assert np.array_equal(_seen(inputs), bar(40))
    for _ in range(20):
        inputs.upload(0.03, 0.6, 1.0)
    house.styled.publish(bar(10), SECOND + 2)
    assert inputs.upload(0.03, 0.6, 1.0).styled


def test_a_painting_that_is_late_by_more_than_a_step_of_the_dance_only_waits() -> None:
    """On a slow processor paintings were 0.8 s late, and the dancer came apart on the way."""
    assert [fresh(age) for age in (0.0, 0.4, 0.6, 2.0)] == [1.0, 1.0, 0.0, 0.0]
    assert fresh(0.5) == pytest.approx(0.5)
