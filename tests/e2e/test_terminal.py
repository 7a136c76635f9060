"""The terminal a show was started from is closed: what is on a display goes on, the rest ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.showing import ROOT, frames_of, make_gig, report_of
from tests.stage.theatre import x_server

if sys.platform == "win32":
    pytest.skip("no such terminals", allow_module_level=True)

import fcntl
import pty
import termios

pytestmark = pytest.mark.e2e


def _at_a_terminal(*arguments: str, **environment: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a show in a terminal of its own; also return the terminal's other end."""
    ours, theirs = pty.openpty()
    show = subprocess.Popen(
        [sys.executable, "-m", "vj", "show", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    return show, ours


def _read_until(terminal: int, words: str, seconds: float = 40.0) -> None:
    said, end = "", time.monotonic() + seconds
    while words not in said and time.monotonic() < end:
        if select.select([terminal], [], [], 0.5)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
    assert words in said, said


def test_a_show_on_a_display_goes_on(tmp_path: Path) -> None:
    """It ended with the terminal, and the performer had only tidied up her desktop."""
    report = tmp_path / "r.json"
    with x_server(displays=1) as display:
        gig = str(make_gig(tmp_path / "gig"))
        show, terminal = _at_a_terminal(gig, "--report", str(report), DISPLAY=display)
        try:
            _read_until(terminal, "plays on")
            os.close(terminal)
            time.sleep(4)
            assert show.poll() is None
            show.send_signal(signal.SIGTERM)
            assert show.wait(30) == 0
        finally:
            show.kill()
    figures = report_of(report)
    assert not any(figures["restarts"].values()), figures["restarts"]
    assert figures["frames_shown"] > 60


def test_a_show_without_a_window_ends_in_order(tmp_path: Path) -> None:
    film = tmp_path / "show.mp4"
    gig = str(make_gig(tmp_path / "gig"))
    show, terminal = _at_a_terminal(gig, "--headless", "--record", str(film))
    try:
        _read_until(terminal, "plays on")
        time.sleep(2)
        os.close(terminal)
        assert show.wait(30) == 0
    finally:
        show.kill()
    assert len(frames_of(film)) > 10, "the film is whole"
