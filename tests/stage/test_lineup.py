"""Effects come and go softly, in their places."""

from __future__ import annotations

import pytest

from vj.stage.lineup import Lineup


def test_the_mix_is_always_there_and_first_unless_placed() -> None:
    lineup = Lineup()
    lineup.change(["dream", "grade"], 0.0)
    assert lineup.tick(0.1) == [("mix", 1.0), ("dream", 1.0), ("grade", 1.0)]
    lineup.change(["mirror", "mix"], 0.0)
    assert lineup.tick(0.1) == [("mirror", 1.0), ("mix", 1.0)]


def test_effects_come_in_and_go_out_over_the_fade() -> None:
    lineup = Lineup()
    lineup.change(["mix", "dream", "grade"], 0.0)
    lineup.tick(0.1)
    lineup.change(["mix", "trails", "grade"], 1.0)
    half = dict(lineup.tick(0.5))
    assert half == pytest.approx({"mix": 1.0, "dream": 0.5, "trails": 0.5, "grade": 1.0})
    assert list(half).index("dream") < list(half).index("grade")
    assert lineup.tick(0.5) == [("mix", 1.0), ("trails", 1.0), ("grade", 1.0)]


def test_an_effect_that_comes_back_half_way_goes_on_from_there() -> None:
    lineup = Lineup()
    lineup.change(["mix", "dream"], 0.0)
    lineup.change(["mix"], 1.0)
    lineup.tick(0.4)
    lineup.change(["mix", "dream"], 1.0)
    assert dict(lineup.tick(0.1))["dream"] == pytest.approx(0.7)
