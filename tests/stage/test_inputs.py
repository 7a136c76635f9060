"""Newest pictures come in at once; a late painting gives way softly."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain
from vj.core.house import House
from vj.stage.chain import Moment
from vj.stage.inputs import Inputs, News

SECOND = 1_000_000_000


@pytest.fixture
def inputs(context: moderngl.Context, house: House) -> Inputs:
    return Inputs(context, (HEIGHT, WIDTH), house.camera, house.styled)


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
