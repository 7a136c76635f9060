"""Measuring finders: the figures are right for finders whose answers are known."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.core.card import Card
from vj.core.errors import UserError
from vj.studio.coco import Scene
from vj.studio.matte_quality import (
    Material,
    agreement,
    flicker,
    iou,
    judge,
    load_finder,
    on_dancer,
    on_scenes,
    read_film,
)


class Bright:
    """Finds what is bright; `wrong`: only every other time."""

    def __init__(self, wrong: bool = False, level: int = 128) -> None:
        self._wrong, self._level, self._times = wrong, level, 0

    def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self._times += 1
        if self._wrong and self._times % 2:
            return np.full((9, 16), -9, np.float32)
        return np.where(pixels[:, :, 0] > self._level, 9, -9).astype(np.float32)


def square(left: int, side: int = 40) -> NDArray[np.uint8]:
    """A white square on a dark, uneven ground."""
    pixels = np.zeros((96, 128, 4), np.uint8)
    pixels[:, :, :3] = np.random.default_rng(2).integers(10, 60, (96, 128, 1), dtype=np.uint8)
    pixels = np.asarray(cv2.GaussianBlur(pixels, (5, 5), 0), np.uint8)
    pixels[30 : 30 + side, left : left + side, :3] = 230
    return pixels


def test_iou_of_halves_and_of_nothing() -> None:
    left, whole = np.zeros((4, 4), bool), np.ones((4, 4), bool)
    left[:, :2] = True
    assert iou(left, whole) == 0.5
    assert iou(left, ~left) == 0.0
    assert iou(~whole, ~whole) == 1.0


def test_agreement_counts_the_pictures_on_which_both_agree() -> None:
    film = [square(20 + n) for n in range(6)]
    assert agreement(Bright(), Bright(), film) == 1.0
    assert agreement(Bright(wrong=True), Bright(), film) == pytest.approx(0.5)


def test_a_matte_that_comes_and_goes_flickers_and_a_steady_one_hardly() -> None:
    film = [square(20 + 2 * n) for n in range(6)]
    assert flicker(Bright(), film) < 0.02
    assert flicker(Bright(wrong=True), film) > 5 * flicker(Bright(), film)


def test_crowds_small_people_and_empty_places_are_told_apart() -> None:
    big, small = np.zeros((96, 128), bool), np.zeros((96, 128), bool)
    big[30:70, 20:60], small[:3, :3] = True, True
    nothing = np.zeros_like(big)
    unclear = nothing.copy()
    unclear[:, 80:] = True
    pixels = square(20)
    pixels[:, 80:, :3] = 255  # found, but nobody knows who is there
    figures = on_scenes(
        Bright(),
        [
            Scene("big", pixels, big, unclear),
            Scene("small", square(20), small, nothing),
            Scene("empty", square(20), nothing, nothing),
        ],
    )
    assert figures["iou_masks"] == 1.0
    assert figures["masks"] == figures["nobody"] == 1.0
    assert figures["false_alarm"] == pytest.approx(1600 / (96 * 128))


def test_the_dancer_is_compared_with_its_own_matte() -> None:
    class Told:
        def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            return np.where(pixels[:, :, 3] > 127, 9, -9).astype(np.float32)

    assert on_dancer(Told()) == 1.0
    assert on_dancer(Bright(level=255)) == 0.0


def test_what_is_not_given_is_not_measured() -> None:
    figures = judge(Bright(), Material({"film": [square(20), square(22)]}, dancer=False))
    assert set(figures) == {"ms", "ms_quickest", "flicker film"}
    assert 0 < figures["ms_quickest"] <= figures["ms"]


def test_another_kind_of_card_is_refused() -> None:
    with pytest.raises(UserError, match="segmenter"):
        load_finder(Card(name="ink", model="segmentor"), "cpu")


def test_a_film_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"walk\.mp4"):
        read_film(tmp_path / "walk.mp4", 4)
