"""Batches of drawings with the pictures they stand for, the same for the same seed and step.
Filled ahead by worker processes for vj.studio.train_pix2pix; tensors, as those travel unpickled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from vj.core.errors import UserError
from vj.studio.drawings import Picture, draw, noisy, random_hand
from vj.studio.pictures import read_files

MARGIN = 8  # pixels on every side, for the motions of the steadiness terms
AGAIN = 4  # one in so many is drawn twice
PAIR = 1.5  # times as wide as high at least: an ordinary photo is no pair


@dataclass(frozen=True)
class Source:
    """Pictures that become one look: photos to be repainted, paintings as they are, or pairs."""

    look: int
    photos: Sequence[Picture] = ()  # repainted by the look's stylist
    targets: Sequence[Picture] = ()  # wanted as they are, drawn on the fly
    pairs: Sequence[tuple[Picture, Picture]] = ()  # (drawing, wanted)
    share: float = 0.0  # of pictures that are targets, when there are photos too


@dataclass(frozen=True)
class Recipe:
    """The size and make of a batch."""

    batch: int = 16
    sizes: tuple[int, ...] = (256,)  # pixels, one of them per batch
    zoom: tuple[float, float] = (0.7, 2.6)  # how much of a picture a cut shows
    seed: int = 1


@dataclass(frozen=True)
class Batch:
    """Wide cuts (B, 3, size + 2 MARGIN, same) uint8; `again`: the first ones drawn once more."""

    step: int
    size: int
    pictures: Tensor
    drawings: Tensor
    again: Tensor
    looks: Tensor  # (B,) int64
    repaint: Tensor  # (B,) bool: whether the stylist has to paint the picture first


class Sketchbook(Dataset[Batch]):
    """Batch by step number."""

    def __init__(self, sources: Sequence[Source], recipe: Recipe) -> None:
        self._sources, self._recipe = sources, recipe

    def __getitem__(self, step: int) -> Batch:
        recipe = self._recipe
        dice = np.random.default_rng((recipe.seed, step))
        size = recipe.sizes[int(dice.integers(len(recipe.sizes)))]
        first = step * recipe.batch
        pages = [self._page(dice, size + 2 * MARGIN, first + n) for n in range(recipe.batch)]
        return Batch(
            step=step,
            size=size,
            pictures=_stacked([page[0] for page in pages]),
            drawings=_stacked([page[1] for page in pages]),
            again=_stacked([page[2] for page in pages[: max(1, recipe.batch // AGAIN)]]),
            looks=torch.tensor([page[3] for page in pages]),
            repaint=torch.tensor([page[4] for page in pages]),
        )

    def _page(
        self, dice: Generator, side: int, place: int
    ) -> tuple[Picture, Picture, Picture, int, bool]:
        source = self._sources[place % len(self._sources)]  # every look is as frequent
        if source.pairs:
            drawing, picture = source.pairs[int(dice.integers(len(source.pairs)))]
            drawing, picture = _cut((drawing, picture), side, dice, self._recipe.zoom)
            return picture, drawing, noisy(drawing, dice), source.look, False
        kept = not source.photos or (bool(source.targets) and dice.random() < source.share)
        pictures = source.targets if kept else source.photos
        (picture,) = _cut(
            (pictures[int(dice.integers(len(pictures)))],), side, dice, self._recipe.zoom
        )
        if not kept:
            picture = _exposed(picture, dice)
        hand = random_hand(dice)
        # drawn from a noisy picture, wanted from the clean one: a camera has noise
        drawing, again = draw(noisy(picture, dice), hand), draw(noisy(picture, dice), hand)
        return picture, drawing, again, source.look, not kept


def batches(sources: Sequence[Source], recipe: Recipe, first: int, workers: int) -> Iterator[Batch]:
    """Give batches from step `first` on, without end; `workers` processes work ahead."""
    if workers:
        cv2.setNumThreads(0)  # the processes are the threads, and must not inherit half a pool
    loader = DataLoader(
        Sketchbook(sources, recipe),
        batch_size=None,
        sampler=range(first, 2**31),
        num_workers=workers,
        collate_fn=_as_is,
        prefetch_factor=6 if workers else None,
    )
    return iter(loader)


def read_pairs(folder: Path, direction: str) -> list[tuple[Picture, Picture]]:
    """Read side-by-side pictures A|B below a folder as (drawing, wanted).

    direction: "AtoB" when A, the left half, is the drawing; "BtoA" as `vj pairs` writes them.
    Raises: UserError when there are none, or with the name of a picture that is not two halves.
    """
    pairs = []
    for path, whole in read_files([folder], "pairs", longest=4096):
        height, width = whole.shape[:2]
        half = width // 2
        if width % 2 or half < 16 or width < PAIR * height:
            raise UserError(
                f"{path}: {width}x{height} pixels are not two pictures in one; "
                "wanted: squares side by side, as `vj pairs` makes them of photos"
            )
        left, right = (np.ascontiguousarray(part) for part in (whole[:, :half], whole[:, half:]))
        pairs.append((left, right) if direction == "AtoB" else (right, left))
    return pairs


def _cut(
    pictures: tuple[Picture, ...], side: int, dice: Generator, reach: tuple[float, float]
) -> list[Picture]:
    """Cut the same square out of pictures of one size, sometimes mirrored, at `side` pixels."""
    height, width = pictures[0].shape[:2]
    least = min(height, width)
    wanted = max(16, min(least, round(least / dice.uniform(*reach))))
    top, left = (int(dice.integers(s - wanted + 1)) for s in (height, width))
    mirrored = dice.random() < 0.5
    found = []
    for picture in pictures:
        square = picture[top : top + wanted, left : left + wanted]
        how = cv2.INTER_AREA if wanted > side else cv2.INTER_CUBIC
        square = np.asarray(cv2.resize(square, (side, side), interpolation=how), np.uint8)
        found.append(np.ascontiguousarray(square[:, ::-1]) if mirrored else square)
    return found


def _exposed(picture: Picture, dice: Generator) -> Picture:
    gain, gamma = dice.uniform(0.75, 1.25), dice.uniform(0.8, 1.25)
    levels = np.clip(np.arange(256) / 255 * gain, 0, 1) ** gamma
    return np.asarray(cv2.LUT(picture, np.asarray(levels * 255, np.uint8)), np.uint8)


def _stacked(pictures: Sequence[Picture]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # channels_last already


def _as_is(batch: Any) -> Any:
    return batch
