from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.capture.reading import fit, to_pixels
from vj.core.gig import STARTER, open_gig
from vj.core.types import Pixels
from vj.infer.faces import Detector
from vj.infer.heads import heads
from vj.infer.mattes.segmenter import load

H, W = 180, 320


def _person(x: int, feet: bool = True, arms: bool = False, size: float = 1.0) -> NDArray[np.uint8]:
    """A head of 12 x 15 pixels around (x, 50), shoulders, trunk; arms are raised above the head."""
    matte = np.zeros((H, W), np.uint8)

    def at(dx: float, dy: float) -> tuple[int, int]:
        return round(x + dx * size), round(50 + dy * size)

    cv2.ellipse(matte, at(0, 0), (round(12 * size), round(15 * size)), 0, 0, 360, 255, -1)
    cv2.rectangle(matte, at(-5, 10), at(5, 25), 255, -1)
    cv2.rectangle(matte, at(-28, 22), at(28, 90 if feet else 400), 255, -1)
    if arms:
        for side in (-1, 1):
            cv2.line(matte, at(side * 26, 26), at(side * 30, -40), 255, max(round(5 * size), 1))
    return matte


def _is_the_head(box: NDArray[np.float32], x: float, size: float = 1.0) -> None:
    assert abs(box[0] * W - x) < 3 * size + 1
    assert 45 <= box[1] * H <= 50 + 7 * size
    assert 8 * size <= box[2] * W <= 13 * size and 11 * size <= box[3] * H <= 18 * size


@pytest.mark.parametrize("arms", [False, True])
@pytest.mark.parametrize("feet", [False, True])
def test_a_head_is_found_above_its_shoulders(feet: bool, arms: bool) -> None:
    found = heads(_person(150, feet, arms))
    assert found.shape == (1, 4) and found.dtype == np.float32
    _is_the_head(found[0], 150)


def test_a_large_matte_is_looked_at_smaller() -> None:
    large = cv2.resize(_person(150), (1920, 1080), interpolation=cv2.INTER_LINEAR)
    _is_the_head(heads(np.asarray(large, np.uint8))[0], 150)


def test_everybody_has_one_and_the_largest_comes_first() -> None:
    found = heads(np.maximum(_person(60, size=0.6), _person(220)))
    assert len(found) == 2
    _is_the_head(found[0], 220)
    _is_the_head(found[1], 60, 0.6)


def test_a_piece_of_a_person_is_nobody() -> None:
    matte = _person(150)
    matte[100:120, 250:270] = 255
    assert len(heads(matte)) == 1


def test_a_head_at_the_picture_s_border_stays_inside_its_outline() -> None:
    (box,) = heads(_person(0))
    assert -0.02 <= box[0] <= 0.05 and box[2] > 0


def test_heads_of_people_at_webcams_lie_on_their_faces(shared_data: Path) -> None:
    """Judged by YuNet; the mattes are those of the shipped network."""
    judge = Detector((shared_data / "weights" / "yunet" / "yunet_n_dynamic.onnx").read_bytes())
    finder = load(open_gig(STARTER).card("matte"), "cpu")
    on_face = []
    for name in ("asl_book", "asl_night", "asl_eat", "asl_milk"):
        for picture in _pictures(shared_data / "videos" / f"{name}.mkv"):
            faces = judge.detect(picture)
            if len(faces):
                odds = finder.find(picture)
                found = heads(((odds > 0) * np.uint8(255)).astype(np.uint8))
                off = (found[:, :2] - faces[0, :2]) / faces[0, 2:]
                on_face.append(bool((np.hypot(*off.T) < 0.6).any()))
    assert len(on_face) >= 30, "the clips show hardly a face"
    assert sum(on_face) / len(on_face) >= 0.9


def _pictures(path: Path) -> Iterator[Pixels]:
    """Every sixth picture of a film, 640x360."""
    film, number = cv2.VideoCapture(str(path)), 0
    while film.grab():
        number += 1
        if number % 6 == 0:
            yield fit(to_pixels(film.retrieve()[1]), (360, 640))


def test_arms_as_thick_as_a_head_give_a_box_all_the_same() -> None:
    """Three places begin in one row; none of them is in the middle of all."""
    matte = np.zeros((H, W), np.uint8)
    matte[90:170, 90:230] = 255
    for left in (90, 150, 212):
        matte[30:100, left : left + 18] = 255
    (box,) = heads(matte)
    assert (box[2:] * (W, H) >= 5).all()


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("size", [(1, 1), (2, 90), (90, 2), (360, 640)])
def test_a_matte_without_an_outline_has_no_heads(level: int, size: tuple[int, int]) -> None:
    assert heads(np.full(size, level, np.uint8)).shape == (0, 4)


def test_noise_is_no_trouble() -> None:
    matte = np.random.default_rng(0).integers(0, 256, (90, 160), np.uint8)
    found = heads(matte)
    assert np.isfinite(found).all() and len(found) <= 8
