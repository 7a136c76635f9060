"""The recorder writes what it was shown, with its times, and survives trouble."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

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
