"""What is seen while sources are switched, lost and back: never nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from vj.capture.line import Opened
from vj.capture.player import FADE, HOLD, RETRY, SWITCHING, Player
from vj.capture.spec import Spec
from vj.core.errors import UserError

DANCE = 250


def player_of(doors: dict[str, Any], dance: Any, live: bool = False) -> Player:
    """A player whose kinds are doors; the dancer is a door of its own."""

    def open_source(spec: Spec) -> Opened:
        word = str(spec["kind"])
        if word == "dancer":
            return Opened("dancer", dance.frames)
        if word not in doors:
            raise UserError(f"unknown source {word}")
        return Opened(word, doors[word].frames, live)

    any_door = next(iter(doors.values()))
    return Player(open_source, any_door.size, any_door.arrived)


def seen(player: Player, door: Any, now: float) -> Callable[[int], bool]:
    """Step until a picture of a certain level is published."""

    def level_is(level: int) -> bool:
        shot = player.step(now)
        return shot is not None and abs(int(shot.pixels[0, 0, 0]) - level) <= 1

    def wait(level: int) -> bool:
        door.until(lambda: level_is(level))
        return True

    return wait


def next_level(player: Player, door: Any, now: float) -> int:
    """Step until any picture is published and return its level."""
    found = []

    def published() -> bool:
        shot = player.step(now)
        if shot is not None:
            found.append(int(shot.pixels[0, 0, 0]))
        return shot is not None

    door.until(published)
    return found[-1]


def test_it_plays_what_is_wanted(door: Any, other: Any) -> None:
    player = player_of({"camera": door}, other)
    player.want({"kind": "camera"}, 0.0)
    door.show(7)
    assert seen(player, door, 0.1)(7)
    assert (player.playing, player.lost, player.message) == ("camera", False, "")
    assert other.openings == 0


def test_without_a_source_the_dancer_comes_at_once_and_it_is_said_once(
    door: Any, other: Any, caplog: pytest.LogCaptureFixture
) -> None:
    player = player_of({"camera": door}, other)
    for _ in range(3):
        door.fail("no camera is connected")
    other.show(DANCE)
    player.want({"kind": "camera"}, 0.0)
    with caplog.at_level(logging.WARNING):
        assert seen(player, door, 0.1)(DANCE)
        door.until(lambda: door.openings == 1)
        player.step(1.0)
        door.until(lambda: door.openings == 2)
        player.step(1.1)
    assert (player.playing, player.wanted["kind"], player.lost) == ("dancer", "camera", True)
    assert "no camera is connected" in player.message
    assert sum("no camera is connected" in record.message for record in caplog.records) == 1


def test_a_lost_source_holds_its_last_picture_then_fades_to_the_dancer_and_back(
    door: Any, other: Any
) -> None:
    player = player_of({"camera": door}, other)
    player.want({"kind": "camera"}, 0.0)
    door.show(50)
    assert seen(player, door, 0.0)(50)
    door.fail()
    door.until(lambda: player.step(0.1) is None and player.lost)
    assert player.playing == "camera" and other.openings == 0
    player.step(HOLD + 0.1)
    other.show(DANCE)
    door.until(lambda: player._stand_in is not None and player._stand_in.shot is not None)
    middle = player.step(HOLD + 0.1 + FADE / 2)
    assert middle is not None and abs(int(middle.pixels[0, 0, 0]) - (50 + DANCE) // 2) < 30
    other.show(DANCE)
    now = HOLD + 0.2 + FADE
    assert seen(player, other, now)(DANCE)
    assert player.playing == "dancer"
    now += 1.0
    door.until(lambda: player.step(now) is None and not player.lost)
    levels = []
    for number in range(1, 8):
        door.show(60)
        levels.append(next_level(player, door, now + 0.1 * number))
    assert levels == sorted(levels, reverse=True) and levels[0] > 100 and levels[-1] == 60
    assert player.playing == "camera" and not player.lost and player.message == ""


def _live(door: Any, other: Any, interval: float, pictures: int = 20) -> tuple[Player, float]:
    """A player that has seen a live camera for a while, its dancer ready, and the time it is."""
    player, now = player_of({"camera": door}, other, live=True), 0.0
    player.want({"kind": "camera"}, now)
    other.show(DANCE)
    for number in range(pictures):
        now += interval
        door.show(50 + number % 2)
        assert next_level(player, door, now) in (50, 51)
    door.until(lambda: player.step(now) or player._first is not None)
    return player, now


def test_an_unplugged_camera_is_left_at_once(door: Any, other: Any) -> None:
    """Its last picture stands for no longer than 100 ms."""
    player, now = _live(door, other, 1 / 30)
    door.fail()
    door.until(lambda: player.step(now) is None and player.lost)
    levels = [next_level(player, door, now + 0.03 * number) for number in range(1, 16)]
    assert levels == sorted(levels) and levels[2] > 51 and levels[-1] > 230


@pytest.mark.parametrize("interval", [1 / 60, 1 / 30])
def test_a_quick_camera_that_falls_silent_is_left_after_100_ms(
    door: Any, other: Any, interval: float
) -> None:
    player, now = _live(door, other, interval)
    assert player.step(now + 0.09) is None
    assert player.step(now + 0.11) is not None
    assert next_level(player, door, now + 0.2) > 51


def test_a_webcam_in_the_dark_is_waited_for(door: Any, other: Any) -> None:
    """Exposure doubles from one picture to the next; the dancer must not shimmer through."""
    player, now = _live(door, other, 1 / 15)
    for number, pause in enumerate([0.066, 0.13, 0.13, 0.2, 0.26] * 4):
        for part in (0.5, 0.9):
            assert player.step(now + part * pause) is None
        now += pause
        door.show(50 + number % 2)
        assert next_level(player, door, now) in (50, 51)


def test_of_one_pause_that_is_a_little_too_long_hardly_anything_is_seen(
    door: Any, other: Any
) -> None:
    player, now = _live(door, other, 1 / 30)
    levels = [
        int(shot.pixels[0, 0, 0])
        for ms in range(0, 150, 10)
        if (shot := player.step(now + ms / 1000))
    ]
    assert levels and max(levels) < 50 + 0.05 * DANCE


def test_the_old_source_goes_on_until_the_new_one_delivers(door: Any, other: Any) -> None:
    dance = type(door)()
    player = player_of({"camera": door, "video": other}, dance)
    player.want({"kind": "camera"}, 0.0)
    door.show(10)
    assert seen(player, door, 0.1)(10)
    player.want({"kind": "video", "path": "x"}, 0.2)
    door.show(11)
    assert seen(player, door, 0.3)(11)
    assert player.playing == "camera"
    other.show(99)
    assert seen(player, other, 0.4)(99)
    assert player.playing == "video"
    door.show(12)
    door.until(lambda: door.given.empty())
    assert player.step(0.5) is None
    dance.fail()


def test_a_new_source_that_takes_too_long_does_not_keep_the_old_one(door: Any, other: Any) -> None:
    dance = type(door)()
    player = player_of({"camera": door, "video": other}, dance)
    player.want({"kind": "camera"}, 0.0)
    door.show(10)
    assert seen(player, door, 0.1)(10)
    player.want({"kind": "video", "path": "x"}, 0.2)
    player.step(SWITCHING + 0.3)
    player.step(SWITCHING + HOLD + 0.4)
    for now in (1.0, 2.0, 3.0):
        dance.show(DANCE)
        door.until(lambda: player._stand_in is not None and player._stand_in.shot is not None)
        player.step(SWITCHING + HOLD + now)
    assert player.playing == "dancer"
    dance.fail()


def test_a_wrong_spec_keeps_the_old_source_and_is_told(door: Any, other: Any) -> None:
    player = player_of({"camera": door}, other)
    player.want({"kind": "camera"}, 0.0)
    door.show(1)
    assert seen(player, door, 0.1)(1)
    player.want({"kind": "kamera"}, 0.2)
    assert player.error == "unknown source kamera"
    door.show(2)
    assert seen(player, door, 0.3)(2)
    player.want({"kind": "camera"}, 0.4)
    assert door.openings == 1
    assert player.error == "", "what is wanted now is seen"


def test_a_camera_that_was_refused_is_seen_when_it_is_plugged_in(door: Any, other: Any) -> None:
    """Its cable was out when its scene came; it was away until another camera had been played."""
    doors = {"webcam": door}
    player = player_of(doors, other)
    player.want({"kind": "webcam"}, 0.0)
    player.want({"kind": "usb"}, 1.0)
    assert player.error
    doors["usb"] = door
    player.want({"kind": "usb"}, 1.0 + RETRY / 2)
    assert player.error, "it is not looked for at every picture"
    player.want({"kind": "usb"}, 1.0 + RETRY)
    assert (player.error, player.wanted) == ("", {"kind": "usb"})


def test_a_wrong_spec_at_the_start_is_danced_away(door: Any, other: Any) -> None:
    player = player_of({"camera": door}, other)
    player.want({"kind": "kamera"}, 0.0)
    other.show(DANCE)
    assert seen(player, other, 0.1)(DANCE)
    assert player.error and player.playing == "dancer"
