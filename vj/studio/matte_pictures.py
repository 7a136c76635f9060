"""Pictures of people with their masks, and places without people, as tensors to cut from.
Read once by `vj.studio.train_matte`; the cutting is done in `vj.studio.matte_batches`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vj.core.errors import UserError
from vj.core.folders import PICTURES
from vj.studio.opened import open_picture

SIDE = 320  # pixels: longer side of a picture kept for training

Array = NDArray[np.uint8]


@dataclass(frozen=True)
class Album:
    """Pictures of different sizes in one tensor, each in the top left corner of its square."""

    sheets: Tensor  # (N, 4, SIDE, SIDE) uint8 RGB and mask, 255 = person
    sizes: Tensor  # (N, 2) height and width of each picture
    boxes: Tensor  # (N, 4) top, left, bottom, right of its people; all 0 where nobody is
    groups: tuple[Tensor, ...]  # which pictures came from which folder

    def to(self, device: str) -> Album:
        """Move the pictures to a device; what the dice need stays on the CPU."""
        return replace(self, sheets=self.sheets.to(device))

    def __len__(self) -> int:
        return len(self.sheets)


def read_album(folders: Sequence[Path], masked: bool) -> Album:
    """Read folders of pictures; with masks, each picture needs a PNG of the same name beside it.

    Raises: UserError when a folder is absent, empty, or a picture's mask is missing.
    """
    sheets: list[Array] = []
    sizes: list[tuple[int, int]] = []
    groups: list[Tensor] = []
    read: dict[Path, Tensor] = {}
    for folder in folders:
        if folder in read:
            groups.append(read[folder])
            continue
        first = len(sheets)
        for picture, mask, _ in read_pairs(folder, masked):
            sheet = np.zeros((SIDE, SIDE, 4), np.uint8)
            height, width = mask.shape
            sheet[:height, :width, :3], sheet[:height, :width, 3] = picture, mask
            sheets.append(sheet)
            sizes.append((height, width))
        if len(sheets) == first:
            raise UserError(f"{folder} holds no pictures to train with")
        read[folder] = torch.arange(first, len(sheets))
        groups.append(read[folder])
    if not sheets:
        raise UserError("no folder of pictures to train with")
    boxes = torch.tensor([_box(sheet[:, :, 3]) for sheet in sheets], dtype=torch.float32)
    stacked = torch.from_numpy(np.stack(sheets)).permute(0, 3, 1, 2).contiguous()
    return Album(stacked, torch.tensor(sizes, dtype=torch.float32), boxes, tuple(groups))


def read_pairs(folder: Path, masked: bool) -> Iterator[tuple[Array, Array, str]]:
    """Yield picture (h, w, 3) RGB, mask (h, w) 255 = person, name; longer side at most SIDE.

    Raises: UserError when the folder is absent, or a mask missing, unreadable or of another size.
    """
    if not folder.is_dir():
        raise UserError(f"no folder of pictures at {folder}")
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURES)
    masks = {p.with_suffix(""): p for p in paths if p.suffix.lower() == ".png"} if masked else {}
    for path in paths:
        if path in masks.values():
            continue
        raw = open_picture(path)
        if raw is None:
            raise UserError(f"{path} is no readable picture, or it ends too early")
        picture = np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGR2RGB), np.uint8)
        mask = np.zeros(picture.shape[:2], np.uint8)
        if masked:
            beside = masks.get(path.with_suffix(""))
            if beside is None:
                raise UserError(f"{path} has no mask beside it: {path.stem}.png is not there")
            grey = open_picture(beside, cv2.IMREAD_GRAYSCALE)
            if grey is None:
                raise UserError(f"{beside} is no readable picture")
            mask = np.asarray(grey, np.uint8)
            if mask.shape != picture.shape[:2]:
                raise UserError(f"{beside} has another size than {path.name}")
        yield _fitted(picture), _fitted(mask), path.stem


def _fitted(picture: Array) -> Array:
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _box(mask: Array) -> tuple[int, int, int, int]:
    rows, columns = np.where(mask > 100)
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1
