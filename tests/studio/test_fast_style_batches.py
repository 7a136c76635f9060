"""Batches depend on seed and step alone, every photo comes once in an epoch, broken ones never."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.studio.judges import write_pictures
from vj.core.errors import UserError
from vj.studio.fast_style_batches import Steps, batches, find_photos


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return find_photos([write_pictures(tmp_path / "photos", 6)])


def test_a_step_is_the_same_whenever_it_is_asked_for(photos: list[Path]) -> None:
    first = [Steps(photos, 4, 64, 1)[step] for step in range(5)]
    steps = Steps(photos, 4, 64, 1)
    for step in (4, 0, 3):
        assert torch.equal(steps[step], first[step])
    assert torch.equal(next(batches(steps, 2, 0)), first[2])
    assert not torch.equal(Steps(photos, 4, 64, 2)[0], first[0])
    assert first[0].shape == (4, 3, 64, 64) and first[0].dtype == torch.uint8


def test_an_epoch_has_every_photo_once(photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    read = "vj.studio.fast_style_batches.read_photo"
    from vj.studio.fast_style_batches import read_photo

    monkeypatch.setattr(read, lambda path: seen.append(path) or read_photo(path))
    steps = Steps(photos, 4, 64, 1)
    for step in range(3):
        steps[step]
    assert set(seen[:6]) == set(seen[6:]) == set(photos)
    assert seen[:6] != seen[6:]


def test_a_photo_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "photos", 2)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 half a pic")
    photos = find_photos([folder])
    assert len(photos) == 3
    for step in range(3):
        assert Steps(photos, 2, 64, 1)[step].shape == (2, 3, 64, 64)
    for path in photos[:2]:
        path.write_bytes(b"nothing")
    with pytest.raises(UserError, match="none of the"):
        Steps(photos[:2], 2, 64, 1)[0]


def test_a_photo_too_thin_to_cut_from_is_passed_over_and_named_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A picture of one pixel ended the training with a traceback whenever it was drawn."""
    folder = write_pictures(tmp_path / "photos", 2)
    for name, size in (("dot", (1, 1)), ("banner", (5, 1000))):
        cv2.imwrite(str(folder / f"{name}.png"), np.zeros((*size, 3), np.uint8))
    steps = Steps(find_photos([folder]), 2, 64, 1)
    for step in range(6):
        assert steps[step].shape == (2, 3, 64, 64)
    assert sorted(Path(line.split(": left out")[0]).name for line in caplog.messages) == [
        "banner.png",
        "dot.png",
    ]


def test_folders_without_photos_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder of photos"):
        find_photos([tmp_path / "none"])
    with pytest.raises(UserError, match="no photos to train with"):
        find_photos([tmp_path])
