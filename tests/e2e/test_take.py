"""A real show is kept with what hands did, and rendered again as it was, twice the same."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.showing import Showing, frames_of, free_port, make_gig, vj
from vj.core.take import read_score

pytestmark = pytest.mark.e2e


@pytest.mark.skipif(not shutil.which("oscsend"), reason="liblo-tools is not installed")
def test_a_show_with_a_blackout_is_rendered_again_with_it(tmp_path: Path) -> None:
    port = free_port()
    gig = make_gig(tmp_path / "gig", port)
    take = tmp_path / "take"
    scene = str(gig / "scenes" / "08_stage_light.yaml")
    with Showing(scene, "--headless", "--take", str(take)) as show:
        show.said(f"OSC in on .*{port}")

        def states() -> int:
            there = (take / "score.jsonl").is_file()
            return sum(1 for line in read_score(take) if line.change) if there else 0

        for value in ("1", "0"):
            before = states()
            show.until(lambda before=before: states() > before + 15, 60, "states in the score")
            subprocess.run(["oscsend", "localhost", str(port), "/blackout", "f", value], check=True)
        before = states()
        show.until(lambda: states() > before + 15, 60, "states in the score")
        show.process.terminate()
        assert show.end() == 0
    time.sleep(0.1)
    blackouts = [line for line in read_score(take) if line.event.get("set") == "blackout"]
    assert [line.event["value"] for line in blackouts] == [1.0, 0.0]

    for name in ("a.mp4", "b.mp4"):
        done = vj("take", str(take), "--size", "160x90", str(tmp_path / name), timeout=300)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    frames = frames_of(tmp_path / "a.mp4")
    assert frames[0].shape == (90, 160, 3)
    first = next(line.at for line in read_score(take) if line.change)
    dark = [float(np.mean(frame)) < 3 for frame in frames]
    begins, ends = (round((line.at - first) * 30) for line in blackouts)
    assert abs(dark.index(True) - begins) <= 3
    assert abs(len(dark) - dark[::-1].index(True) - ends) <= 3

    again = vj("take", str(take), str(tmp_path / "a.mp4"))
    assert again.returncode == 2
    assert "--force" in again.stderr
