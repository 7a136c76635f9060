"""A real file is decoded at its own pace, again and again."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.counter import read_stamp, stamp
from vj.capture.reading import SourceLost
from vj.capture.sources.video import frames

COUNT, FPS = 10, 20.0


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(scope="module", params=[("clip.mp4", "mp4v"), ("clip.avi", "MJPG")])
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name, codec = request.param
    path = tmp_path_factory.mktemp("clip") / name
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), FPS, (320, 180))
    for number in range(COUNT):
        pixels = np.full((180, 320, 4), 90, np.uint8)
        stamp(pixels, number)
        writer.write(np.ascontiguousarray(pixels[..., :3]))
    writer.release()
    return path


def play(spec: dict[str, object], count: int, work: float = 0.0) -> list[tuple[int | None, float]]:
    watch = Watch()
    seen = []
    for pixels in islice(frames({"kind": "video", **spec}, lambda: watch.now, watch.sleep), count):
        seen.append((read_stamp(pixels), round(watch.now, 4)))
        watch.now += work
    return seen


def test_it_plays_at_the_file_s_pace_and_loops(clip: Path) -> None:
    seen = play({"path": str(clip)}, 2 * COUNT + 3)
    assert [number for number, _ in seen] == [n % COUNT for n in range(2 * COUNT + 3)]
    assert [moment for _, moment in seen] == [round(n / FPS, 4) for n in range(2 * COUNT + 3)]


def test_speed_and_start(clip: Path) -> None:
    seen = play({"path": str(clip), "speed": 2.0, "start": 0.2}, 12)
    assert [number for number, _ in seen] == [4, 5, 6, 7, 8, 9] * 2
    assert seen[1][1] == pytest.approx(1 / 40)


def test_a_slow_machine_drops_pictures_but_not_the_tempo(clip: Path) -> None:
    seen = play({"path": str(clip)}, 4, work=0.12)
    for number, moment in seen:
        assert number is not None and abs(number - moment * FPS) <= 1.0


def test_without_looping_it_ends(clip: Path) -> None:
    with pytest.raises(SourceLost, match="is over"):
        play({"path": str(clip), "loop": False}, COUNT + 1)


def test_what_is_no_video_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0" * 4096)
    with pytest.raises(SourceLost, match=r"broken\.mp4"):
        play({"path": str(path)}, 1)


def test_real_footage(shared_data: Path) -> None:
    files = sorted((shared_data / "videos").glob("*.m[pk][4v]"))
    assert files
    watch = Watch()
    for path in files[:3]:
        spec = {"kind": "video", "path": str(path)}
        taken = list(islice(frames(spec, lambda: watch.now, watch.sleep), 5))
        assert all(p.ndim == 3 and p.shape[2] == 4 and p[..., 3].max() == 0 for p in taken)
        assert taken[0][..., :3].std() > 10
