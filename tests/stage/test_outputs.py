"""Several outputs on real X servers: mapped, edited by hand, unplugged and plugged in again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import halves, plain, upload
from tests.stage.theatre import Theatre, grab, x_server, xdo
from vj.core.gig import Gig, open_gig
from vj.core.house import Options, build_house
from vj.stage.mapper import Mapper
from vj.stage.rig_file import outputs_of

pytestmark = pytest.mark.e2e

TWO = """
outputs:
  - display: DUMMY0
    part: {width: 0.6}
    blend: {right: 0.2}
  - display: DUMMY1     # on the right
    part: {x: 0.4, width: 0.6}
    blend: {left: 0.2}
"""
PIN = """
outputs:
  - corners: [[0.1, 0.05], [0.9, 0.2], [0.95, 0.8], [0.02, 0.97]]
    blend: {right: 0.3}
    mask: [[0, 0], [1, 0], [1, 1], [0.6, 0.9], [0, 1]]
    colour: {red: 0.8, gamma: 1.2}
"""


def _gig(gig: Gig, rig: str) -> Gig:
    (gig.folder / "rig.yaml").write_text(f"size: 64x48\noutput: 64x48\n{rig}")
    return open_gig(gig.folder)


@contextmanager
def _two_displays(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with x_server(displays=2) as display:
        monkeypatch.setenv("DISPLAY", display)
        xrandr("--output", "DUMMY0", "--mode", "640x400", "--pos", "0x0")
        xrandr("--addmode", "DUMMY1", "512x384")
        xrandr("--output", "DUMMY1", "--mode", "512x384", "--right-of", "DUMMY0")
        yield display


def xrandr(*arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], check=True, env=os.environ, capture_output=True)


def test_what_a_window_shows_is_what_is_drawn_without_one(
    gig: Gig, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headless pictures equal windowed ones, mapping and all."""
    pinned = _gig(gig, PIN)
    (spec,) = outputs_of(pinned)
    target = context.framebuffer([context.texture((640, 400), 4)])
    picture = upload(context, halves())
    Mapper(context, spec, pinned.folder).draw(picture, spec.mapping, target, (400, 640), "cut")
    wanted = np.frombuffer(target.read(components=3), np.uint8).reshape(400, 640, 3)[::-1]
    assert wanted.max() > 150
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        house = build_house(pinned, Options(scene="03_plain"))
        with Theatre(house, halves()) as theatre:

            def difference() -> int:
                return int(np.abs(grab(display).astype(int) - wanted).max())

            theatre.until(lambda: difference() <= 2, "the same picture in the window")
            assert theatre.status()["errors"] == []


def test_two_outputs_one_is_unplugged_and_comes_home(
    gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _two_displays(monkeypatch) as display:
        house = build_house(_gig(gig, TWO), Options(scene="03_plain"))
        with Theatre(house, plain(250, 250, 250), curtain=True) as theatre:

            def both() -> bool:
                screen = grab(display)[..., 0]
                left, right = screen[:400, :640], screen[:384, 640:1152]
                return bool(
                    left[:, 20].min() > 240 and left[:, 620].max() < 130
                    and right[:, -20].min() > 240 and right[:, 20].max() < 130
                )  # fmt: skip

            theatre.until(both, "two halves that overlap softly")
            assert theatre.status()["places"] == [[0, 0, 640, 400], [640, 0, 512, 384]]
            assert theatre.status()["black_frames"] == 0

            xrandr("--output", "DUMMY1", "--off")
            theatre.until(lambda: theatre.status()["places"][1] is None, "a parked window")
            shown = theatre.status()["frames_shown"]
            theatre.until(lambda: theatre.status()["frames_shown"] > shown + 20, "the show goes on")
            assert grab(display)[:400, 20, 0].min() > 240, "the other output shows as before"

            xrandr("--output", "DUMMY0", "--off")
            shown = theatre.status()["frames_shown"]
            theatre.until(
                lambda: theatre.status()["frames_shown"] > shown + 20, "a show without any display"
            )
            xrandr("--output", "DUMMY0", "--mode", "640x400", "--pos", "0x0")
            xrandr("--output", "DUMMY1", "--mode", "512x384", "--right-of", "DUMMY0")
            theatre.until(both, "both at home again")
            assert theatre.status()["errors"] == []

            window = xdo(display, "search", "--name", "^vj$").split()[0]
            xdo(display, "windowfocus", "--sync", window)
            xdo(display, "key", "d")
            theatre.until(
                lambda: theatre.status()["places"] == [[640, 0, 512, 384], [0, 0, 640, 400]],
                "outputs that have changed places",
            )


def test_a_mapping_is_edited_with_keys_and_mouse_and_saved(
    gig: Gig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        gig = _gig(gig, "# the hall\n")
        house = build_house(gig, Options(scene="03_plain"))
        with Theatre(house, plain(0, 200, 0)) as theatre:

            def points() -> list[list[float]]:
                found = house.state.read()
                assert found is not None
                return list(found[1]["mapping"][0]["points"])

            theatre.until(lambda: grab(display)[..., 1].min() > 190, "a green screen")
            window = xdo(display, "search", "--name", "^vj$").split()[0]
            xdo(display, "windowfocus", "--sync", window)
            xdo(display, "key", "m")
            theatre.until(lambda: grab(display)[..., 2].max() > 200, "blue handles")
            xdo(display, "key", "shift+Right", "key", "shift+Down", "key", "Down")
            theatre.until(
                lambda: np.allclose(points()[0], (10 / 640, 11 / 400), atol=1e-4), "a moved point"
            )
            xdo(display, "mousemove", "636", "396", "mousedown", "1")
            for step in range(1, 9):
                xdo(display, "mousemove", str(636 - step * 10), str(396 - step * 10))
            xdo(display, "mouseup", "1")
            theatre.until(
                lambda: np.allclose(points()[2], (556 / 640, 316 / 400), atol=4e-3), "a dragged one"
            )
            xdo(display, "key", "Escape")
            theatre.until(
                lambda: "corners" in (gig.folder / "rig.yaml").read_text(), "a saved mapping"
            )
            text = (gig.folder / "rig.yaml").read_text()
            assert "# the hall" in text
            assert np.allclose(open_gig(gig.folder).rig.outputs[0].corners, points(), atol=1e-5)
            theatre.until(lambda: grab(display)[..., 2].max() < 10, "no handles")
            screen = grab(display)
            assert (
                screen[2, 2].max() == 0
                and screen[398, 600].max() == 0
                and screen[200, 300, 1] > 190
            )


def test_every_display_tells_its_name_and_then_is_itself_again(
    gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _two_displays(monkeypatch) as display:
        gig = _gig(gig, "display: DUMMY0\n")
        with Theatre(build_house(gig, Options(scene="03_plain")), plain(0, 200, 0)) as theatre:
            theatre.until(lambda: grab(display)[:400, :640, 1].min() > 190, "a green screen")
            window = xdo(display, "search", "--name", "^vj$").split()[0]
            xdo(display, "windowfocus", "--sync", window)
            before = grab(display)[:384, 640:1152]
            xdo(display, "key", "i")

            def names() -> bool:
                screen = grab(display).min(axis=2)
                return bool((screen[:, :640] > 200).any() and (screen[:384, 640:1152] > 200).any())

            theatre.until(names, "two names")
            theatre.until(lambda: grab(display)[:400, :640, 1].min() > 190, "the picture alone")
            theatre.until(
                lambda: np.array_equal(grab(display)[:384, 640:1152], before), "the other desktop"
            )
            xdo(display, "key", "c")
            theatre.until(lambda: grab(display)[0, :640].min() == 255, "the test card's edge")
            assert grab(display)[1, 1:639].max() == 0
            xdo(display, "key", "c")
            theatre.until(lambda: grab(display)[:400, :640, 1].min() > 190, "the show again")
            assert theatre.status()["errors"] == []
