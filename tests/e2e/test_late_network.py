"""A network that falls silent in a running show: its colours stay, nothing is black, it comes back.

Stage and capture are the real processes; the test itself is the network, so that it can be silent.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vj.core.child import Keeper
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.core.types import Pixels

pytestmark = pytest.mark.e2e


class Playing:
    """A stage and a capture of the dancer; paints every picture red while `paints`."""

    def __init__(self, folder: Path) -> None:
        (folder / "scenes").mkdir(parents=True)
        (folder / "scenes" / "01_red.yaml").write_text("model: brush\nchain: [mix]\n")
        (folder / "rig.yaml").write_text("source: {kind: dancer}\nsize: 320x180\noutput: 320x180\n")
        self.house: House = build_house(open_gig(folder), Options(headless=True, record="all"))
        board = self.house.status
        self.keepers = [
            Keeper(name, f"vj.{name}.process:main", self.house, board[name], 20.0)
            for name in ("stage", "capture")
        ]
        self.paints = True
        self.shown: list[Pixels] = []
        self._seq = self._screen_seq = 0
        self._due: list[tuple[float, Pixels, int]] = []

    def __enter__(self) -> Playing:
        for keeper in self.keepers:
            keeper.start(time.monotonic())
        return self

    def __exit__(self, *_: object) -> None:
        for keeper in self.keepers:
            keeper.stop(5.0)

    @property
    def rung(self) -> str:
        found = self.house.status["stage"].read()
        return str(found[1].get("rung", "")) if found else ""

    def until(self, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        """Be the network, a quarter of a second for each picture, and watch the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not ready():
            now = time.monotonic()
            if self.paints and not self._due:
                frame = self.house.camera.latest(self._seq)
                if frame is not None:
                    self._seq = frame.seq
                    painted = frame.pixels // np.array([1, 4, 4, 1], np.uint8)
                    self._due.append((now + 0.25, painted, frame.captured_at))
            if self._due and now >= self._due[0][0]:
                _, painted, captured_at = self._due.pop()
                self.house.styled.publish(painted, captured_at)
            screen = self.house.screen.latest(self._screen_seq)
            if screen is not None:
                self._screen_seq = screen.seq
                self.shown.append(screen.pixels.copy())
            time.sleep(0.004)
        assert ready(), f"not within {seconds} s; the stage is on {self.rung!r}"


def _redness(picture: Pixels) -> float:
    red, green, blue = (float(picture[..., channel].mean()) for channel in range(3))
    return red / max(green + blue, 1.0)


def test_a_network_falls_silent_and_comes_back(tmp_path: Path) -> None:
    with Playing(tmp_path / "gig") as playing:
        playing.until(lambda: playing.rung == "live")
        began = time.monotonic()
        playing.until(lambda: time.monotonic() - began > 2.0)
        playing.shown.clear()
        playing.paints = False
        rungs: list[str] = []
        playing.until(lambda: bool(rungs.append(playing.rung)) or playing.rung == "palette")
        assert "dry" not in rungs
        began = time.monotonic()
        playing.until(lambda: time.monotonic() - began > 1.5)
        assert playing.rung == "palette"
        playing.paints = True
        playing.until(lambda: playing.rung == "live")
        began = time.monotonic()
        playing.until(lambda: time.monotonic() - began > 1.0)
        shown = playing.shown
    assert len(shown) > 20
    assert min(float(picture[..., :3].max()) for picture in shown) > 60
    assert min(_redness(picture) for picture in shown) > 1.0
    found = playing.house.status["stage"].read()
    assert found is not None and found[1]["rungs"]["palette"] > 1.0
    steps = [np.abs(b.astype(int) - a).mean() for a, b in itertools.pairwise(shown)]
    assert max(steps) < 40
