"""Reading style pictures and keeping them prepared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.infer.fakes import BLUE, RED, ColourModel, write_style
from vj.core.errors import UserError
from vj.infer.styles import LEAST, Shelf, read_style


def test_a_style_is_shrunk_by_its_shorter_side_and_rgb(tmp_path: Path) -> None:
    image = read_style(write_style(tmp_path / "red.png", RED, (200, 400)), 100)
    assert image.shape == (1, 3, 100, 200)
    assert image[0, :, 0, 0].tolist() == [1.0, 0.0, 0.0]


def test_a_small_style_keeps_its_size_and_a_tiny_one_grows(tmp_path: Path) -> None:
    assert read_style(write_style(tmp_path / "a.png", RED, (50, 60)), 100).shape[2:] == (50, 60)
    assert read_style(write_style(tmp_path / "b.png", RED, (1, 2)), 100).shape[2:] == (
        LEAST,
        2 * LEAST,
    )


@pytest.mark.parametrize("content", [b"", b"no picture at all"])
def test_what_is_no_picture_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"x\.jpg"):
        read_style(path)
    with pytest.raises(UserError, match=r"gone\.jpg"):
        read_style(tmp_path / "gone.jpg")


def test_a_style_is_prepared_once(tmp_path: Path) -> None:
    model = ColourModel()
    path = write_style(tmp_path / "red.png", RED)
    shelf = Shelf(model, lambda: {"red": path})
    first, again = shelf.get("red"), shelf.get("red")
    assert first is again and first is not None and first.name == "red"
    assert model.prepared == 1


def test_a_changed_file_is_prepared_again_and_a_broken_one_keeps_the_old(tmp_path: Path) -> None:
    path = write_style(tmp_path / "x.png", RED)
    shelf = Shelf(ColourModel(), lambda: {"x": path})
    first = shelf.get("x")
    write_style(path, BLUE)
    os.utime(path, ns=(1, 1))
    second = shelf.get("x")
    assert first is not None and second is not None
    assert second.tensors["colour"].tolist() == [0.0, 0.0, 1.0]
    path.write_bytes(b"half a fi")
    os.utime(path, ns=(2, 2))
    assert shelf.get("x") is second and "x" in shelf.problems
    path.unlink()
    assert shelf.get("x") is second


def test_an_unknown_style_is_a_problem_not_a_crash() -> None:
    shelf = Shelf(ColourModel(), dict)
    assert shelf.get("nope") is None and "nope" in shelf.problems["nope"]


def test_a_picture_that_comes_is_found_at_once(tmp_path: Path) -> None:
    files: dict[str, Path] = {}
    shelf = Shelf(ColourModel(), lambda: files)
    assert shelf.get("late") is None
    files["late"] = write_style(tmp_path / "late.png", RED)
    assert shelf.get("late") is not None and not shelf.problems
    files.clear()
    assert shelf.get("late") is not None
