"""kill -9 of every process during a show: each comes back, the picture never goes black."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.showing import Showing, frames_of, make_gig, report_of

pytestmark = pytest.mark.e2e


def test_each_process_is_killed_and_comes_back(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    film, report = tmp_path / "show.mp4", tmp_path / "r.json"
    with Showing(
        str(gig), "--headless", "--record", str(film), "--report", str(report)
    ) as show:  # fmt: skip
        show.said("model .* plays")
        deaths = dict.fromkeys(("capture", "infer", "desk", "stage"), signal.SIGKILL)
        for name, death in [*deaths.items(), ("stage", signal.SIGTERM)]:
            pid = show.pid(name)
            os.kill(pid, death)
            show.until(lambda n=name, p=pid: show.pid(n) != p, 20, f"new {name}")  # type: ignore[misc]
        plays = sum("plays" in line for line in show.lines)
        show.until(
            lambda: sum("plays" in line for line in show.lines) >= max(plays, 2), 30, "model"
        )
        time.sleep(3)
        show.process.terminate()
        assert show.end() == 0
    figures = report_of(report)
    for name in ("capture", "infer", "stage", "desk"):
        assert figures["restarts"][name] >= 1, name
    assert figures["black_frames"] == 0
    frames = frames_of(film)
    assert len(frames) > 30
    assert min(float(frame.max()) for frame in frames) > 40


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no /dev/shm on this system")
def test_a_show_that_is_killed_leaves_nobody_and_nothing_behind(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    before = set(os.listdir("/dev/shm"))
    with Showing(str(gig), "--headless") as show:
        show.said("remote and preview")
        pids = [show.pid(name) for name in ("capture", "infer", "stage", "desk")]
        os.kill(show.process.pid, signal.SIGKILL)
        show.process.wait()
    end = time.monotonic() + 10
    while time.monotonic() < end and any(_alive(pid) for pid in pids):
        time.sleep(0.1)
    assert not [pid for pid in pids if _alive(pid)]
    assert set(os.listdir("/dev/shm")) <= before


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
