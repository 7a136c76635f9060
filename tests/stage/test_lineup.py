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


def _played(lineup: Lineup, seconds: float = 1.0) -> list[str]:
    for _ in range(round(seconds * 60)):
        drawn = lineup.tick(1 / 60)
    assert all(amount == 1.0 for _, amount in drawn)
    return [name for name, _ in drawn]


def test_a_hand_moves_an_effect_which_is_never_seen_in_two_places_nor_jumps() -> None:
    lineup = Lineup()
    lineup.change(["mix", "dream", "glow", "grade"], 0.0)
    lineup.tick(0.1)
    assert lineup.move("glow", -1)
    assert lineup.order == ("mix", "glow", "dream", "grade")
    last = 1.0
    for _ in range(60):
        drawn = lineup.tick(1 / 60)
        assert len(dict(drawn)) == len(drawn)
        glow = dict(drawn).get("glow", 0.0)
        assert abs(glow - last) < 0.1
        last = glow
    assert [name for name, _ in drawn] == ["mix", "glow", "dream", "grade"]
    assert last == 1.0
    assert not lineup.move("grade", 1)
    assert not lineup.move("mix", -1)
    assert not lineup.move("blur", 1)
    assert lineup.move("mix", 9)
    assert _played(lineup) == ["glow", "dream", "grade", "mix"]


def test_what_a_hand_takes_out_comes_back_where_it_was() -> None:
    lineup = Lineup()
    lineup.change(["mix", "dream", "glow", "grade"], 0.0)
    lineup.tick(0.1)
    assert lineup.toggle("glow")
    assert _played(lineup) == ["mix", "dream", "grade"]
    assert lineup.toggle("glow")
    assert _played(lineup) == ["mix", "dream", "glow", "grade"]
    assert lineup.toggle("blur")
    assert _played(lineup) == ["mix", "dream", "glow", "grade", "blur"]
    assert not lineup.toggle("mix")


def test_taking_out_what_is_on_its_way_elsewhere_takes_it_out() -> None:
    lineup = Lineup()
    lineup.change(["mix", "dream", "glow"], 0.0)
    lineup.tick(0.1)
    lineup.move("dream", 1)
    lineup.tick(0.05)
    lineup.toggle("dream")
    assert _played(lineup) == ["mix", "glow"]
