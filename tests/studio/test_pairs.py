"""Training pairs: found, named, drawn, kept, and broken files said without costing the others."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.studio.stylizing import SIZE, picture, write_film, write_picture
from vj.core.errors import UserError
from vj.infer.edges import Settings
from vj.studio.drawings import Hand
from vj.studio.pages import Tally, find
from vj.studio.pairs import Wanted, make_pairs, pair, squared
from vj.studio.sketchbook import read_pairs


def make(inputs: list[Path], out: Path, wanted: Wanted | None = None, force: bool = False) -> Tally:
    return make_pairs(inputs, out, wanted or Wanted(size=64), lambda line: None, force)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_becomes_pairs_the_trainer_reads(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    write_picture(tmp_path / "in" / "one.png")
    write_picture(tmp_path / "in" / "deep" / "two.jpg", picture(step=9))
    (tmp_path / "in" / "notes.txt").write_text("not a picture")
    write_picture(tmp_path / "in" / "._one.png")  # what another system leaves beside files
    out = tmp_path / "out"
    assert make([tmp_path / "in"], out) == Tally(made=2)
    assert names(out) == ["in_deep_two.jpg", "in_one.jpg"]
    drawing, wanted = read_pairs(out, "BtoA")[1]
    assert drawing.shape == wanted.shape == (64, 64, 3)
    assert np.abs(wanted.astype(int) - squared(picture(), 64, False)).mean() < 4
    lit = (drawing > 128).mean()
    assert 0.005 < lit < 0.2, "the box has an outline"
    dark = (drawing < 40).mean()
    assert dark + lit > 0.9


def test_half_a_picture_is_stretched_or_cut() -> None:
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[:, 40:80] = 200
    assert np.all(squared(wide, 40, crop=True) == 200)
    stretched = squared(wide, 60, crop=False)
    assert stretched[30, 30, 0] == 200 and stretched[30, 5, 0] == stretched[30, 55, 0] == 0


def test_films_give_every_nth_picture(tmp_path: Path) -> None:
    film = write_film(tmp_path / "walk.mp4", count=12)
    out = tmp_path / "out"
    assert make([film], out, Wanted(size=32, every=5)).made == 3
    assert names(out) == [f"walk_{n:06d}.jpg" for n in (0, 5, 10)]
    half = cv2.imread(str(out / "walk_000010.jpg"))[:, :32, ::-1]
    aim = squared(picture(SIZE, 10), 32, False)
    assert np.abs(half.astype(int) - aim).mean() < 10


def test_pairs_that_are_there_are_kept_unless_forced(tmp_path: Path) -> None:
    source, out = write_picture(tmp_path / "one.png"), tmp_path / "out"
    make([source], out)
    (out / "one.jpg").write_bytes(b"mine")
    assert make([source], out) == Tally(kept=1)
    assert (out / "one.jpg").read_bytes() == b"mine"
    assert make([source], out, force=True) == Tally(made=1)
    assert (out / "one.jpg").read_bytes() != b"mine"


def test_a_broken_file_is_said_and_the_others_are_made(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "b.mp4").write_bytes(b"no film")
    (tmp_path / "c.png").touch()
    write_picture(tmp_path / "d.png")
    tally = make([tmp_path], tmp_path / "out")
    assert tally.made == 1
    assert [path.name for path in tally.failures] == ["a.png", "b.mp4", "c.png"]
    for path, reason in tally.failures.items():
        assert str(path) in reason and "\n" not in reason
    assert names(tmp_path / "out") == [f"{tmp_path.name}_d.jpg"]


def test_results_inside_the_input_are_not_taken_again(tmp_path: Path) -> None:
    write_picture(tmp_path / "one.png")
    out = tmp_path / "pairs"
    make([tmp_path], out)
    assert make([tmp_path], out) == Tally(kept=1)


def test_names_stay_apart_and_short(tmp_path: Path) -> None:
    for name in ("one.png", "one.jpg", "One.webp", "x" * 200 + ".png"):
        (tmp_path / name).touch()
    found = list(find([tmp_path], tmp_path / "out").values())
    assert len({name.lower() for name in found}) == 4
    assert max(map(len, found)) <= 130
    assert sum(name.endswith(("_one", "_One")) for name in found) == 1


def test_every_kind_of_drawing() -> None:
    box = np.zeros((64, 64, 3), np.uint8)
    box[16:48, 16:48] = 255
    box[24:40, 24:40] = 235  # a weak line inside
    lines = Settings(pre_median=0, canny_low=100, canny_high=200)
    plain = pair(box, Wanted(size=64))[:, 64:]
    assert plain[14:18, 30].max() == 255 and not plain[20:44, 28:36].any()
    soft = pair(box, Wanted(size=64, soft=True))[:, 64:]
    assert soft[14:19, 30].max() > 200 and 20 < soft[22:26, 30].max() < 200
    negative = pair(box, Wanted(size=64, hand=Hand(lines, negative=True)))[:, 64:]
    assert np.array_equal(negative, 255 - plain)
    pen = Settings(
        pre_median=0,
        adaptive_thresh=True,
        adaptive_thresh_block=6,
        adaptive_thresh_c=4,
        canny=False,
    )
    pen_drawn = pair(box, Wanted(size=64, hand=Hand(pen)))[:, 64:]
    assert set(np.unique(pen_drawn)) == {0, 255}
    assert pen_drawn[15, 30, 0] == 255 and pen_drawn[17, 30, 0] == 0, "dark beside bright is inked"


def test_mistakes_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "song.mp3").touch()
    for place, words in (("nowhere", "no such"), ("empty", "no picture"), ("song.mp3", "'.mp3'")):
        with pytest.raises(UserError, match=words):
            make([tmp_path / place], tmp_path / "out")
    assert not (tmp_path / "out").exists()
