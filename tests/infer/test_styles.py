"""Reading style pictures and keeping them prepared."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.infer.fakes import BLUE, GREEN, RED, ColourModel, write_style
from vj.core.errors import UserError
from vj.infer.protocol import Style
from vj.infer.styles import LEAST, STEPS, Shelf, read_style


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


@pytest.mark.parametrize("tall", [False, True])
def test_of_a_banner_the_middle_is_read(tmp_path: Path, tall: bool) -> None:
    """32 x 64000 pixels took a minute and gigabytes: infer was ended when memory was short."""
    banner = np.zeros((10, 20000, 3), np.uint8)
    banner[:, 9980:10020] = RED[::-1]
    path = tmp_path / "banner.png"
    cv2.imwrite(str(path), banner.swapaxes(0, 1) if tall else banner)
    image = read_style(path, 100)
    assert image.shape == ((1, 3, 128, 32) if tall else (1, 3, 32, 128))
    assert torch.allclose(image.mean((0, 2, 3)), torch.tensor(RED) / 255)


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


def checks(path: Path, cell: int) -> Path:
    """A 96 x 128 picture of red and green squares of `cell` pixels."""
    rows, columns = np.indices((96, 128)) // cell
    picture = np.where(((rows + columns) % 2)[..., None] > 0, GREEN, RED).astype(np.uint8)
    cv2.imwrite(str(path), picture[..., ::-1])
    return path


def turns(image: torch.Tensor) -> float:
    """How many times per pixel the colour changes along the middle row."""
    row = image[0, 0, image.shape[2] // 2 + 1]
    return float((row > row.mean()).float().diff().abs().mean())


@pytest.mark.parametrize("zoom", [0.25, 0.5, 2.0, 4.0])
def test_a_zoom_changes_the_strokes_but_neither_size_nor_palette(
    tmp_path: Path, zoom: float
) -> None:
    path = checks(tmp_path / "x.png", 8)
    plain, zoomed = read_style(path, 96), read_style(path, 96, zoom)
    assert plain.shape == zoomed.shape
    assert turns(zoomed) == pytest.approx(turns(plain) / zoom, rel=0.25)
    assert torch.allclose(plain.mean((0, 2, 3)), zoomed.mean((0, 2, 3)), atol=0.03)
    assert torch.allclose(plain.std((0, 2, 3)), zoomed.std((0, 2, 3)), atol=0.08)


class Stripes(ColourModel):
    """A style is how many times its picture changes colour."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key, self.gate = key, threading.Event()
        self.gate.set()

    def prepare(self, image: torch.Tensor) -> Style:
        self.gate.wait(10)
        self.prepared += 1
        return Style("", {self.key: torch.tensor([turns(image)])})


def level(shelf: Shelf, key: str) -> float:
    style = shelf.get("x")
    assert style is not None and style.name == "x"
    return style.tensors[key].item()


def test_strokes_between_two_steps_are_mixed_where_a_style_is_a_vector(tmp_path: Path) -> None:
    path = checks(tmp_path / "x.png", 8)
    for key in ("vector", "features"):
        shelf = Shelf(Stripes(key), lambda: {"x": path}, 96)
        found = []
        for eighth in (8, 7, 6):
            shelf.zoom = 2 ** (eighth / (2 * STEPS))
            found.append(level(shelf, key))
        assert shelf.get("x") is shelf.get("x"), "prepared once"
        whole, between, step = found
        assert whole < step
        if key == "vector":
            assert between == pytest.approx((whole + step) / 2)
        else:
            assert between in (whole, step)
        shelf.zoom = 1.0
        assert level(shelf, key) > step


def test_turning_the_knob_never_waits_for_the_network(tmp_path: Path) -> None:
    path = checks(tmp_path / "x.png", 8)
    model = Stripes("vector")
    shelf = Shelf(model, lambda: {"x": path}, 96, beside=True)
    plain = level(shelf, "vector")
    model.gate.clear()
    for zoom in (1.3, 2.0, 3.1, 4.0):
        shelf.zoom = zoom
        assert level(shelf, "vector") == plain, "the strokes of before while others are made"
    model.gate.set()
    until = time.monotonic() + 10
    while level(shelf, "vector") == plain or shelf.busy:
        assert time.monotonic() < until
    assert level(shelf, "vector") == pytest.approx(plain / 4, rel=0.3)
    path.write_bytes(b"half a fi")
    shelf.zoom = 0.5
    while shelf.get("x") is None or shelf.busy:
        assert time.monotonic() < until
    assert level(shelf, "vector") > 0


def test_a_small_file_that_unpacks_to_gigabytes_is_no_style(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pgm"
    path.write_bytes(b"P5 40000 40000 255\n")
    with pytest.raises(UserError, match=r"bomb\.pgm: cannot be decoded"):
        read_style(path, 100)
