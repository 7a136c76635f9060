"""kill -9 of the show itself: its processes go on and nobody sees anything; and of its guard."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.showing import Showing, frames_of, make_gig, report_of
from tests.stage.theatre import x_server, xdo
from vj.core.crew import alive, birth

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.name != "posix", reason="elsewhere the processes are started anew"),
]
PEOPLE = ("stage", "capture", "infer", "desk", "record")


def test_the_show_is_killed_and_the_picture_goes_on(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    film, report = tmp_path / "show.mp4", tmp_path / "r.json"
    with Showing(
        str(gig), "--headless", "--record", str(film), "--report", str(report)
    ) as show:  # fmt: skip
        show.said("model .* plays")
        people = {name: show.pid(name) for name in PEOPLE}
        for _ in range(3):
            pid = show.pid("show")
            os.kill(pid, signal.SIGKILL)
            show.until(lambda p=pid: show.pid("show") != p, 10, "new show")  # type: ignore[misc]
            time.sleep(1.5)  # longer than a process looks for its parent
        assert {name: show.pid(name) for name in PEOPLE} == people, "nobody was started anew"
        # what it took over it looks after: who dies comes back
        os.kill(people["stage"], signal.SIGKILL)
        show.until(lambda: show.pid("stage") != people["stage"], 20, "new stage")
        os.kill(people["desk"], signal.SIGSTOP)
        show.until(lambda: show.pid("desk") != people["desk"], 30, "new desk")
        assert not alive(people["desk"], birth(people["desk"]))
        time.sleep(6)  # both play again
        show.process.terminate()
        assert show.end() == 0
    figures = report_of(report)
    assert figures["restarts"]["show"] == 3
    assert figures["restarts"]["stage"] == figures["restarts"]["desk"] == 1
    assert figures["restarts"]["infer"] == 0
    assert figures["first_dry_s"] is not None
    assert figures["black_frames"] == 0
    frames = frames_of(film)
    assert len(frames) > 60, "one film all along"
    assert min(float(frame.max()) for frame in frames) > 40


def test_a_show_that_stands_still_is_replaced(tmp_path: Path) -> None:
    with Showing(str(make_gig(tmp_path / "gig")), "--headless") as show:
        show.said("remote and preview")
        stage, pid = show.pid("stage"), show.pid("show")
        os.kill(pid, signal.SIGSTOP)
        show.until(lambda: show.pid("show") != pid, 25, "new show")
        show.said("it goes on with all that still runs")
        assert show.pid("stage") == stage
        show.process.send_signal(signal.SIGINT)
        show.end()
        show.talked.join(5)
        assert "end of show: interrupted" in show.lines


def test_the_guard_is_killed_and_the_window_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with x_server(displays=1) as display:
        monkeypatch.setenv("DISPLAY", display)
        with Showing(str(make_gig(tmp_path / "gig"))) as show:
            show.said("remote and preview")
            window = _soon(lambda: xdo(display, "search", "--name", "^vj$"), "a window")
            os.kill(show.pid("show"), signal.SIGKILL)
            show.said("it goes on with all that still runs")
            os.kill(show.process.pid, signal.SIGKILL)
            show.process.wait()
            _soon(lambda: any("the show goes on; it ends" in s for s in show.lines), "a word")
            people = [show.pid(name) for name in (*PEOPLE, "show", "curtain")]
            births = [birth(pid) for pid in people]
            time.sleep(4)  # longer than anybody waits for a guard
            assert all(map(alive, people, births))
            assert xdo(display, "search", "--name", "^vj$") == window
            os.kill(show.pid("show"), signal.SIGTERM)
            _soon(lambda: not any(map(alive, people, births)), "the end of all")
            assert any("end of show: terminated" in line for line in show.lines)


def _soon(ready: Callable[[], object], what: str) -> object:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {what}")
