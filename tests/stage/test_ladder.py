"""A network that is late or dead: the rungs in order, softly, and back."""

from __future__ import annotations

import itertools

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, look, plain
from vj.core.house import House
from vj.stage.inputs import Inputs
from vj.stage.ladder import LATE, RUNGS, Ladder
from vj.stage.seen import Moment

SECOND = 1_000_000_000
ROWS = [[[200, n * 16, 0] for n in range(16)], [[0, n * 16, 200] for n in range(16)]]


def _steady(ladder: Ladder, every: float = 0.1) -> None:
    """Paintings come ten times a second, always 0.1 to 0.2 s behind."""
    for _ in range(10):
        for step in range(3):
            ladder.tick(every / 3, 0.1 + step * every / 3, True)
        ladder.painted()


def test_the_rungs_come_in_order_and_softly() -> None:
    ladder = Ladder()
    ladder.tick(0.1, None, True)
    assert (ladder.rung, ladder.alive) == ("dry", 0.0)
    _steady(ladder)
    assert (ladder.rung, ladder.alive, ladder.look) == ("live", 1.0, 0.0)
    seen = []
    for step in range(100):
        before = ladder.look
        ladder.tick(0.05, 0.2 + 0.05 * step, True)
        seen.append(ladder.rung)
        assert abs(ladder.look - before) <= 0.1 + 1e-9
    assert list(dict.fromkeys(seen)) == ["live", "carried", "palette"]
    assert (ladder.alive, ladder.look) == (1.0, 1.0)
    ladder.painted()
    looks = []
    for _ in range(12):
        ladder.tick(0.05, 0.1, True)
        looks.append(ladder.look)
    assert ladder.rung == "live" and looks[0] == pytest.approx(0.9) and looks[-1] == 0.0
    assert ladder.document()["rung"] == "live"
    assert set(ladder.seconds) == set(RUNGS)
    assert ladder.seconds["palette"] == pytest.approx(5.2 - LATE, abs=0.1)


@pytest.mark.parametrize(("colours", "wanted"), [(False, True), (True, False)])
def test_without_colours_or_without_a_network_the_camera_is_seen(
    colours: bool, wanted: bool
) -> None:
    ladder = Ladder()
    _steady(ladder)
    alive = []
    for step in range(60):
        ladder.tick(0.05, 0.2 + 0.05 * step, colours, wanted)
        alive.append(ladder.alive)
    assert ladder.rung == "dry" and alive[-1] == 0.0
    assert np.abs(np.diff(alive)).max() <= 0.1 + 1e-9


def test_a_slow_network_is_not_called_late() -> None:
    ladder = Ladder()
    for _ in range(5):
        for step in range(10):
            ladder.tick(0.1, 0.5 + 0.1 * step, True)
        ladder.painted()
    assert ladder.rung == "live"


def test_a_dead_network_leaves_its_colours(context: moderngl.Context, house: House) -> None:
    """Kill -9 of infer: its last picture, then the camera in its colours, never black, no jump."""
    inputs = Inputs(context, (HEIGHT, WIDTH), house)
    house.status["capture"].post({"tones": ROWS})
    house.camera.publish(halves(), SECOND)
    house.styled.publish(plain(90, 90, 90), SECOND)
    shown = []
    for step in range(120):
        house.camera.publish(halves(), SECOND + step * SECOND // 20)
        inputs.upload(0.05, 0.6, 1.0)
        seen = inputs.seen(Moment(0, 0, 0.05))
        if step > 20:
            shown.append(look(seen.styled).astype(int))
            assert seen.alive == 1.0
    assert tuple(shown[0][9, 9, :3]) == (90, 90, 90)
    nobody, person = shown[-1][24, 8], shown[-1][24, 56]
    assert nobody[2] > 150 > nobody[0] and nobody[3] == 0
    assert person[0] > 150 > person[2] and person[3] == 255
    assert min(picture[..., :3].max() for picture in shown) > 60
    steps = [np.abs(b - a)[..., :3].mean() for a, b in itertools.pairwise(shown)]
    assert max(steps) < 12
    assert inputs.ladder.rung == "palette"
