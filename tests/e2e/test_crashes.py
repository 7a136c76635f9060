"""kill -9 of every process during a show: each comes back, the picture never goes black."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from pythonosc.udp_client import SimpleUDPClient

from tests.e2e.showing import Showing, frames_of, free_port, make_gig, report_of

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
    assert figures["memory_mib"]["infer"] > figures["memory_mib"]["show"] > 5
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
        pids = [show.pid(name) for name in ("show", "capture", "infer", "stage", "desk")]
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


def test_a_show_that_was_cut_off_goes_on_where_it_stood(tmp_path: Path) -> None:
    port = free_port()
    gig = make_gig(tmp_path / "gig", port)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    hand = SimpleUDPClient("127.0.0.1", port)
    with Showing(str(gig), "--headless", **state) as show:
        show.said(f"OSC in on .*{port}")
        hand.send_message("/scene/go", "08_stage_light")
        hand.send_message("/blackout", 1.0)
        show.until(lambda: "08_stage_light" in _kept(tmp_path, show), 20, "the scene on disk")
        hand.send_message("/grade/hue", 0.2)
        show.until(lambda: '"grade.hue":0.2' in _kept(tmp_path, show), 20, "the knob on disk")
        os.kill(show.process.pid, signal.SIGKILL)
        show.process.wait()
    with Showing(str(gig), "--headless", **state) as show:
        show.said(r"cut off at \d\d:\d\d in 08_stage_light: it goes on there")
        # The stage's own word, and not only what was found.
        show.said("model .* plays|remote and preview")
        show.said(f"OSC in on .*{port}")
        hand.send_message("/grade/warmth", 0.3)
        show.until(lambda: '"grade.warmth":0.3' in _kept(tmp_path, show), 30, "a new knob")
        assert '"grade.hue":0.2' in _kept(tmp_path, show)
        assert '"scene":"08_stage_light"' in _kept(tmp_path, show)
        show.process.terminate()
        show.end()
    with Showing(str(gig), "--headless", **state) as show:
        show.said("stage runs as")
        assert not any("cut off" in line for line in show.lines), "it ended as it should"


def _kept(folder: Path, show: Showing) -> str:
    """What this show has written last about where it stands."""
    pages = [page.read_text() for page in (folder / "state").rglob("*.[01]")]
    own = [page for page in pages if f'"pid":{show.pid("show")},' in page]
    return max(own, key=lambda page: float(page.split('"at":')[1].split(",")[0]), default="")
