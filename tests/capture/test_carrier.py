"""Which paintings get a field, and when nobody works for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.capture.test_motion import SIZE, scene
from vj.capture.carrier import RECENT, Carrier, shows_camera
from vj.capture.tones import TONES, tones
from vj.core.gig import Gig, Rig
from vj.core.house import House, Options, build_house
from vj.core.types import Pixels

STATE = {"model": "brush", "values": {"style.carry": 1.0}}


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    rig = Rig(size="320x180", output="320x180")  # type: ignore[arg-type]
    return build_house(Gig(tmp_path_factory.mktemp("gig"), rig), Options(headless=True))


def _run(carrier: Carrier, house: House, numbers: range, every: int) -> None:
    for number in numbers:
        carrier.see(scene(number % 8), 1000 + number)
        if number % every == 0:
            house.styled.publish(scene(number % 8), 1000 + number)
        carrier.step()


def test_origin_and_field_belong_to_the_painting(house: House) -> None:
    carrier = Carrier(house)
    carrier.want(STATE)
    _run(carrier, house, range(8), 3)
    origin, motion = house.origin.latest(), house.motion.latest()
    assert origin is not None and motion is not None
    assert origin.take == motion.take == 1006
    assert motion.captured_at == 1007
    assert np.array_equal(origin.pixels[..., :3], scene(6)[..., :3])
    assert len(carrier.tones) == 2 and len(carrier.tones[0]) == TONES


def test_there_is_nothing_to_do_while_every_picture_is_painted(house: House) -> None:
    carrier = Carrier(house)
    carrier.want(STATE)
    _run(carrier, house, range(RECENT + 1), 1)
    assert carrier.idle
    before = house.motion.newest
    _run(carrier, house, range(20, 30), 1)
    assert house.motion.newest == before
    _run(carrier, house, range(30, 70), 4)
    assert not carrier.idle and house.motion.newest > before


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"model": "", "values": {"style.carry": 1.0}},
        {"model": "brush", "values": {}},
        {**STATE, "carries": False},
    ],
)
def test_what_nobody_wants_is_not_done(house: House, state: dict[str, object]) -> None:
    carrier = Carrier(house)
    carrier.want(state)
    _run(carrier, house, range(8), 3)
    assert house.motion.newest == 0


def test_after_an_error_nothing_is_carried_until_the_next_painting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it knew may be half of the old and half of the new."""

    def fails(*_: object) -> None:
        raise RuntimeError("lost")

    carrier = Carrier(house)
    carrier.want(STATE)
    _run(carrier, house, range(8), 3)
    before = house.motion.newest
    with monkeypatch.context() as patch:
        patch.setattr(carrier._motion, "field", fails)
        patch.setattr(carrier._came, "wait", fails)  # ends the loop after its first step
        carrier.see(scene(0), 1008)
        with pytest.raises(RuntimeError, match="lost"):
            carrier._run()
    _run(carrier, house, range(10, 12), 9)
    assert house.motion.newest == before
    _run(carrier, house, range(18, 20), 9)
    assert house.motion.newest > before


def test_a_picture_that_is_turned_over_before_it_is_painted_cannot_be_carried() -> None:
    assert shows_camera({"edges.flip_h": 1.0})
    assert shows_camera({"edges.enabled": 1.0, "edges.canny": 1.0})
    for turned in ("edges.flip_h", "edges.flip_v", "edges.freeze", "edges.frame_diff"):
        assert not shows_camera({"edges.enabled": 1.0, turned: 1.0})


def _ramp(alpha: int) -> Pixels:
    levels = np.tile(np.linspace(0, 255, SIZE[1]).astype(np.uint8), (SIZE[0], 1))
    return np.dstack([levels, levels, levels, np.full_like(levels, alpha)])


def test_tones_are_the_paintings_colours_from_dark_to_bright() -> None:
    ramp = _ramp(0)
    painting = ramp.copy()
    painting[..., 0], painting[..., 1] = 255 - ramp[..., 0], 40
    people, rest = tones(ramp, painting)
    assert people == rest
    assert rest[0][0] > 230 and rest[-1][0] < 25
    assert all(abs(colour[1] - 40) <= 1 for colour in rest)


def test_people_have_tones_of_their_own_where_the_source_knows_them() -> None:
    ramp = _ramp(0)
    painting = ramp.copy()
    for picture in (ramp, painting):
        picture[: SIZE[0] // 2, :, 3] = 255
    painting[: SIZE[0] // 2, :, :3] = (200, 0, 0)
    painting[SIZE[0] // 2 :, :, :3] = (0, 0, 200)
    people, rest = tones(ramp, painting)
    assert all(colour[0] > 190 for colour in people)
    assert all(colour[2] > 190 for colour in rest)
