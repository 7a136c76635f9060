"""Networks of the right shape that were never trained, and pictures to judge with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

SMALL = {"0": (3, 3, 1), "11": (3, 16, 3), "12": (16, 16, 3), "21": (16, 32, 3), "22": (32, 32, 3)}
SMALL |= {"31": (32, 64, 3), **dict.fromkeys(("32", "33", "34"), (64, 64, 3)), "41": (64, 128, 3)}


def random_convs(shapes: Mapping[str, tuple[int, int, int]]) -> dict[str, Tensor]:
    """Weights that keep the size of what goes through; name -> (inputs, outputs, kernel)."""
    torch.manual_seed(2)
    state = {}
    for name, (inputs, outputs, size) in shapes.items():
        scale = (2 / (inputs * size * size)) ** 0.5
        state[f"{name}.weight"] = torch.randn(outputs, inputs, size, size) * scale
        state[f"{name}.bias"] = torch.zeros(outputs)
    return state


def write_small_encoder(path: Path) -> Path:
    """Write a file like wct_se_16x_e4.pth."""
    convs = {f"conv{name}": shape for name, shape in SMALL.items()}
    convs |= {
        f"conv{name}_aux": (SMALL[name][1], wide, 1)
        for name, wide in (("11", 64), ("21", 128), ("31", 256), ("41", 512))
    }
    torch.save({"model": random_convs(convs)}, path)
    return path


def write_pictures(folder: Path, count: int, size: tuple[int, int] = (90, 80)) -> Path:
    """Write a folder of soft random pictures of (width, height)."""
    folder.mkdir()
    chance = np.random.default_rng(1)
    for number in range(count):
        coarse = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    return folder
