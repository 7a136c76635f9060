"""A JPEG that ends too early is no picture to learn from, and it is named wherever one is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.studio.material import write_spots
from vj.core.errors import UserError
from vj.studio.fast_style_batches import read_photo
from vj.studio.matte_pictures import read_album
from vj.studio.opened import ends_early
from vj.studio.pages import walk
from vj.studio.pictures import read_pictures

GREY = np.random.default_rng(1).integers(0, 255, (60, 70, 3), dtype=np.uint8)
KINDS = ([], [cv2.IMWRITE_JPEG_PROGRESSIVE, 1], [cv2.IMWRITE_JPEG_RST_INTERVAL, 2])


def _jpeg(options: list[int]) -> bytes:
    return bytes(cv2.imencode(".jpg", GREY, options)[1])


@pytest.mark.parametrize("options", KINDS)
def test_every_kind_of_jpeg_is_known_to_be_whole_or_cut_off(options: list[int]) -> None:
    whole = _jpeg(options)
    assert not ends_early(whole)
    assert not ends_early(whole + b"what a phone puts behind it")
    for kept in (3, 30, len(whole) // 2, len(whole) - 1):
        assert ends_early(whole[:kept])


def test_the_end_of_a_small_picture_inside_is_not_the_end() -> None:
    """Cameras write a thumbnail, a whole JPEG, in front of the picture."""
    whole, small = _jpeg([]), _jpeg([])[:9000]
    inside = small[:-2] + b"\xff\xd9"
    held = b"\xff\xe1" + (len(inside) + 2).to_bytes(2, "big") + inside
    picture = whole[:2] + held + whole[2:]
    assert not ends_early(picture)
    assert ends_early(picture[: len(held) + 1000])


def test_other_files_are_left_to_their_readers() -> None:
    assert not ends_early(b"") and not ends_early(b"\x89PNG") and not ends_early(b"\xff\xd8 half")


def _brush(folder: Path) -> None:
    assert len(read_pictures([folder], "photos")) == 1


def _fast_style(folder: Path) -> None:
    assert read_photo(folder / "cut.jpg") is None


def _matte(folder: Path) -> None:
    with pytest.raises(UserError, match=r"cut\.jpg is no readable picture, or it ends too early"):
        read_album([folder], masked=False)


def _pairs(folder: Path) -> None:
    out = folder.parent / "out"
    tally = walk([folder], out, 1, lambda _: None, lambda _: False, lambda *_: None)
    assert tally.made == 1
    assert [str(path.name) for path in tally.failures] == ["cut.jpg"]
    assert "ends too early" in next(iter(tally.failures.values()))


@pytest.mark.parametrize("read", [_brush, _fast_style, _matte, _pairs])
def test_it_is_left_out_by_its_name(
    tmp_path: Path,
    read: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It was learned from, grey half and all; libjpeg printed a line that named no file."""
    folder = write_spots(tmp_path / "photos", count=1)
    (folder / "cut.jpg").write_bytes(_jpeg([])[:3000])
    read(folder)
    assert "Premature end" not in capfd.readouterr().err
    assert read is not _brush or "cut.jpg: left out, unreadable, cut off" in caplog.text
