"""Photos for a training, read from the disk as they are needed: sets of any size fit.
A step's batch depends on its number and the seed alone; used by vj.studio.train_fast_style.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from vj.core.errors import UserError
from vj.core.folders import PICTURES
from vj.studio.opened import open_picture
from vj.studio.pictures import LEAST, LEFT_OUT, Picture, photo

log = logging.getLogger(__name__)


def find_photos(folders: Sequence[Path]) -> list[Path]:
    """List every picture file below the folders, in a fixed order.

    Raises: UserError when a folder is absent or there is no picture.
    """
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"no folder of photos at {folder}")
    found = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURES
    ]
    if not found:
        raise UserError(f"no photos to train with in {', '.join(map(str, folders))}")
    return found


def read_photo(path: Path) -> Picture | None:
    """Read a picture as (h, w, 3) RGB; None when it cannot be read or is too thin to cut from."""
    raw = open_picture(path)
    if raw is None or min(raw.shape[:2]) < LEAST:
        return None
    return np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGR2RGB), np.uint8)


class Steps(Dataset[Tensor]):
    """The batch of every step by its number: (B, 3, crop, crop) uint8 RGB.

    Every photo comes once in an epoch, each time in another order and cut otherwise.
    """

    def __init__(self, photos: Sequence[Path], batch: int, crop: int, seed: int) -> None:
        self._photos, self._batch, self._crop, self._seed = photos, batch, crop, seed
        self._order: tuple[int, list[int]] = (-1, [])
        self._named: set[Path] = set()

    def __getitem__(self, step: int) -> Tensor:
        dice = torch.Generator().manual_seed(self._seed * 1_000_003 + step)
        cuts = []
        for place in range(step * self._batch, (step + 1) * self._batch):
            cuts.append(photo(self._picture(place), self._crop, dice))
        return (torch.cat(cuts) * 255).round().to(torch.uint8)

    def _picture(self, place: int) -> Picture:
        """Read the photo that is at a place of the endless row, or the next one that can be."""
        for tried in range(place, place + len(self._photos)):
            path = self._photos[self._at(tried)]
            found = read_photo(path)
            if found is not None:
                return found
            if path not in self._named:
                self._named.add(path)
                log.warning(LEFT_OUT, path)
        raise UserError(f"none of the {len(self._photos)} photos can be read and cut from")

    def _at(self, place: int) -> int:
        epoch, index = divmod(place, len(self._photos))
        if self._order[0] != epoch:
            dice = torch.Generator().manual_seed(self._seed * 7_368_787 + epoch)
            self._order = epoch, torch.randperm(len(self._photos), generator=dice).tolist()
        return self._order[1][index]


def batches(steps: Steps, first: int, workers: int) -> Iterator[Tensor]:
    """Yield the batches from step `first` on, for ever; 0 workers makes them in this process."""
    endless = range(first, 2**40)
    return iter(DataLoader(steps, batch_size=None, sampler=endless, num_workers=workers))
