"""`vj pairs` on the command line: its options reach the drawings, its mistakes are sentences."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.studio.stylizing import write_picture
from vj.cli import main


def made(folder: Path) -> np.ndarray:
    found = cv2.imread(str(folder / "one.jpg"))
    assert found is not None
    return np.asarray(found)


def test_options_reach_the_drawing(tmp_path: Path) -> None:
    source = str(write_picture(tmp_path / "one.png"))
    kinds = {
        "plain": [],
        "dense": ["--canny", "2", "8"],
        "calm": ["--canny", "2", "8", "--median", "12", "--blur", "6"],
        "pen": ["--pen", "6", "4", "--crop"],
        "soft": ["--soft", "--invert"],
    }
    ink = {}
    for word, options in kinds.items():
        out = tmp_path / word
        assert main(["pairs", source, str(out), "--size", "96", *options]) == 0
        whole = made(out)
        assert whole.shape == (96, 192, 3)
        ink[word] = float(whole[:, 96:].mean())
    assert ink["dense"] > 1.2 * ink["plain"]
    assert ink["calm"] < ink["dense"]
    assert ink["soft"] > 128 > ink["pen"]
    left = [made(tmp_path / word)[:, :96] for word in ("plain", "pen")]
    assert np.abs(left[0].astype(int) - left[1]).mean() > 3, "one is stretched, one is cut"


def test_it_tells_what_it_made_and_what_it_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_picture(tmp_path / "one.png")
    out = tmp_path / "out"
    assert main(["pairs", str(tmp_path / "one.png"), str(out)]) == 0
    assert f"1 pairs made: {out}" in capsys.readouterr().out
    (tmp_path / "two.png").write_bytes(b"no")
    sources = [str(tmp_path / name) for name in ("one.png", "two.png")]
    assert main(["pairs", *sources, str(out)]) == 1
    said = capsys.readouterr()
    assert "0 pairs made, 1 kept" in said.out
    assert "two.png: no picture" in said.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--size", "8"], "--size 8: allowed: 32 to 2048"),
        (["--pen", "0", "2"], "--pen BLOCK 0"),
        (["--every", "0"], "--every 0"),
        (["--pen", "6", "4", "--soft"], "--soft is about lines"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    source = write_picture(tmp_path / "one.png")
    assert main(["pairs", str(source), str(tmp_path / "out"), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_file_is_no_place_for_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(write_picture(tmp_path / "one.png"))
    assert main(["pairs", source, source]) == 2
    assert "a folder" in capsys.readouterr().err
