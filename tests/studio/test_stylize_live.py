"""Cameras, streams and the dancer stylised for a given time; the cameras here are fakes."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.studio.stylizing import Negative, negative_look, pictures_of, write_picture
from vj.capture.reading import SourceLost
from vj.cli import main
from vj.core.errors import UserError
from vj.studio import live, reel
from vj.studio.inputs import Job, plan
from vj.studio.live import shots, spec_of
from vj.studio.stylize import paint_live


@pytest.fixture
def style(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "style.png")


def quiet(line: str) -> None:
    return None


def camera(monkeypatch: pytest.MonkeyPatch, count: int, fps: float = 200.0) -> None:
    """Put a camera in place of the real one: gray pictures of growing brightness."""
    module = ModuleType("camera")

    def frames(spec: Any) -> Iterator[np.ndarray]:
        for number in range(count):
            time.sleep(1 / fps)
            yield np.full((48, 64, 4), min(number, 255), np.uint8)
        raise SourceLost("the camera stopped")

    module.frames, module.read = frames, dict  # type: ignore[attr-defined]
    monkeypatch.setattr(live, "_source", lambda word: module)


def test_words_that_are_no_files() -> None:
    assert spec_of("camera") == {"kind": "camera"}
    assert spec_of("camera:1") == {"kind": "camera", "name": 1}
    assert spec_of("camera:HD Webcam") == {"kind": "camera", "name": "HD Webcam"}
    assert spec_of("rtsp://10.0.0.2/live") == {"kind": "stream", "url": "rtsp://10.0.0.2/live"}
    assert spec_of("dancer") == {"kind": "dancer"}
    assert spec_of("camera:") is None and spec_of("film.mp4") is None


def test_the_dancer_gives_every_picture_of_its_time() -> None:
    found = list(shots({"kind": "dancer"}, 0.5, (48, 64)))
    assert [at for _, at in found] == [n / 30 for n in range(15)]
    assert found[0][0].shape == (48, 64, 4) and not np.array_equal(found[0][0], found[9][0])


def test_a_camera_gives_its_newest_picture_for_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    camera(monkeypatch, 1000)
    numbers, times = [], []
    for pixels, at in shots({"kind": "camera"}, 0.3, None):
        numbers.append(int(pixels[0, 0, 0]))
        times.append(at)
        time.sleep(0.03)  # a slow painter
    assert numbers == sorted(set(numbers)) and max(np.diff(numbers)) > 1
    assert times[0] == 0 and 0.1 < times[-1] < 0.3


def test_a_camera_that_stops_ends_the_film(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    camera(monkeypatch, 5)
    assert 1 <= len(list(shots({"kind": "camera"}, 60, None))) <= 5
    assert "the camera stopped; the film ends there" in caplog.text
    camera(monkeypatch, 0)
    with pytest.raises(UserError, match="camera: the camera stopped"):
        list(shots({"kind": "camera"}, 60, None))


def test_a_live_film_has_the_times_of_its_pictures(
    tmp_path: Path, style: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera(monkeypatch, 1000)
    job = Job(Path("camera"), tmp_path / "out.mp4", {"kind": "camera"}, 0.4)
    paint_live(job, negative_look(style), quiet)
    times, pictures = pictures_of(job.target)
    assert len(pictures) > 5 and times == sorted(set(times)) and float(times[-1]) < 0.4
    assert pictures[0].mean() > 240 and pictures[0].shape == (48, 64, 3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.mp4", "style.png"]


def test_ctrl_c_ends_it_early_and_keeps_it(
    tmp_path: Path, style: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera(monkeypatch, 1000)
    job = Job(Path("camera"), tmp_path / "out.mkv", {"kind": "camera"}, 60)
    paint_live(job, negative_look(style, Negative(interrupt_at=6)), quiet, batch=1)
    assert len(pictures_of(job.target)[1]) == 5


def test_ctrl_c_twice_keeps_it_as_well(
    tmp_path: Path, style: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one ended the joining, and the same command begins anew: all of it was lost."""
    joined = reel.join

    def join(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        joined(*arguments)

    monkeypatch.setattr(reel, "join", join)
    camera(monkeypatch, 1000)
    job = Job(Path("camera"), tmp_path / "out.mkv", {"kind": "camera"}, 60)
    paint_live(job, negative_look(style, Negative(interrupt_at=6)), quiet, batch=1)
    assert len(pictures_of(job.target)[1]) == 5
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_the_command_and_its_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out.webm")
    words = ["stylize", "dancer", out, "--model", "passthrough", "--size", "64x48"]
    assert main([*words, "--seconds", "0.2"]) == 0
    assert len(pictures_of(Path(out))[1]) == 6
    capsys.readouterr()
    for more, reason in (
        ([], "dancer: --seconds N is needed"),
        (["--seconds", "-1"], "--seconds N is needed"),
        (["--seconds", "1"], "exists already; --force overwrites"),
    ):
        assert main([*words, *more]) == 2
        assert reason in capsys.readouterr().err
    for bad in ("camera:No Such Thing", "gopher://x/y"):
        assert main(["stylize", bad, out, "--force", "--seconds", "1", "--model", "passthrough"])
        assert len(capsys.readouterr().err.splitlines()) == 1
    with pytest.raises(UserError, match="one camera or stream at a time"):
        plan(["camera", "a.jpg"], tmp_path / "x.mp4", seconds=1)
    with pytest.raises(UserError, match="only for a camera"):
        plan([out], tmp_path / "x.mp4", seconds=1)
    with pytest.raises(UserError, match="a film's name is needed"):
        plan(["camera"], tmp_path, seconds=1)
