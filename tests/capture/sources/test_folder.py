"""A slide show: in order of names, each its seconds, cross-faded, looping."""

from __future__ import annotations

import logging
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.reading import SourceLost
from vj.capture.sources.folder import frames


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def levels(folder: Path, count: int, **spec: object) -> list[int]:
    watch = Watch()
    full = {"kind": "folder", "path": str(folder), "size": "64x36", "fps": 4, **spec}
    shown = islice(frames(full, lambda: watch.now, watch.sleep), count)
    return [int(pixels[18, 32, 0]) for pixels in shown]


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    for name, level, shape in (("b", 200, (90, 160)), ("a", 100, (50, 50)), ("c", 0, (36, 64))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((*shape, 3), level, np.uint8))
    return tmp_path


def test_in_order_and_again(slides: Path) -> None:
    seen = levels(slides, 14, seconds=1, fade=0)
    assert seen == [100] * 4 + [200] * 4 + [0] * 4 + [100] * 2


@pytest.mark.parametrize("ending", ["gif", "avif", "TIFF"])
def test_whatever_can_be_a_style_can_be_a_slide(tmp_path: Path, ending: str) -> None:
    """Slides had a list of endings of their own, and these were passed over in silence."""
    cv2.imwrite(str(tmp_path / f"a.{ending}"), np.full((36, 64, 3), 100, np.uint8))
    (level,) = levels(tmp_path, 1)
    assert abs(level - 100) <= 30  # a GIF has few colours


def test_cross_fade(slides: Path) -> None:
    assert levels(slides, 9, seconds=2, fade=1, fps=2) == [
        100,
        100,
        100,
        100,
        100,
        150,
        200,
        200,
        200,
    ]


def test_broken_files_are_skipped_and_told_once(
    slides: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (slides / "aa.jpg").write_bytes(b"nothing")
    with caplog.at_level(logging.WARNING):
        seen = levels(slides, 20, seconds=0.5, fade=0)
    assert set(seen) == {100, 200, 0}
    assert sum("aa.jpg" in record.message for record in caplog.records) == 1


def test_only_broken_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(SourceLost, match="no picture that can be read"):
        levels(tmp_path, 1)
