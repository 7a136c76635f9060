"""How well networks find people, in numbers: against a teacher, against drawn masks, in time.
Called by `vj bench matte`; every network is measured on the same pictures in the same run.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.capture.dancer.picture import Dancer
from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.core.types import Pixels
from vj.infer.load import words
from vj.infer.mattes import Finder
from vj.infer.outline import odds_to_part
from vj.studio.coco import Scene
from vj.studio.steady import motion

FILLED = 0.1  # least part of a picture its people fill to be measured on
SIZE = (144, 256)  # pixels, height and width, of the picture for the stop watch
LOOKS = 100
DANCES = tuple(range(900, 906))  # seeds no training used
MOMENTS = 8  # of each dance

Part = NDArray[np.float32]  # (h, w) 0..1, how much of a person
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Material:
    """What to measure on; what is empty is left out."""

    films: Mapping[str, Sequence[Pixels]] = field(default_factory=dict)
    teacher: Finder | None = None
    scenes: Sequence[Scene] = ()
    dancer: bool = True


def judge(finder: Finder, material: Material) -> dict[str, float]:
    """Measure one network; iou = intersection over union at one half, a mean over pictures."""
    figures = milliseconds(finder)
    for name, film in material.films.items():
        if material.teacher:
            figures[f"iou_teacher {name}"] = agreement(finder, material.teacher, film)
        figures[f"flicker {name}"] = flicker(finder, film)
    if material.scenes:
        figures |= on_scenes(finder, material.scenes)
    if material.dancer:
        figures["iou_dancer"] = on_dancer(finder)
    return figures


def load_finder(card: Card, device: str) -> Finder:
    """Load the network of a card that finds people.

    Raises: UserError for another kind of card and for missing or foreign weights.
    """
    finders = [word for word in words("mattes") if hasattr(_module(word), "load")]
    if card.model not in finders:
        raise unknown("network that finds people", card.model, finders, f"card {card.name!r}")
    finder: Finder = _module(card.model).load(card, device)
    return finder


def _module(word: str) -> Any:
    return importlib.import_module(f"vj.infer.mattes.{word}")


def read_film(path: Path, pictures: int) -> list[Pixels]:
    """Read the first pictures of a film.

    Raises: UserError when there are fewer than two.
    """
    film = cv2.VideoCapture(str(path))
    try:
        raw = [picture for good, picture in (film.read() for _ in range(pictures)) if good]
    finally:
        film.release()
    if len(raw) < 2:
        raise UserError(f"{path}: no film of at least two pictures")
    found = [np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGBA), np.uint8) for picture in raw]
    for pixels in found:
        pixels[:, :, 3] = 0  # the networks shall not be told
    return found


def milliseconds(finder: Finder) -> dict[str, float]:
    """Time one look at a picture of SIZE: the middle one and the quickest of LOOKS."""
    pixels = np.random.default_rng(1).integers(0, 255, (*SIZE, 4), dtype=np.uint8)
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        finder.find(pixels)
        times.append(1000 * (time.perf_counter() - began))
    return {"ms": float(np.median(times)), "ms_quickest": min(times)}


def agreement(finder: Finder, teacher: Finder, film: Sequence[Pixels]) -> float:
    """How much two networks see the same person, 0..1, a mean over the pictures of a film."""
    return float(np.mean([iou(part(finder, p) > 0.5, part(teacher, p) > 0.5) for p in film]))


def flicker(finder: Finder, film: Sequence[Pixels]) -> float:
    """How much the matte changes where the picture only moved, in parts of a person (0..1).

    It is |matte - last matte carried along the flow|, a mean over the places seen in both pictures
    and over the film; the places around the person hardly count but are most of the picture.
    """
    changes = []
    last = part(finder, film[0])
    for before, now in pairwise(film):
        back, seen = motion(before, now)
        rows, columns = np.indices(seen.shape, np.float32)
        there = cv2.remap(
            last,
            columns + back[..., 0],
            rows + back[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        last = part(finder, now)
        if seen.any():
            changes.append(float(np.abs(last - there)[seen].mean()))
    return float(np.mean(changes)) if changes else 0.0


def on_scenes(finder: Finder, scenes: Sequence[Scene]) -> dict[str, float]:
    """Compare with drawn masks: pictures people fill enough of, and those without anybody."""
    scores, false = [], []
    for scene in scenes:
        found = part(finder, scene.pixels) > 0.5
        clear = ~scene.unclear
        if scene.people.mean() > FILLED:
            scores.append(iou(found & clear, scene.people & clear))
        elif not scene.people.any() and not scene.unclear.any():
            false.append(float(found.mean()))
    figures: dict[str, float] = {}
    if scores:
        figures |= {"iou_masks": float(np.mean(scores)), "masks": float(len(scores))}
    if false:
        figures |= {"false_alarm": float(np.mean(false)), "nobody": float(len(false))}
    return figures


def on_dancer(finder: Finder) -> float:
    """Compare with the dancer's own matte, in dances no training used."""
    scores = []
    for seed in DANCES:
        dancer = Dancer(360, 640, seed)
        for moment in range(MOMENTS):
            pixels = dancer.draw(17.3 * moment + 1)
            scores.append(iou(part(finder, pixels) > 0.5, pixels[:, :, 3] > 127))
    return float(np.mean(scores))


def part(finder: Finder, pixels: Pixels) -> Part:
    """What the network sees, (h, w) 0..1, stretched over the picture and nothing else done."""
    odds = finder.find(pixels)
    size = pixels.shape[1], pixels.shape[0]
    return odds_to_part(np.asarray(cv2.resize(odds, size, interpolation=cv2.INTER_LINEAR)))


def iou(found: Mask, wanted: Mask) -> float:
    """Intersection over union of two masks; 1 when both are empty."""
    either = np.count_nonzero(found | wanted)
    return np.count_nonzero(found & wanted) / either if either else 1.0
