"""The painted style plates: every file in vj/studio/plates is tested the day it is added."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.core.errors import UserError
from vj.studio import plates

Picture = NDArray[np.uint8]
SMALL = 160
NAMES = plates.names()


@cache
def small(name: str) -> Picture:
    """Paint a plate small, once for all tests."""
    return plates.paint(name, SMALL)


def read(file: Path) -> Picture:
    """Read a picture file as RGB."""
    bgr = cv2.imread(str(file))
    assert bgr is not None, file
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def rough(picture: Picture, size: int = 16) -> NDArray[np.float32]:
    """Reduce a picture to its large masses of colour."""
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.float32)


def colourfulness(picture: Picture) -> float:
    """Measure colourfulness; about 15 is slight, 60 and more strong.

    Source: Hasler and Suesstrunk, "Measuring colourfulness in natural images", 2003.
    """
    r, g, b = (picture[..., i].astype(np.float32) for i in range(3))
    rg, yb = r - g, (r + g) / 2 - b
    spread, offset = np.hypot(rg.std(), yb.std()), np.hypot(rg.mean(), yb.mean())
    return float(spread + 0.3 * offset)


def test_there_are_enough_plates_and_the_documented_ones() -> None:
    assert len(NAMES) >= 16
    assert {"ink-wash", "neon-grid"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_plate_has_the_size_asked_for(name: str) -> None:
    assert small(name).shape == (SMALL, SMALL, 3)
    assert small(name).dtype == np.uint8


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_paints_the_same_picture(name: str) -> None:
    assert np.array_equal(plates.paint(name, SMALL), small(name))


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_paints_another_picture(name: str) -> None:
    other = plates.paint(name, SMALL, seed=1)
    assert np.abs(other.astype(int) - small(name)).mean() > 4


@pytest.mark.parametrize("name", NAMES)
def test_plate_has_contrast_colour_and_texture(name: str) -> None:
    picture = small(name)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)
    assert grey.std() > 35
    assert colourfulness(picture) > 30
    for blurred in (1.5, 4.0):
        fine = grey - np.asarray(cv2.GaussianBlur(grey, (0, 0), blurred))
        tiles = fine[: SMALL // 40 * 40, : SMALL // 40 * 40].reshape(SMALL // 40, 40, -1, 40)
        assert np.median(tiles.std(axis=(1, 3))) > 4, "most of the plate is plain"


@pytest.mark.parametrize("name", NAMES)
def test_strokes_scale_so_a_small_painting_shows_the_large_one(name: str, root: Path) -> None:
    large = rough(read(root / "styles" / f"{name}.jpg"))
    likeness = np.corrcoef(rough(small(name)).ravel(), large.ravel())[0, 1]
    strangers = [
        np.corrcoef(rough(small(other)).ravel(), large.ravel())[0, 1]
        for other in NAMES
        if other != name
    ]
    assert likeness > max(strangers)


@pytest.mark.parametrize("name", ["halftone-pop", "neon-grid"])
def test_the_file_in_styles_is_what_the_code_paints(name: str, root: Path) -> None:
    painted = plates.paint(name)
    kept = read(root / "styles" / f"{name}.jpg")
    assert kept.shape == painted.shape
    assert np.abs(rough(kept, 384) - rough(painted, 384)).mean() < 8  # JPEG halves the colour


def test_the_files_in_styles_are_complete_described_and_light(root: Path) -> None:
    described = (root / "styles" / "README.md").read_text(encoding="utf-8")
    total = 0
    for name in NAMES:
        file = root / "styles" / f"{name}.jpg"
        assert f"`{name}`" in described
        assert file.stat().st_size <= plates.MAX_BYTES
        assert min(read(file).shape[:2]) >= 512
        total += file.stat().st_size
    assert total <= 5_500_000


def test_paint_all_writes_the_plates_asked_for(tmp_path: Path) -> None:
    files = plates.paint_all(tmp_path / "new", 96, only=["ink-wash", "neon-grid"])
    assert [file.name for file in files] == ["ink-wash.jpg", "neon-grid.jpg"]
    assert read(files[0]).shape == (96, 96, 3)


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(UserError, match=r"'ink-wsh'.*17 others.*mean 'ink-wash'"):
        plates.paint("ink-wsh")


def test_a_tiny_size_is_refused() -> None:
    with pytest.raises(UserError, match="at least 64"):
        plates.paint("ink-wash", 8)


def test_command_line_paints_and_refuses_without_traceback(tmp_path: Path, root: Path) -> None:
    def call(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "vj.studio.plates", *words]
        return subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)

    done = call(str(tmp_path), "neon-grid", "--size", "96")
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "neon-grid.jpg").shape == (96, 96, 3)
    wrong = call(str(tmp_path), "neon-gird")
    assert wrong.returncode == 2
    assert "neon-grid" in wrong.stderr
    assert "Traceback" not in wrong.stderr
