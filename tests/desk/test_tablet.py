"""The tablet layout: sound to an independent reader, played by a running hand, not overlapping."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.hall import Hall, drained
from tests.desk.tablet import Player
from vj.cli import main
from vj.cli.layout import titles
from vj.core.types import Event, Set, Trigger
from vj.desk import tablet, tosc
from vj.desk.osc import OscHand

py2tosc = pytest.importorskip("py2tosc", reason="py2tosc is not installed")

SCENES = [None, "01_ink", "02_neon_night"]
PAGES = ["play", "styles", "edges", "output", "scenes"]


def _layout(hall: Hall, scene: str | None = None, size: tuple[int, int] = tablet.SIZE) -> bytes:
    found = hall.gig.scene(scene) if scene else None
    colours = {"aa-ink": (250, 20, 20), "bb-neon": (20, 20, 250)}
    return tosc.write(tablet.build(hall.gig, titles(hall.gig), colours, found, size))


def _controls(data: bytes) -> list[Any]:
    def down(control: Any) -> Iterator[Any]:
        yield control
        for child in control.children:
            yield from down(child)

    return list(down(py2tosc.loads(data).root))


def _address(message: Any) -> str:
    return "".join(part.value for part in message.path)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (812, 375)])
def test_an_independent_reader_finds_nothing_wrong_and_writes_the_same_bytes(
    hall: Hall, tmp_path: Path, scene: str | None, size: tuple[int, int]
) -> None:
    path, again = tmp_path / "vj.tosc", tmp_path / "again.tosc"
    path.write_bytes(_layout(hall, scene, size))
    document = py2tosc.load(path)
    assert document.validate() == []
    document.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_it_has_the_pages_and_is_the_same_every_time(hall: Hall) -> None:
    data = _layout(hall)
    [pager] = [control for control in _controls(data) if control.control_type.value == "PAGER"]
    assert [page.name for page in pager.children] == PAGES
    assert _layout(hall) == data


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_overlaps_and_everything_is_large_enough_for_a_finger(
    hall: Hall, scene: str | None
) -> None:
    for control in _controls(_layout(hall, scene)):
        _, _, width, height = control.frame
        kinds = ("GROUP", "BUTTON", "FADER")
        solid = [child for child in control.children if child.control_type.value in kinds]
        if control.control_type.value == "PAGER":
            continue
        for child in control.children:
            x, y, w, h = child.frame
            assert x >= 0 and y >= 0 and x + w <= width and y + h <= height, child.name
        for child in solid:
            if child.control_type.value in ("BUTTON", "FADER") and child.name != "link":
                assert child.frame[2] >= 44 and child.frame[3] >= 32, child.name
        for one in solid:
            for other in solid:
                x, y, w, h = one.frame
                a, b, c, d = other.frame
                apart = x + w <= a or a + c <= x or y + h <= b or b + d <= y
                assert one is other or apart, f"{one.name} and {other.name}"


@pytest.mark.parametrize("scene", SCENES)
def test_a_control_that_is_told_something_never_answers(hall: Hall, scene: str | None) -> None:
    for control in _controls(_layout(hall, scene)):
        for message in control.messages:
            assert not message.feedback, control.name


def _say(player: Player, control: Any, message: Any) -> None:
    """Send what the tablet would send when this control is touched."""
    arguments: list[Any] = []
    for part in message.arguments:
        if str(part.type) == "CONSTANT":
            arguments.append(part.value if str(part.conversion) == "STRING" else float(part.value))
        else:
            low, high = part.scale_min, part.scale_max
            arguments.append(float(low + (high - low) * 0.75))
    player.send(_address(message), *arguments)


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_is_understood_by_a_running_hand(
    hall: Hall, hand: OscHand, player: Player, until: Callable[..., Any], scene: str | None
) -> None:
    hall.play(scene or "01_ink", style__person=1.0, style__background=1.0)
    hand.ear.refresh(time.monotonic())
    lines, asked = hand.lines(), 0
    for control in _controls(_layout(hall, scene)):
        for message in control.messages:
            address, found = _address(message), list[Event]()
            if scene is None and address.startswith("/knob/"):
                number = int(address.split("/")[2])
                if number > len(hand.ear.book.slots):
                    assert lines[f"/knob/{number}/name"].arguments == ("",)
                    continue
            if message.receive:
                assert address in lines or address == "/heartbeat", f"{control.name}: {address}"
            if not message.send or address == "/sync":
                continue
            _say(player, control, message)
            until(lambda found=found: drained(hall.events, found), f"{control.name}: {address}")
            assert isinstance(found[0], Set | Trigger)
            asked += 1
    assert asked > 40 and hand.unknown == 0 and hand.refused == 0


def test_a_step_through_the_styles_ends_at_the_next_one(
    hall: Hall, hand: OscHand, player: Player, until: Callable[..., Any]
) -> None:
    hall.play(style__person=1.0)
    steps = {
        control.name: message
        for control in _controls(_layout(hall))
        for message in control.messages
        if _address(message) == "/style/person" and message.send
    }
    _say(player, None, steps["style.person on"])
    [event] = until(lambda: hall.events.drain(), "a step")
    assert event == Set("style.person", 2.0, "osc:127.0.0.1", event.at)


def test_a_fader_goes_the_way_its_knob_goes(hall: Hall) -> None:
    path = hall.gig.scene_files["01_ink"]
    path.write_text(path.read_text().replace("note/1/60,", "cc/1/60,"))
    [play] = [control for control in _controls(_layout(hall, "01_ink")) if control.name == "play"]
    faders = [one for strip in play.children for one in strip.children if one.messages]
    parts = {fader.name: fader.messages[0].arguments[0] for fader in faders}
    paths = {fader.name: _address(fader.messages[0]) for fader in faders}
    assert paths["style.strength"] == "/1/fader1", "the scene's own address"
    assert (paths["matte.smooth"], parts["matte.smooth"].scale_min) == ("/matte/smooth", 0.1)
    assert parts["matte.smooth"].scale_max == 0.9
    assert paths["matte.feather"] == "/matte/feather/norm"


def test_what_a_pad_holds_is_a_button_that_says_it_again(hall: Hall) -> None:
    """Its script runs in a real Lua 5.1 with the few things of TouchOSC that it uses."""
    lua = pytest.importorskip("lupa.lua51", reason="lupa is not installed").LuaRuntime()
    keys = {one.name: one for one in _controls(_layout(hall, "01_ink")) if one.messages}
    key = keys["matte.smooth hold"]
    assert _address(key.messages[0]) == "/matte/smooth/hold" and not key.messages[0].receive
    lua.execute("now, x, said = 1000, 0, 0; function getMillis() return now end")
    lua.execute(
        "self = {values = setmetatable({}, {__index = function() return x end}), messages = {OSC = "
        "{{trigger = function(this) assert(this == self.messages.OSC[1]); said = said + 1 end}}}}"
    )
    lua.execute(key.get("script"))
    frames = "for frame = 1, 60 do now = now + 1000 / 60; update() end"
    lua.execute(frames)
    assert lua.eval("said") == 0, "nobody touches it"
    lua.execute("x = 1;" + frames)
    assert 3 <= lua.eval("said") <= 5, "several times within a lease, and no flood"


def test_numbered_faders_follow_the_scene_and_say_what_they_are(
    hall: Hall, hand: OscHand, player: Player, until: Callable[..., Any]
) -> None:
    hall.play("01_ink", style__strength=0.5)
    player.send("/sync")

    def told(address: str) -> Any:
        hand.tick(time.monotonic())
        time.sleep(0.01)
        return player.listen().get(address)

    until(lambda: told("/knob/1/name") == "style strength", "the first fader's name")
    assert player.told["/knob/1/text"] == "0.50" and player.told["/knob/1"] == 0.5
    assert player.told["/knob/16/name"] == ""
    player.send("/knob/2", 1.0)
    [event] = until(lambda: hall.events.drain(), "the second fader's move")
    assert (event.param, event.value) == ("edges.canny_low", 200.0), "its knob's own range"
    hall.play("02_neon_night", style__strength=0.25)
    until(lambda: told("/knob/2/name") == "", "the second scene has one knob only")
    assert player.told["/knob/1/text"] == "0.25"


def test_the_command_writes_it_and_says_what_to_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stage.tosc"
    assert main(["layout", "touchosc", str(out), "--scene", "10_picture_wall"]) == 0
    assert py2tosc.load(out).validate() == []
    assert "send 7000, receive 7001" in capsys.readouterr().out
    assert main(["layout", "touchosc", str(tmp_path / "stage.txt")]) == 2
    assert main(["layout", "touchosc", str(out), "--size", "wide"]) == 2
    assert main(["layout", "touchosc", str(out), "--scene", "10_picture_wal"]) == 2
    assert "10_picture_wall" in capsys.readouterr().err
