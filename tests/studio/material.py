"""What a training learns from, small: soft pictures and an encoder that knows nothing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from vj.studio.perceptual import LAYERS

WIDTHS = {"0": (3, 3, 1), "11": (3, 16, 3), "12": (16, 16, 3), "21": (16, 32, 3), "22": (32, 32, 3)}
WIDTHS |= {"31": (32, 64, 3), **dict.fromkeys(("32", "33", "34"), (64, 64, 3)), "41": (64, 128, 3)}


def write_spots(folder: Path, count: int = 2, shape: tuple[int, int] = (80, 90)) -> Path:
    """Write pictures of soft coloured spots, (h, w), into a folder that need not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(1)
    for number in range(count):
        coarse = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
        assert cv2.imwrite(str(folder / f"{number}.png"), picture)
    return folder


def write_encoder(path: Path) -> Path:
    """Write a file of the shape of wct_se_16x_e4.pth."""
    state = {}
    with torch.random.fork_rng():
        torch.manual_seed(2)
        for name in ("0", *LAYERS):
            inputs, outputs, size = WIDTHS[name]
            scale = (2 / (inputs * size * size)) ** 0.5
            state[f"conv{name}.weight"] = torch.randn(outputs, inputs, size, size) * scale
            state[f"conv{name}.bias"] = torch.zeros(outputs)
    torch.save({"model": state}, path)
    return path
