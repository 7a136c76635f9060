"""A disk that is full: what the recorder says, and that its tries leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")

# A process that may not write one byte more than it is told meets what a full disk is.
RECORD = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from vj.core.types import Frame
from vj.record.recording import Recording
from vj.record.snapshot import write_png

folder, most = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
picture = np.random.default_rng(0).integers(0, 255, (240, 320, 4), dtype=np.uint8)
recording, said = Recording(None), set()
for number in range(70):
    recording.write(Frame(picture, number, number), folder / "show.mp4", 6.0 * number)
    said.add(recording.error)
recording.close()
print(*said | {recording.error} - {""}, sep="; ")
try:
    write_png(picture, folder / "show.png")
except OSError:
    print("no snapshot")
"""


def _record(folder: Path, most: int) -> list[str]:
    command = [sys.executable, "-c", RECORD, str(folder), str(most)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def test_no_empty_files_are_left_and_one_sentence_is_said(tmp_path: Path) -> None:
    said, snapshot = _record(tmp_path, 0)
    assert said.endswith(str(tmp_path)), said
    assert ";" not in said, "the same words at every try"
    assert snapshot == "no snapshot"
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_was_cut_off_stays_and_says_so(tmp_path: Path) -> None:
    said, _ = _record(tmp_path, 4096)
    assert str(tmp_path) in said
    assert (tmp_path / "show.mp4").stat().st_size == 4096
