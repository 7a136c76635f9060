"""A network small enough to predict by hand, and the pictures and folders its tests need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vj.infer.protocol import Style

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


class ColourModel:
    """A style is its mean colour; painting lays the weighted colours over the picture."""

    def __init__(self, multiple: int = 8) -> None:
        self.multiple = multiple
        self.prepared = 0
        self.sizes: list[tuple[int, int]] = []

    def prepare(self, image: Tensor) -> Style:
        self.prepared += 1
        return Style("", {"colour": image.mean((0, 2, 3))})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        height, width = content.shape[2:]
        assert height % self.multiple == 0 and width % self.multiple == 0
        assert weights.shape[0] == len(styles)
        self.sizes.append((height, width))
        shares = functional.interpolate(weights[None], (height, width), mode="bilinear")[0]
        colours = torch.stack([style.tensors["colour"] for style in styles])
        laid = torch.einsum("khw,kc->chw", shares, colours)[None]
        return content * (1 - shares.sum(0)) + laid


def write_style(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (48, 64)) -> Path:
    """Write a picture of one RGB colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = np.empty((*size, 3), np.uint8)
    picture[:] = colour[::-1]
    assert cv2.imwrite(str(path), picture)
    return path


def half_person(height: int = 40, width: int = 64, level: int = 100) -> NDArray[np.uint8]:
    """A gray RGBA picture whose left half is the person."""
    pixels = np.full((height, width, 4), level, np.uint8)
    pixels[..., 3] = 0
    pixels[:, : width // 2, 3] = 255
    return pixels
