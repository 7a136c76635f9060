"""The end: light goes down within a second."""

from __future__ import annotations

from vj.stage.ending import SECONDS, Ending


def test_the_light_goes_down_from_when_it_is_told() -> None:
    ending = Ending()
    assert ending.light(1e9) == 1.0
    ending.tell(50.0)
    lights = [ending.light(50.0 + part * SECONDS / 4) for part in range(6)]
    assert lights == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]


def test_told_twice_the_light_goes_down_all_the_same() -> None:
    """A service that was stopped told it twice, itself and by the show: a cut to the desktop."""
    ending = Ending()
    ending.tell(50.0)
    ending.tell(50.25)
    assert ending.light(50.0 + SECONDS / 2) == 0.5
