"""Finders that are easy to predict, and rooms with a bright disc for a person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 180, 320
SIDE = 64


class Bright:
    """Takes what is bright for a person: log odds of 8 and -8, on a square of SIDE."""

    def __init__(self) -> None:
        self.looks = 0

    def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.looks += 1
        small = cv2.resize(pixels[..., 0], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return np.where(small > 140, 8.0, -8.0).astype(np.float32)


def picture(x: int | None, noise: float = 2.0, seed: int = 0) -> NDArray[np.uint8]:
    """A dim, textured room, and somebody bright and textured at x."""
    random = np.random.default_rng(5)
    tiles = random.integers(40, 90, (12, 20)).astype(np.float32)
    room = cv2.resize(tiles, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    if x is not None:
        cloth = random.integers(190, 250, (10, 10)).astype(np.float32)
        cloth = cv2.resize(cloth, (80, 80), interpolation=cv2.INTER_CUBIC)
        mask = disc(40, 80, 80, 40)
        left = x - 40
        room[50:130, left : left + 80][mask] = cloth[mask]
    room += np.random.default_rng(seed).normal(0, noise, room.shape).astype(np.float32)
    out = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    out[..., :3] = room.clip(0, 255)[..., None]
    return out


def disc(x: int, height: int = HEIGHT, width: int = WIDTH, y: int = 90) -> NDArray[np.bool_]:
    """Where somebody at x is."""
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (x, y), 38, 255, -1)
    return mask > 0


def overlap(matte: NDArray[np.uint8], truth: NDArray[np.bool_]) -> float:
    """Intersection over union of a matte and the true shape."""
    found = matte > 127
    return float(np.sum(found & truth) / max(1, np.sum(found | truth)))
