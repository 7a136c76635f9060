"""Runs the real program on a copy of the starter gig, the way a performer would."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """Return a port number nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_gig(folder: Path, osc_port: int = 0) -> Path:
    """Copy the starter scenes into `folder` and give it ports of its own."""
    shutil.copytree(ROOT / "scenes", folder / "scenes")
    (folder / "rig.yaml").write_text(
        "source: {kind: dancer}\nsize: 320x180\noutput: 320x180\n"
        f"osc_port: {osc_port}\nfeedback_port: 0\nremote_port: 0\n"
    )
    return folder


def vj(*arguments: str, timeout: float = 90, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "vj", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, cwd=ROOT, check=False, **more
    )


class Showing:
    """A show running in processes of its own; `lines` grow while it talks, `talked` ends then."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vj", "show", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        self.talked = threading.Thread(target=self._listen, daemon=True)
        self.talked.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def said(self, pattern: str, seconds: float = 40.0) -> re.Match[str]:
        """Wait until a line matches and return the match of the last such line."""
        return self.until(
            lambda: next((m for line in self.lines[::-1] if (m := re.search(pattern, line))), None),
            seconds,
            f"a line like {pattern!r}",
        )

    def pid(self, name: str) -> int:
        """Return the number of the process called `name` as it runs now."""
        return int(self.said(rf"{name} runs as (\d+)")[1])

    def until(self, ready: Callable[[], Any], seconds: float, what: str) -> Any:
        """Poll until `ready()` gives something, else fail with what was said."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = ready()
            if found:
                return found
            assert self.process.poll() is None, "the show ended early:\n" + "\n".join(self.lines)
            time.sleep(0.05)
        raise AssertionError(f"no {what} in {seconds} s:\n" + "\n".join(self.lines))

    def end(self, timeout: float = 60.0) -> int:
        """Wait for the end and return the exit code."""
        return self.process.wait(timeout)

    def __enter__(self) -> Showing:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()


def frames_of(path: Path) -> list[np.ndarray]:
    """Decode a video into (h, w, 3) RGB arrays; a file still being written gives what it has."""
    frames: list[np.ndarray] = []
    try:
        with av.open(str(path)) as file:
            for frame in file.decode(video=0):
                frames.append(frame.to_ndarray(format="rgb24"))
    except (OSError, ValueError):
        pass
    return frames


def report_of(path: Path) -> dict[str, Any]:
    """Read a report."""
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def brightness(frames: Sequence[np.ndarray]) -> float:
    """Mean level 0..255 of some pictures."""
    return float(np.mean([frame.mean() for frame in frames]))
