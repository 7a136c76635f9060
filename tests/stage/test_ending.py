"""The end: light goes down within a second, a second word ends at once."""

from __future__ import annotations

import pytest

from vj.stage.ending import SECONDS, Ending


def test_the_light_goes_down_from_when_it_is_told() -> None:
    ending = Ending()
    assert ending.light(1e9) == 1.0
    ending.tell(50.0)
    lights = [ending.light(50.0 + part * SECONDS / 4) for part in range(6)]
    assert lights == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]


def test_told_twice_it_ends_at_once() -> None:
    ending = Ending()
    ending.tell(50.0)
    with pytest.raises(SystemExit) as end:
        ending.tell(50.1)
    assert end.value.code == 143, "0 would mean that the window was closed"
