"""Camera to projector: real files in, a recorded film out, looked at frame by frame."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.e2e.showing import ROOT, Showing, frames_of, make_gig, report_of, vj

pytestmark = pytest.mark.e2e


def _show(gig: Path, source: str, out: Path, scene: str) -> dict[str, object]:
    done = vj(
        "show", str(gig / "scenes" / f"{scene}.yaml"), "--headless", "--seconds", "20",
        "--source", source, "--record", f"{out}.mp4", "--report", f"{out}.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return report_of(Path(f"{out}.json"))


def _gram(picture: np.ndarray) -> np.ndarray:
    """Colour means and spreads: what a style changes and a dancer's pose hardly does."""
    return np.concatenate([picture.mean((0, 1)), picture.std((0, 1))])


def test_a_film_becomes_a_stylised_film_and_the_same_one_twice(
    tmp_path: Path, shared_data: Path
) -> None:
    gig = make_gig(tmp_path / "gig")
    film = shared_data / "videos" / "asl_book.mkv"
    reports = [_show(gig, str(film), tmp_path / name, "02_any_picture") for name in ("a", "b")]
    for report in reports:
        assert report["source"] == "video" and report["model"] == "brush"
        assert int(report["styled_shown"]) > 5  # type: ignore[call-overload]
        assert report["black_frames"] == 0
    capture = cv2.VideoCapture(str(film))
    ok, first = capture.read()
    assert ok
    plain = cv2.cvtColor(cv2.resize(first, (320, 180)), cv2.COLOR_BGR2RGB)
    films = [frames_of(tmp_path / f"{name}.mp4")[-30:] for name in ("a", "b")]
    looks = [np.mean([_gram(frame) for frame in frames], axis=0) for frames in films]
    away = np.abs(looks[0] - _gram(plain)).mean()
    apart = np.abs(looks[0] - looks[1]).mean()
    assert away > 8, f"hardly stylised: {away:.1f} levels from the input"
    assert apart < away / 3, f"two runs differ by {apart:.1f}, input by {away:.1f}"


def test_without_camera_the_dancer_plays_and_the_report_is_whole(tmp_path: Path) -> None:
    report = _show(make_gig(tmp_path / "gig"), "camera", tmp_path / "d", "01_ink")
    wanted = {
        "stage_fps", "styled_fps", "latency_ms", "knob_to_screen_ms", "late_frames",
        "black_frames", "frozen_ms_max", "frames_shown", "styled_shown", "restarts", "source",
        "model", "size", "device",
    }  # fmt: skip
    assert wanted <= set(report)
    assert report["source"] == "dancer"
    assert report["size"] == [180, 320]
    assert float(report["stage_fps"]) > 5  # type: ignore[arg-type]
    frames = frames_of(tmp_path / "d.mp4")
    assert len(frames) > 20
    assert max(np.abs(a.astype(int) - b).mean() for a, b in zip(frames, frames[15:])) > 1  # noqa: B905


def test_the_window_closing_early_or_a_signal_ends_the_show_with_its_report(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    with Showing(str(gig), "--headless", "--report", str(tmp_path / "r.json")) as show:
        show.said("model .* plays")
        show.process.terminate()
        assert show.end() == 0
    assert int(report_of(tmp_path / "r.json")["frames_shown"]) > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_its_words_does_not_end_the_show(tmp_path: Path) -> None:
    gig, report = make_gig(tmp_path / "gig"), tmp_path / "r.json"
    command = [sys.executable, "-m", "vj", "show", str(gig), "--headless", "--seconds", "3"]
    with Path("/dev/full").open("w") as full:
        subprocess.run(
            [*command, "--report", str(report)], stdout=full, cwd=ROOT, timeout=90, check=False
        )
    assert json.loads(report.read_text())["frames_shown"] > 30
