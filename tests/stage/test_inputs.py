"""Newest pictures come in at once; a late painting gives way softly."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain
from vj.core.house import House
from vj.stage.inputs import Inputs, News
from vj.stage.seen import Moment

SECOND = 1_000_000_000


@pytest.fixture
def inputs(context: moderngl.Context, house: House) -> Inputs:
    return Inputs(context, (HEIGHT, WIDTH), house)


def test_before_the_camera_there_is_light(inputs: Inputs) -> None:
    assert inputs.upload(0.1) == News(False, False)
    first, later = (look(inputs.seen(Moment(at, 0, 0.1)).dry) for at in (0.0, 20.0))
    for picture in (first, later):
        assert picture[..., :3].max(axis=2).mean() > 20
        assert picture[..., :3].std() > 5
    assert np.abs(first.astype(int) - later).mean() > 2


def test_what_moved_is_uploaded_once(inputs: Inputs, house: House) -> None:
    house.camera.publish(plain(10, 20, 30), 5)
    house.camera.publish(plain(40, 50, 60), 6)
    assert inputs.upload(0.1) == News(True, False)
    assert inputs.upload(0.1) == News(False, False)
    assert tuple(look(inputs.seen(Moment(0, 0, 1)).dry)[0, 0]) == (40, 50, 60, 0)
    assert inputs.camera.captured_at == 6
    house.camera.publish(np.full((20, 30, 4), 7, np.uint8), 7)
    assert inputs.upload(0.1).dry
    assert look(inputs.seen(Moment(0, 0, 1)).dry).shape == (20, 30, 4)


def test_a_late_painting_gives_way_softly_and_comes_back(inputs: Inputs, house: House) -> None:
    def alive(camera_s: float, painted_s: float | None) -> float:
        house.camera.publish(plain(0, 0, 0), int(camera_s * SECOND))
        if painted_s is not None:
            house.styled.publish(plain(9, 9, 9), int(painted_s * SECOND))
        inputs.upload(0.1)
        return inputs.seen(Moment(0, 0, 1)).alive

    assert alive(10.0, None) == 0.0
    coming = [alive(10.1 + step / 10, 10.0 + step / 10) for step in range(6)]
    assert coming[0] == pytest.approx(0.2)
    assert coming[-1] == 1.0
    assert alive(12.0, None) == 1.0
    going = [alive(13.0 + step / 10, None) for step in range(6)]
    assert going[0] == pytest.approx(0.8)
    assert going[-1] == 0.0
    assert alive(14.0, 13.9) == pytest.approx(0.2)


def test_a_camera_that_stands_still_keeps_its_painting(inputs: Inputs, house: House) -> None:
    """A lost camera leaves its last picture: the painting of it is not late, only still."""
    house.camera.publish(plain(0, 0, 0), SECOND)
    house.styled.publish(plain(9, 9, 9), SECOND)
    for _ in range(100):
        inputs.upload(0.1)
    assert inputs.seen(Moment(0, 0, 1)).alive == 1.0


def _painted(inputs: Inputs) -> list[int]:
    return [int(value) for value in look(inputs.seen(Moment(0, 0, 1)).styled)[0, 0]]


def _playing(inputs: Inputs, house: House) -> None:
    """One network has painted for a second."""
    house.camera.publish(plain(0, 0, 0), SECOND)
    house.styled.publish(plain(200, 0, 0), SECOND, 1)
    for _ in range(10):
        inputs.upload(0.1, 0.6)


def test_another_network_s_pictures_fade_in_once(inputs: Inputs, house: House) -> None:
    _playing(inputs, house)
    house.styled.publish(plain(0, 200, 0), SECOND, 2)
    inputs.upload(0.1, 0.6)
    assert _painted(inputs) == [200, 0, 0, 0]
    inputs.upload(0.3, 0.6)
    assert _painted(inputs) == pytest.approx([100, 100, 0, 0], abs=1)
    house.styled.publish(plain(0, 0, 200), SECOND, 2)  # the new network's next picture
    inputs.upload(0.0, 0.6)
    assert _painted(inputs) == pytest.approx([100, 0, 100, 0], abs=1)
    inputs.upload(0.4, 0.6)
    assert _painted(inputs) == [0, 0, 200, 0]


def test_without_a_fade_another_network_cuts_in(inputs: Inputs, house: House) -> None:
    _playing(inputs, house)
    house.styled.publish(plain(0, 200, 0), SECOND, 2)
    inputs.upload(0.1, 0.0)
    assert _painted(inputs) == [0, 200, 0, 0]


def test_what_nobody_saw_any_more_does_not_come_back_in_a_fade(
    inputs: Inputs, house: House
) -> None:
    """A painting that had given way to the camera must not be seen again as a ghost."""
    _playing(inputs, house)
    house.camera.publish(plain(0, 0, 0), 9 * SECOND)
    for _ in range(10):
        inputs.upload(0.1, 0.6)
    house.styled.publish(plain(0, 200, 0), 9 * SECOND, 2)
    inputs.upload(0.1, 0.6)
    assert _painted(inputs) == [0, 200, 0, 0]
