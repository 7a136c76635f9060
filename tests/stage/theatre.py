"""A real stage process with a camera of plain colours, and real X servers to look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from vj.core.child import Keeper
from vj.core.house import House
from vj.core.types import Pixels

T = TypeVar("T")

_DUMMY = """
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
EndSection
Section "Device"
  Identifier "device"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5-200
  VertRefresh 5-200
  Modeline "640x400" 20.00 640 664 720 800 400 401 404 417
  Modeline "512x384" 16.00 512 528 576 640 384 385 388 400
EndSection
Section "Screen"
  Identifier "screen"
  Device "device"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual 1280 800
    Modes "640x400" "512x384"
  EndSubSection
EndSection
"""


class Theatre:
    """A stage process and what feeds it; `picture` is what the camera sees."""

    def __init__(self, house: House, picture: Pixels, curtain: bool = False) -> None:
        self.house, self.picture = house, picture
        self.stage = Keeper("stage", "vj.stage.process:main", house, house.status["stage"], 5.0)
        self.keepers = [self.stage]
        if curtain:
            board = house.status["curtain"]
            self.keepers.append(Keeper("curtain", "vj.stage.curtain:main", house, board, 4.0))

    def __enter__(self) -> Theatre:
        for keeper in self.keepers:
            keeper.start(time.monotonic())
        self.until(lambda: self.status().get("frames_shown"), "a first picture")
        return self

    def __exit__(self, *_: object) -> None:
        for keeper in self.keepers:
            keeper.stop(5.0)

    def status(self) -> dict[str, Any]:
        """What the stage says of itself."""
        found = self.house.status["stage"].read()
        return found[1] if found else {}

    def until(self, ready: Callable[[], T], what: str, seconds: float = 30.0) -> T:
        """Keep the camera and the watch over the processes going until `ready()` gives a thing."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.house.camera.publish(self.picture, time.perf_counter_ns())
            for keeper in self.keepers:
                keeper.watch(time.monotonic())
            found = ready()
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {what} in {seconds} s; the stage says {self.status()}")


@contextmanager
def x_server(*, displays: int) -> Iterator[str]:
    """Start an X server with one display (Xvfb) or two (Xorg's dummy driver); skip without."""
    program = "Xvfb" if displays == 1 else "Xorg"
    for needed in (program, "xwd", "xdotool", "xrandr"):
        if not shutil.which(needed):
            pytest.skip(f"no {needed} here")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "dummy.conf"
        config.write_text(_DUMMY)
        reading, writing = os.pipe()
        command = [program, "-displayfd", str(writing), "-noreset"]
        if displays == 1:
            command += ["-screen", "0", "640x400x24"]
        else:
            command += ["-config", str(config), "-novtswitch", "-sharevts", "vt7"]
            command += ["-logfile", f"{folder}/log"]
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(command, pass_fds=[writing], stdout=quiet, stderr=quiet)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            server.wait(10)
            pytest.skip(f"{program} does not start here (exit code {server.returncode})")
        try:
            yield f":{number}"
        finally:
            server.terminate()
            server.wait(10)


def grab(display: str) -> np.ndarray:
    """Take a screenshot of a whole X display: (h, w, 3) RGB, top row first."""
    command = ["xwd", "-root", "-silent", "-display", display]
    raw = subprocess.run(command, capture_output=True, check=False).stdout
    while not raw:  # a window that goes away while xwd looks at it makes it fail
        raw = subprocess.run(command, capture_output=True, check=False).stdout
    head = np.frombuffer(raw[:100], ">u4").astype(int)
    size, width, height, stride, colours = head[0], head[4], head[5], head[12], head[19]
    step = head[11] // 8
    body = np.frombuffer(raw, np.uint8, height * stride, size + colours * 12)
    rows = body.reshape(height, stride)[:, : width * step]
    return rows.reshape(height, width, step)[..., 2::-1]


def xdo(display: str, *arguments: str) -> str:
    """Do what a hand at the keyboard does."""
    done = subprocess.run(
        ["xdotool", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DISPLAY": display},
    )
    return done.stdout
