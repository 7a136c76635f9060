"""Pictures are remembered by their most colourful part, at full light."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.swatches import main, swatch


def _save(path: Path, corner: tuple[int, int, int]) -> Path:
    picture = np.full((200, 200, 3), 128, np.uint8)
    picture[:100, :100] = corner[::-1]
    cv2.imwrite(str(path), picture)
    return path


def test_the_colour_wins_over_a_lot_of_gray(tmp_path: Path) -> None:
    found = swatch(_save(tmp_path / "a.png", (0, 120, 10)))
    assert found is not None
    assert found[1] == 255
    assert max(found[0], found[2]) < 40


def test_broken_and_missing_pictures_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, empty = (tmp_path / f"{name}.png" for name in ("good", "bad", "empty"))
    _save(good, (200, 0, 0))
    bad.write_bytes(b"\x89PNG not a picture")
    empty.write_bytes(b"")
    main([str(good), str(bad), str(empty), str(tmp_path / "none.png")])
    assert list(json.loads(capsys.readouterr().out)) == [str(good)]
