"""The stage as a process of its own: it draws, survives, remembers and ends when told to."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from types import SimpleNamespace

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import halves
from tests.stage.theatre import Theatre
from vj.core.child import Keeper
from vj.core.house import House
from vj.core.types import Set
from vj.stage import process
from vj.stage.ending import Ending
from vj.stage.frame import build_stage
from vj.stage.process import loop, rest

pytestmark = pytest.mark.e2e

FAILED = "a frame failed; the last picture stays"


def test_it_draws_goes_on_after_a_kill_and_ends_when_told(house: House) -> None:
    with Theatre(house, halves()) as theatre:
        frame = theatre.until(house.screen.latest, "a picture on the screen")
        theatre.until(lambda: theatre.status()["fps"] > 10, "steady pictures")
        assert theatre.status()["display"] == "off-screen"
        assert theatre.status()["errors"] == []
        house.events.send(Set("grade.saturation", 0.0))
        theatre.until(lambda: theatre.status()["knob_to_screen_ms"]["count"], "a knob on screen")
        theatre.until(lambda: _is_gray(house), "a picture without colour")

        born_first = theatre.status()["started_at"]
        assert theatre.stage.process is not None and theatre.stage.process.pid is not None
        os.kill(theatre.stage.process.pid, signal.SIGKILL)
        theatre.until(lambda: theatre.status()["started_at"] != born_first, "a second life")
        newest = house.screen.newest
        theatre.until(lambda: house.screen.newest > newest + 2, "pictures again")
        assert _is_gray(house)
        assert theatre.stage.restarts == 1

        process = theatre.stage.process
        process.terminate()
        process.join(5)
        assert process.exitcode == 143, "0 would mean that the window was closed"
    assert frame.pixels.shape == (48, 64, 4)


def test_told_to_end_while_it_compiles_it_ends_without_a_crash(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the first seconds filled the terminal with a segmentation fault of the stage."""
    keeper = Keeper("stage", "tests.stage.test_process:compiles", house)
    keeper.start(time.monotonic())
    assert keeper.process is not None
    keeper.process.join(60)
    assert keeper.exit_code == 143
    assert "Fatal" not in capfd.readouterr().err


def compiles(house: House) -> None:
    """The stage, told to end while the first of its programs is compiled."""

    def build(_house: House, context: moderngl.Context, _now: float) -> None:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
        while True:
            context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)

    vars(process)["build_stage"] = build
    process.main(house)


_VERTEX = "#version 330\nin vec2 at;\nvoid main() { gl_Position = vec4(at, 0.0, 1.0); }"
_FRAGMENT = "#version 330\nuniform vec4 a;\nout vec4 colour;\nvoid main() { colour = a; }"


def _is_gray(house: House) -> bool:
    frame = house.screen.latest()
    assert frame is not None
    return bool(np.ptp(frame.pixels[..., :3].astype(int), axis=2).max() <= 2)


class _Surface:
    """A surface that closes after some frames; nothing of it is real but the calls."""

    closed = False
    rate = 1000.0
    display = "nowhere"
    place = None

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def events(self) -> list[object]:
        self.frames -= 1
        self.closed = self.frames <= 0
        raise RuntimeError("a frame that fails")


def test_whatever_a_frame_raises_the_loop_goes_on(house: House) -> None:
    """An exception that left the loop once meant a picture frozen for the rest of the night."""

    context = SimpleNamespace(info={"GL_RENDERER": "none"})
    play = SimpleNamespace(complaint="")
    stage = SimpleNamespace(context=context, house=house, output=SimpleNamespace(), play=play)
    surface = _Surface(frames=5)
    started = time.perf_counter()
    loop(stage, surface, Ending())  # type: ignore[arg-type]
    assert surface.frames == 0
    assert time.perf_counter() - started < 5
    assert house.status["stage"].read() is None, "a stage that shows nothing must not seem well"


class _Shaky(_Surface):
    """A surface whose first frames fail and whose last one is shown."""

    rate = 100.0
    displays: Sequence[str] = ()
    places = ()

    def events(self) -> list[object]:
        self.frames -= 1
        self.closed = self.frames <= 0
        if not self.closed:
            raise RuntimeError("a frame that fails")
        return []

    def act(self, actions: object) -> None:
        pass

    def present(self, output: object, mappings: object) -> None:
        pass


def test_frames_that_fail_alike_are_logged_once_and_said(
    house: House,
    context: moderngl.Context,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = build_stage(house, context, time.perf_counter())
    loop(stage, _Shaky(frames=4), Ending())  # type: ignore[arg-type]
    assert [record.message for record in caplog.records].count(FAILED) == 1
    found = house.status["stage"].read()
    assert found is not None and found[1]["errors"] == ["RuntimeError: a frame that fails"]

    monkeypatch.setattr("vj.stage.play._TOLD_S", 0.0)  # that long ago
    loop(stage, _Shaky(frames=1), Ending())  # type: ignore[arg-type]
    found = house.status["stage"].read()
    assert found is not None and found[1]["errors"] == [], "frames are well again"


def test_a_hand_that_moves_ends_the_rest(house: House) -> None:
    started = time.perf_counter()
    assert not rest(started + 0.05, house.events), "nobody moved"
    assert time.perf_counter() - started >= 0.05

    sent = threading.Timer(0.05, house.events.send, (Set("blackout", 1.0),))
    sent.start()
    started = time.perf_counter()
    assert rest(started + 30.0, house.events)
    assert time.perf_counter() - started < 10.0
    assert [event.param for event in house.events.drain() if isinstance(event, Set)] == ["blackout"]


def test_where_a_display_sets_the_pace_hands_wait_for_it(house: House) -> None:
    house.events.send(Set("blackout", 1.0))
    started = time.perf_counter()
    assert not rest(started + 0.05, None)
    assert time.perf_counter() - started >= 0.05
