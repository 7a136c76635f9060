"""Training pictures: folders of photos, paintings and films, cut and varied at random.
Used by the trainers in `vj.studio`; all chance comes from the generator handed in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from vj.core.errors import UserError
from vj.core.folders import PICTURES
from vj.studio.opened import open_picture

log = logging.getLogger(__name__)

FILMS = (".mp4", ".mkv", ".mov", ".avi")
FRAMES_PER_FILM = 12
LONGEST = 1024
LEAST = 16  # pixels of the shorter side: no square can be cut out of less

LEFT_OUT = "%s: left out, unreadable, cut off or too thin to train with"

Picture = NDArray[np.uint8]  # (h, w, 3) RGB


def read_pictures(folders: Sequence[Path], what: str, longest: int = LONGEST) -> list[Picture]:
    """Read every picture, and some frames of every film, below the folders, in a fixed order.

    A file stands for itself. What cannot be read or is too thin is named and left out.

    longest: pixels of the longer side; larger pictures are made smaller.
    Raises: UserError when a folder is absent or nothing can be read.
    """
    return [picture for _, picture in read_files(folders, what, longest)]


def read_files(
    folders: Sequence[Path], what: str, longest: int = LONGEST
) -> list[tuple[Path, Picture]]:
    """Read as `read_pictures` does, each picture with the file it comes from."""
    found: list[tuple[Path, Picture]] = []
    for folder in folders:
        if not folder.exists():
            raise UserError(f"no folder of {what} at {folder}")
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.suffix.lower() in PICTURES:
                raw = open_picture(path)
                pictures = [] if raw is None else [_tidied(raw, longest)]
            elif path.suffix.lower() in FILMS:
                pictures = list(_film_frames(path, longest))
            else:
                continue
            usable = [(path, picture) for picture in pictures if min(picture.shape[:2]) >= LEAST]
            if not usable:
                log.warning(LEFT_OUT, path)
            found.extend(usable)
    if not found:
        names = ", ".join(str(folder) for folder in folders) or "no folder"
        raise UserError(f"no {what} to train with: {names} holds no readable picture or film")
    return found


def read_films(folder: Path, pictures: int = 24) -> list[list[Picture]]:
    """Read the first pictures of every film in a folder.

    Raises: UserError when there is no film.
    """
    found = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in FILMS:
            film = cv2.VideoCapture(str(path))
            try:
                raw = (film.read() for _ in range(pictures))
                found.append([_tidied(picture, LONGEST) for good, picture in raw if good])
            finally:
                film.release()
    if not found:
        raise UserError(f"no film ({', '.join(FILMS)}) in {folder}")
    return found


def _film_frames(path: Path, longest: int) -> Iterable[Picture]:
    film = cv2.VideoCapture(str(path))
    try:
        count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
        step = max(1, count // FRAMES_PER_FILM)
        for index in range(count):
            if not film.grab():
                break
            if index % step == step // 2:
                good, raw = film.retrieve()
                if good:
                    yield _tidied(raw, longest)
    finally:
        film.release()


def _tidied(bgr: NDArray[np.generic], longest: int) -> Picture:
    rgb = cv2.cvtColor(np.asarray(bgr, np.uint8), cv2.COLOR_BGR2RGB)
    height, width = rgb.shape[:2]
    scale = longest / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(rgb, dtype=np.uint8)


def chance(generator: torch.Generator, low: float, high: float) -> float:
    """One uniform number."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def picked(pictures: Sequence[Picture], generator: torch.Generator) -> Picture:
    """One picture at random."""
    return pictures[int(torch.randint(len(pictures), (), generator=generator))]


def cut(
    picture: Picture, size: int, generator: torch.Generator, reach: tuple[float, float]
) -> Tensor:
    """Cut a square out, sometimes mirrored.

    The shorter side of the whole picture becomes size times a number within reach.
    Returns (1, 3, size, size) float32 0..1 RGB.
    """
    height, width = picture.shape[:2]
    zoom = max(1.0, chance(generator, *reach))
    side = max(8, int(min(height, width) / zoom))
    top = int(torch.randint(height - side + 1, (), generator=generator))
    left = int(torch.randint(width - side + 1, (), generator=generator))
    square = picture[top : top + side, left : left + side]
    how = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    square = np.asarray(cv2.resize(square, (size, size), interpolation=how), np.uint8)
    if chance(generator, 0, 1) < 0.5:
        square = square[:, ::-1]
    tensor = torch.from_numpy(np.ascontiguousarray(square)).permute(2, 0, 1)
    return tensor[None].float() / 255


def varied_style(picture: Picture, size: int, generator: torch.Generator) -> Tensor:
    """Cut a style square and vary it: quarter turns, and half the time new colours.

    Returns (1, 3, size, size) float32 0..1 RGB.
    """
    square = cut(picture, size, generator, (0.8, 3.2))
    turns = int(torch.randint(4, (), generator=generator))
    if turns and chance(generator, 0, 1) < 0.4:
        square = torch.rot90(square, turns, (2, 3))
    dice = chance(generator, 0, 1)
    if dice < 0.2:
        square = square[:, torch.randperm(3, generator=generator)]
    elif dice < 0.55:
        gain = torch.rand((1, 3, 1, 1), generator=generator) * 0.5 + 0.75
        grey = square.mean(1, keepdim=True)
        square = grey + (square - grey) * chance(generator, 0.4, 1.8)
        square = ((square - 0.5) * chance(generator, 0.8, 1.3) + 0.5) * gain
    return square.clamp(0, 1)


def photo(picture: Picture, size: int, generator: torch.Generator) -> Tensor:
    """Cut a content square, with the exposure varied a little.

    Returns (1, 3, size, size) float32 0..1 RGB.
    """
    square = cut(picture, size, generator, (0.6, 3.5))
    square = (square * chance(generator, 0.75, 1.25)).clamp(0, 1)
    return square ** chance(generator, 0.8, 1.25)


def smooth_flow(size: int, generator: torch.Generator, reach: float) -> Tensor:
    """A random smooth sampling grid, within `reach` pixels of staying put.

    Returns (1, size, size, 2) as grid_sample wants it.
    """
    coarse = torch.rand((1, 2, 4, 4), generator=generator) * 2 - 1
    bend = F.interpolate(coarse, (size, size), mode="bicubic", align_corners=True)
    bend = bend.permute(0, 2, 3, 1) * (2 * reach / size)
    axis = (torch.arange(size) + 0.5) * 2 / size - 1
    rows, columns = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack((columns, rows), -1)[None] + bend
