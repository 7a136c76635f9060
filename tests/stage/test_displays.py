"""Displays are chosen by name."""

from __future__ import annotations

from vj.stage.displays import Display, after, choose

LAPTOP = Display("eDP-1", 1920, 0, 1280, 800)
BEAMER = Display("HDMI-1", 0, 0, 1920, 1080)
SECOND = Display("HDMI-2", 0, 1080, 1920, 1080)


def test_by_name_whatever_the_order() -> None:
    for displays in ([LAPTOP, BEAMER, SECOND], [SECOND, BEAMER, LAPTOP]):
        assert choose(displays, "HDMI-2") == SECOND
        assert choose(displays, "hdmi-1") == BEAMER
        assert choose(displays, "edp") == LAPTOP


def test_a_name_that_is_none_or_two_is_no_choice() -> None:
    assert choose([LAPTOP, BEAMER, SECOND], "VGA") is None
    assert choose([LAPTOP, BEAMER, SECOND], "HDMI") is None
    assert choose([], "") is None


def test_without_a_wish_it_is_the_one_at_the_origin() -> None:
    assert choose([LAPTOP, BEAMER], "") == BEAMER
    assert choose([LAPTOP], "") == LAPTOP


def test_next_goes_round() -> None:
    displays = [LAPTOP, BEAMER]
    assert after(displays, "eDP-1") == BEAMER
    assert after(displays, "HDMI-1") == LAPTOP
    assert after(displays, "unplugged") == LAPTOP
