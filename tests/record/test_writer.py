"""The recorder writes what it was shown, with its times, and survives trouble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.record.process import Recorder
from vj.record.writer import Writer, free_name


def _picture(level: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.full((height, width, 4), level, np.uint8)


def _decode(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as file:
        return list(file.decode(video=0))


def test_pictures_come_back_with_their_times(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    writer = Writer(path, 48, 64)
    levels = [20, 90, 160, 230]
    times = [0.0, 0.033, 0.2, 0.25]
    for level, at in zip(levels, times, strict=True):
        writer.write(_picture(level), at)
    writer.close()
    frames = _decode(path)
    assert [
        abs(float(f.to_ndarray(format="rgb24").mean()) - v) < 4
        for f, v in zip(frames, levels, strict=True)
    ] == [True] * 4
    assert [float(f.time) for f in frames] == pytest.approx(times, abs=0.002)


def test_odd_sizes_lose_one_line_instead_of_failing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "odd.mp4", 49, 65)
    writer.write(_picture(100, 49, 65), 0.0)
    writer.close()
    frame = _decode(tmp_path / "odd.mp4")[0]
    assert (frame.height, frame.width) == (48, 64)


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "gig.mp4").write_bytes(b"precious")
    (tmp_path / "gig-2.mp4").write_bytes(b"also")
    assert free_name(tmp_path / "gig.mp4").name == "gig-3.mp4"


def _house(root: Path, record: Path) -> House:
    return build_house(replace(open_gig(root)), Options(record=str(record)))


def test_the_recorder_follows_the_mailbox_and_opens_a_new_file_for_a_new_size(
    root: Path, tmp_path: Path
) -> None:
    house = _house(root, tmp_path / "show.mp4")
    recorder = Recorder(house)
    for number in range(5):
        house.screen.publish(_picture(40 * number), number)
        recorder.step(number / 30)
        recorder.step(number / 30 + 0.01)
    house.screen.publish(_picture(99, 24, 32), 9)
    recorder.step(1.0)
    recorder.close()
    assert len(_decode(tmp_path / "show.mp4")) == 5
    assert len(_decode(tmp_path / "show-2.mp4")) == 1


def test_a_full_disk_is_reported_and_tried_again(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path / "missing" / "show.mp4")
    recorder = Recorder(house)
    house.screen.publish(_picture(1), 1)
    recorder.step(0.0)
    recorder.step(0.2)
    assert house.status["record"].read()[1]["error"]  # type: ignore[index]
    (tmp_path / "missing").mkdir()
    house.screen.publish(_picture(200), 2)
    recorder.step(6.0)
    recorder.close()
    assert len(_decode(tmp_path / "missing" / "show.mp4")) == 1
