"""The recorder keeps what it was shown, when it was asked to, and survives trouble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.record.process import Recorder

SECOND = 1_000_000_000


def _picture(level: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.full((height, width, 4), level, np.uint8)


def _decode(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as file:
        return list(file.decode(video=0))


def _house(root: Path, folder: Path, record: str = "") -> House:
    return build_house(replace(open_gig(root), folder=folder), Options(record=record))


def _wish(house: House, on: bool, snapshots: int = 0) -> None:
    house.state.post({"record": {"on": on, "snapshots": snapshots}, "scene": "01_ink"})


def test_the_film_has_the_pictures_at_the_times_they_were_presented(
    root: Path, tmp_path: Path
) -> None:
    house = _house(root, tmp_path, str(tmp_path / "show.mp4"))
    recorder = Recorder(house)
    times = [0.0, 0.03, 0.21, 0.25]
    for number, at in enumerate(times):
        house.screen.publish(_picture(40 * number), round((7.0 + at) * SECOND))
        recorder.step(100.0 + number)
        recorder.step(100.5 + number)
    recorder.close()
    frames = _decode(tmp_path / "show.mp4")
    assert [float(frame.time) for frame in frames] == pytest.approx(times, abs=0.001)


def test_another_size_begins_another_file(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path, str(tmp_path / "show.mp4"))
    recorder = Recorder(house)
    for number, height in enumerate((48, 48, 24)):
        house.screen.publish(_picture(90, height), number * SECOND // 30)
        recorder.step(number / 30)
    recorder.close()
    assert len(_decode(tmp_path / "show.mp4")) == 2
    assert len(_decode(tmp_path / "show-2.mp4")) == 1


def test_a_full_disk_is_reported_and_tried_again(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path, str(tmp_path / "missing" / "deep" / "show.mp4"))
    recorder = Recorder(house)
    house.screen.publish(_picture(1), SECOND)
    recorder.step(0.0)
    recorder.step(0.2)
    assert house.status["record"].read()[1]["error"]  # type: ignore[index]
    (tmp_path / "missing" / "deep").mkdir(parents=True)
    house.screen.publish(_picture(200), 2 * SECOND)
    recorder.step(6.0)
    recorder.close()
    assert len(_decode(tmp_path / "missing" / "deep" / "show.mp4")) == 1


def test_a_recording_begins_and_ends_during_the_show(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    recorder = Recorder(house)
    for number, on in enumerate((False, True, True, False, True)):
        _wish(house, on)
        recorder.step(float(number))
        house.screen.publish(_picture(50), number * SECOND)
        recorder.step(number + 0.5)
    recorder.close()
    films = sorted((tmp_path / "recordings").glob("*-01_ink*.mp4"))
    assert sorted(len(_decode(film)) for film in films) == [1, 2]


def test_a_snapshot_is_the_next_picture_and_only_that(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    recorder = Recorder(house)
    _wish(house, False, snapshots=3)  # asked for in an earlier life
    assert not recorder.step(0.0)
    _wish(house, False, snapshots=4)
    assert recorder.step(0.1)
    house.screen.publish(_picture(77), SECOND)
    recorder.step(0.2)
    house.screen.publish(_picture(200), 2 * SECOND)
    assert not recorder.step(0.3)
    (path,) = (tmp_path / "recordings").iterdir()
    assert path.suffix == ".png"
    with av.open(str(path)) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="rgb24")
    assert picture.shape == (48, 64, 3)
    assert np.all(picture == 77)


def test_a_snapshot_that_cannot_be_kept_is_only_a_complaint(root: Path, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    house = _house(root, tmp_path)
    recorder = Recorder(house)
    _wish(house, False)
    recorder.step(0.0)
    _wish(house, False, snapshots=1)
    recorder.step(0.1)
    house.screen.publish(_picture(77), SECOND)
    recorder.step(0.2)
    recorder.step(0.4)
    error = house.status["record"].read()[1]["error"]  # type: ignore[index]
    assert error == f"no snapshot: File exists: {tmp_path / 'recordings'}"
    recorder.step(20.3)
    assert house.status["record"].read()[1]["error"] == "", "told for good, whoever mended it"  # type: ignore[index]


def test_a_recording_that_failed_is_told_as_long_as_it_is_wanted(
    root: Path, tmp_path: Path
) -> None:
    """It stood on the remote for the rest of the show, long after it was switched off."""
    (tmp_path / "recordings").write_text("in the way")
    house = _house(root, tmp_path)
    recorder = Recorder(house)

    def error(now: float) -> str:
        recorder.step(now)
        return str(house.status["record"].read()[1]["error"])  # type: ignore[index]

    _wish(house, True)
    house.screen.publish(_picture(77), SECOND)
    recorder.step(0.0)
    recorder.step(60.0)
    assert "File exists" in error(60.2)
    _wish(house, False)
    assert "File exists" in error(61.0)
    assert error(81.0) == ""
