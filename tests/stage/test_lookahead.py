"""The look-ahead is what was measured, for each network, and never more than a few seconds."""

from __future__ import annotations

import pytest

from vj.stage.lookahead import LONGEST, Lookahead

S = 10**9


def _picture(ahead: Lookahead, at: float, taken: float, take: int = 1) -> None:
    ahead.shown(round(at * S), round((at - 0.01) * S), round(taken * S), take)


def test_before_a_change_was_seen_the_delay_to_the_screen_stands_in() -> None:
    ahead = Lookahead()
    assert (ahead.paint("brush", False), ahead.stage) == (0.0, 0.0)
    for at in (1.0, 1.1, 1.2):
        _picture(ahead, at, at - 0.25)
    assert ahead.paint("brush", False) == pytest.approx(0.25)
    assert ahead.stage == pytest.approx(0.01)


def test_the_first_picture_taken_after_the_change_shows_it() -> None:
    ahead = Lookahead()
    ahead.begin(2.0, "brush", False)
    _picture(ahead, 2.1, 1.9)
    _picture(ahead, 2.3, 2.05)
    _picture(ahead, 2.5, 2.25)
    assert ahead.paint("brush", False) == pytest.approx(0.3)
    assert ahead.paint("edges", False) == pytest.approx(0.25)  # not known yet: the delays' median


def test_another_network_is_known_by_its_take() -> None:
    ahead = Lookahead()
    _picture(ahead, 1.0, 0.9, take=1)
    ahead.begin(2.0, "edges", True)
    _picture(ahead, 2.5, 2.4, take=1)
    _picture(ahead, 3.5, 3.4, take=2)
    assert ahead.paint("edges", True) == pytest.approx(1.5)
    assert ahead.document() == {"stage": 10.0, "edges loads": 1500.0}


def test_what_takes_for_ever_is_not_waited_for() -> None:
    ahead = Lookahead()
    ahead.begin(0.0, "huge", True)
    _picture(ahead, 15.0, 14.9, take=2)
    assert ahead.paint("huge", True) == LONGEST
    ahead.begin(20.0, "dead", True)
    _picture(ahead, 50.0, 49.9, take=2)
    _picture(ahead, 51.0, 50.9, take=3)
    assert ahead.paint("dead", True) == pytest.approx(0.1)
