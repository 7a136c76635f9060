"""First masks: found, written where the trainer reads them, kept once a hand has mended them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.studio.stylizing import write_film, write_picture
from vj.capture.dancer.picture import Dancer
from vj.cli import main
from vj.studio.matte_pictures import read_pairs


def dance(path: Path, seconds: float) -> np.ndarray:
    """Write a picture of the dancer; return where the dancer is, (180, 320) bool."""
    pixels = Dancer(180, 320, seed=5).draw(seconds)
    cv2.imwrite(str(path), cv2.cvtColor(pixels[..., :3], cv2.COLOR_RGB2BGR))
    return np.asarray(pixels[..., 3] > 127)


def test_people_are_cut_out_as_the_trainer_wants_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    out = tmp_path / "out"
    people = [dance(tmp_path / "in" / f"{at}.png", float(at)) for at in (2, 9)]
    assert main(["masks", str(tmp_path / "in"), str(out)]) == 0
    said = capfd.readouterr()
    assert f"2 masks made: {out}" in said.out and not said.err.strip()
    pairs = list(read_pairs(out, masked=True))
    assert [name for _, _, name in pairs] == ["in_2", "in_9"]
    for (picture, mask, _), person in zip(pairs, people, strict=True):
        assert picture.shape == (180, 320, 3)
        found = mask > 127
        assert (found & person).sum() / (found | person).sum() > 0.6
        assert ((mask < 20) | (mask > 235)).mean() > 0.98, "crisp: it is to be mended"


def test_a_mended_mask_is_kept_unless_forced(tmp_path: Path) -> None:
    source, out = write_picture(tmp_path / "one.png"), tmp_path / "out"
    order = ["masks", str(source), str(out), "--matte", "motion"]
    assert main(order) == 0
    (out / "one.png").write_bytes(b"mine")
    assert main(order) == 0
    assert (out / "one.png").read_bytes() == b"mine"
    assert main([*order, "--force"]) == 0
    assert (out / "one.png").read_bytes() != b"mine"


def test_films_give_every_nth_picture(tmp_path: Path) -> None:
    film, out = write_film(tmp_path / "walk.mp4", count=12), tmp_path / "out"
    assert main(["masks", str(film), str(out), "--every", "5", "--matte", "none"]) == 0
    names = [f"walk_{n:06d}" for n in (0, 5, 10)]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        name + kind for name in names for kind in (".jpg", ".png")
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--every", "0"], "--every 0: allowed: 1 to 1000000"),
        (["--matte", "mate"], "Did you mean 'matte'"),
    ],
)
def test_a_mistake_is_a_sentence(
    tmp_path: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_picture(tmp_path / "one.png")
    assert main(["masks", str(source), str(tmp_path / "out"), *options]) == 2
    assert words in capsys.readouterr().err
