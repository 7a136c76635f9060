"""Displays are chosen by name."""

from __future__ import annotations

from vj.stage.displays import Display, after, assign, choose

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


def test_without_a_wish_it_is_the_last_that_is_not_the_laptops_own() -> None:
    assert choose([LAPTOP, BEAMER], "") == BEAMER
    assert choose([BEAMER, SECOND, LAPTOP], "") == SECOND
    assert choose([LAPTOP], "") == LAPTOP


def test_size_and_place_decide_where_the_name_does_not() -> None:
    displays = [LAPTOP, BEAMER, SECOND]
    assert choose(displays, "HDMI 1920x1080 at 0,1080") == SECOND
    assert choose(displays, "HDMI-1 1920x1080 at 0,1080") == BEAMER, "a name that is there wins"
    assert choose(displays, "VGA-1  1280x800 at 7,7") == LAPTOP
    assert choose(displays, "VGA-1  1920x1080") is None


def test_outputs_get_what_they_name_and_the_rest_what_is_free() -> None:
    displays = [LAPTOP, BEAMER, SECOND]
    assert assign(displays, ["", "HDMI-2"]) == [BEAMER, SECOND]
    assert assign(displays, ["HDMI-1", "VGA"]) == [BEAMER, None]
    assert assign([], ["", "HDMI-1"]) == [None, None]


def test_next_goes_round() -> None:
    displays = [LAPTOP, BEAMER]
    assert after(displays, "eDP-1") == BEAMER
    assert after(displays, "HDMI-1") == LAPTOP
    assert after(displays, "unplugged") == LAPTOP
