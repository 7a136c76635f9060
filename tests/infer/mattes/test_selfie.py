"""Selfie segmentation through OpenCV: LiteRT's own numbers, and people found in real pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.mattes import Finder
from vj.infer.mattes.selfie import load
from vj.infer.netmatte import NetMatte
from vj.infer.outline import odds_to_part


@pytest.fixture
def weights(shared_data: Path) -> Path:
    (path,) = (shared_data / "weights" / "selfie_segmentation").glob("*.tflite")
    return path


@pytest.fixture
def finder(weights: Path) -> Finder:
    card = Card(name="me", model="selfie", folder=str(weights.parent), weights=weights.name)
    return load(card, "cpu")


def photo(shared_data: Path, name: str = "pixabay_girl-919048_1280.jpg") -> NDArray[np.uint8]:
    bgr = cv2.imread(str(shared_data / "photos" / "people" / name))
    assert bgr is not None
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGBA), np.uint8)


def test_it_gives_the_numbers_of_litert(finder: Finder, weights: Path, shared_data: Path) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    runner = litert.Interpreter(model_path=str(weights))
    runner.allocate_tensors()
    pixels = cv2.resize(photo(shared_data), (256, 256), interpolation=cv2.INTER_AREA)
    rgb = pixels[None, ..., :3].astype(np.float32) / 255
    runner.set_tensor(runner.get_input_details()[0]["index"], rgb)
    runner.invoke()
    expected = runner.get_tensor(runner.get_output_details()[0]["index"])[0, ..., 0]
    assert np.abs(odds_to_part(finder.find(pixels)) - expected).max() < 1e-3


def test_a_portrait_is_found_and_her_surroundings_are_not(
    finder: Finder, shared_data: Path
) -> None:
    found = NetMatte(finder).matte(photo(shared_data), {})
    height, width = found.shape
    assert found[height // 2, width // 2] == 255  # her face
    assert not found[: height // 3, : width // 6].any()  # the lake
    assert 0.25 < np.mean(found > 127) < 0.6


def test_the_file_becomes_a_card_without_being_told_what_it_is(
    weights: Path, tmp_path: Path
) -> None:
    card = read_card(import_weights([weights], "me", None, tmp_path))
    assert card.model == "selfie" and card.weights == "me.tflite" and len(card.sha256) == 64
    load(card, "cpu")


def test_other_files_are_refused(tmp_path: Path, shared_data: Path) -> None:
    cartoon = next((shared_data / "weights" / "whitebox_cartoon").glob("*.tflite"))
    (tmp_path / "short.tflite").write_bytes(cartoon.read_bytes()[:999])
    for folder, name in ((cartoon.parent, cartoon.name), (tmp_path, "short.tflite")):
        with pytest.raises(UserError, match="no selfie segmentation OpenCV can run"):
            load(Card(name="x", model="selfie", folder=str(folder), weights=name), "cpu")
    with pytest.raises(UserError, match=r"gone\.tflite is missing"):
        load(Card(name="x", model="selfie", folder=str(tmp_path), weights="gone.tflite"), "cpu")
