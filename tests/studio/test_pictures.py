"""Pictures to train with: what no square can be cut out of is named and left out."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from vj.core.errors import UserError
from vj.studio.pictures import LEAST, cut, read_pictures, varied_style
from vj.studio.sketchbook import read_pairs

THIN = [(1, 1), (5, 1000), (1, 3000), (3000, 1), (20, 6000)]  # height, width


def _write(folder: Path, sizes: list[tuple[int, int]]) -> Path:
    folder.mkdir()
    for height, width in sizes:
        picture = np.full((height, width, 3), 90, np.uint8)
        assert cv2.imwrite(str(folder / f"{height}x{width}.png"), picture)
    return folder


@pytest.mark.parametrize("size", THIN)
def test_a_thin_picture_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, size: tuple[int, int]
) -> None:
    """One single row in a folder ended a training hours later, at the step that drew it."""
    folder = _write(tmp_path / "photos", [size, (60, 80)])
    assert [picture.shape for picture in read_pictures([folder], "photos")] == [(60, 80, 3)]
    (said,) = caplog.messages
    assert said.endswith(
        f"{size[0]}x{size[1]}.png: left out, unreadable, cut off or too thin to train with"
    )


def test_a_picture_that_cannot_be_read_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = _write(tmp_path / "photos", [(60, 80)])
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 half a pic")
    assert len(read_pictures([folder], "photos")) == 1
    assert "broken.jpg: left out" in caplog.text


def test_nothing_but_thin_pictures_is_nothing_to_train_with(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no photos to train with"):
        read_pictures([_write(tmp_path / "photos", THIN)], "photos")


def test_thin_pairs_are_left_out_as_well(tmp_path: Path) -> None:
    folder = _write(tmp_path / "pairs", [(5, 140), (70, 140)])
    ((drawing, _),) = read_pairs(folder, "BtoA")
    assert drawing.shape == (70, 70, 3)


def test_the_thinnest_picture_that_is_kept_can_be_cut(tmp_path: Path) -> None:
    (picture,) = read_pictures([_write(tmp_path / "photos", [(LEAST, 90)])], "photos")
    dice = torch.Generator().manual_seed(1)
    for _ in range(20):
        assert cut(picture, 32, dice, (0.6, 3.5)).shape == (1, 3, 32, 32)
        assert varied_style(picture, 32, dice).shape == (1, 3, 32, 32)
