"""A real window on a real X server: the picture, the keys, the display chosen by name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from tests.stage.pictures import halves
from tests.stage.theatre import Theatre, grab, x_server, xdo
from vj.core.gig import Gig
from vj.core.house import Options, build_house

pytestmark = pytest.mark.e2e

RED, BLUE = (200, 0, 0), (0, 0, 200)


def _is(part: np.ndarray, rgb: tuple[int, int, int]) -> bool:
    return bool(np.abs(part.astype(int) - rgb).max() <= 3)


def _fills(screen: np.ndarray) -> bool:
    """The test picture over the whole of a screen: red left, blue right, white on top."""
    width = screen.shape[1]
    left, right = screen[40:, : width // 2 - 12], screen[40:, width // 2 + 12 :]
    return _is(left, RED) and _is(right, BLUE)


@pytest.fixture
def one(gig: Gig, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Theatre]]:
    """A stage in full screen on an X server with one display."""
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        house = build_house(gig, Options(scene="03_plain"))
        with Theatre(house, halves()) as theatre:
            yield display, theatre


def test_full_screen_keys_and_way_out(one: tuple[str, Theatre]) -> None:
    display, theatre = one
    theatre.until(lambda: _fills(grab(display)), "a picture that fills the screen")
    assert "full screen" in theatre.status()["display"]
    assert theatre.status()["places"] == [[0, 0, 640, 400]]
    window = xdo(display, "search", "--name", "^vj$").split()[0]
    xdo(display, "windowfocus", "--sync", window)

    xdo(display, "key", "b")
    theatre.until(lambda: grab(display).max() == 0, "blackout")
    xdo(display, "key", "b")
    theatre.until(lambda: _fills(grab(display)), "light")
    xdo(display, "key", "1")
    theatre.until(lambda: theatre.status()["scene"] == "01_ink", "scene 1")
    xdo(display, "key", "n")
    theatre.until(lambda: theatre.status()["scene"] == "02_loop", "scene 2")
    xdo(display, "key", "Left", "key", "3")
    theatre.until(lambda: theatre.status()["scene"] == "03_plain", "scene 3")

    xdo(display, "key", "Escape")
    theatre.until(lambda: "window" in theatre.status()["display"], "a window")
    theatre.until(lambda: _is(grab(display)[:40], (0, 0, 0)), "room around it")
    xdo(display, "key", "Escape")
    before = _bright(display)
    xdo(display, "key", "h")
    theatre.until(lambda: _bright(display) > before + 300, "help")
    xdo(display, "key", "h")
    theatre.until(lambda: _bright(display) == before, "no help")
    xdo(display, "key", "f")
    theatre.until(lambda: _fills(grab(display)), "full screen again")
    assert theatre.stage.exit_code is None
    assert theatre.status()["errors"] == []
    assert theatre.status()["black_frames"] == 0


def test_outputs_follow_rig_yaml_and_a_mistake_changes_nothing(
    one: tuple[str, Theatre],
) -> None:
    display, theatre = one
    rig = theatre.house.gig.folder / "rig.yaml"
    theatre.until(lambda: _fills(grab(display)), "a picture that fills the screen")
    text = rig.read_text()
    rig.write_text(f"{text}outputs:\n  - {{rotate: 180, colour: {{blue: 0}}}}\n")
    theatre.until(lambda: _is(grab(display)[:360, 340:], RED), "a picture upside down")
    assert _is(grab(display)[:360, :300], (0, 0, 0))
    rig.write_text(f"{text}outputs:\n  - {{rotate: 45}}\n")
    theatre.until(lambda: "rotate" in str(theatre.status()["errors"]), "a complaint")
    assert _is(grab(display)[:360, 340:], RED)
    rig.write_text(text)
    theatre.until(lambda: _fills(grab(display)), "the picture as it was")
    theatre.until(lambda: theatre.status()["errors"] == [], "no complaint")


def _bright(display: str) -> int:
    """Pixels that are neither red nor blue nor black: letters, and the picture's white line."""
    return int((grab(display).min(axis=2) > 100).sum())


def test_the_display_is_chosen_by_name_and_found_again(
    gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with x_server(displays=2) as display:
        monkeypatch.setenv("DISPLAY", display)
        _xrandr("--output", "DUMMY0", "--mode", "640x400", "--pos", "0x0")
        _xrandr("--addmode", "DUMMY1", "512x384")
        _xrandr("--output", "DUMMY1", "--mode", "512x384", "--right-of", "DUMMY0")
        house = build_house(gig, Options(scene="03_plain", display="DUMMY1"))
        with Theatre(house, halves()) as theatre:
            theatre.until(lambda: _fills(grab(display)[:384, 640:1152]), "a picture on the second")
            assert _is(grab(display)[:400, :640], (0, 0, 0))
            assert theatre.status()["places"] == [[640, 0, 512, 384]]
            _xrandr("--output", "DUMMY1", "--off")
            _xrandr("--output", "DUMMY1", "--mode", "512x384", "--left-of", "DUMMY0")
            theatre.until(lambda: _fills(grab(display)[:384, :512]), "the picture after it moved")
            window = xdo(display, "search", "--name", "^vj$").split()[0]
            xdo(display, "windowfocus", "--sync", window)
            xdo(display, "key", "d")
            theatre.until(lambda: _fills(grab(display)[:400, 512:1152]), "the other display")


def _xrandr(*arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], check=True, env=os.environ, capture_output=True)


def test_at_the_end_the_light_goes_down_before_the_window_goes(one: tuple[str, Theatre]) -> None:
    display, theatre = one
    theatre.until(lambda: _fills(grab(display)), "a picture that fills the screen")
    process = theatre.stage.process
    assert process is not None
    process.terminate()
    reds = []
    while process.is_alive():
        reds.append(int(grab(display)[200, 100, 0]))
    assert process.exitcode == 143
    between = [red for red in reds if 10 < red < 190]
    assert len(between) >= 3, reds
    assert between == sorted(between, reverse=True), reds
