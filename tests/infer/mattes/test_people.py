"""MediaPipe's segmenters: which of their classes is the person, and what is said without it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.mattes.people import PeopleFinder, load, person


def classes(*levels: float) -> list[Any]:
    return [np.full((4, 6), level, np.float32) for level in levels]


@pytest.mark.parametrize(
    ("levels", "labels", "expected"),
    [
        ((0.9,), [], 0.9),  # selfie_segmenter: the person alone
        ((0.9,), ["selfie"], 0.9),
        ((0.3, 0.7), [], 0.7),
        ((0.2, 0.5, 0.3), ["background", "hair", "clothes"], 0.8),  # selfie_multiclass
        ((0.2, 0.7, 0.1), ["background", "person", "cat"], 0.7),  # deeplab_v3
    ],
)
def test_the_person_is_chosen_among_the_classes(
    levels: tuple[float, ...], labels: list[str], expected: float
) -> None:
    assert person(classes(*levels), labels)[0, 0] == pytest.approx(expected)


def test_masks_become_log_odds() -> None:
    shown = []

    def segment(image: Any) -> Any:
        shown.append(image)
        return SimpleNamespace(
            confidence_masks=[SimpleNamespace(numpy_view=lambda: classes(0.75)[0][..., None])]
        )

    finder = PeopleFinder(SimpleNamespace(labels=[], segment=segment), lambda rgb: rgb)
    pixels = np.full((8, 10, 4), (200, 100, 50, 0), np.uint8)
    odds = finder.find(pixels)
    assert shown[0][0, 0].tolist() == [200, 100, 50]
    assert odds.shape == (4, 6) and odds[0, 0] == pytest.approx(np.log(3), abs=1e-5)


def test_without_mediapipe_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    (tmp_path / "m.tflite").write_bytes(b"some model")
    card = Card(name="me", model="people", folder=str(tmp_path), weights="m.tflite")
    with pytest.raises(UserError, match=r"needs MediaPipe: pip install -e \.\[people\]"):
        load(card, "cpu")


def test_the_real_thing_when_it_is_installed(shared_data: Path) -> None:
    pytest.importorskip("mediapipe")
    (path,) = (shared_data / "weights" / "selfie_segmentation").glob("*.tflite")
    card = Card(name="me", model="people", folder=str(path.parent), weights=path.name)
    with pytest.raises(UserError, match="NormalizationOptions"):  # a file without metadata
        load(card, "cpu")
