"""Pictures and films into side-by-side pairs [picture | drawing], as pix2pix learns from.
Called by `vj pairs`; `vj train pix2pix --pairs` and the trainers of other projects read them.

Source: memo/webcam-pix2pix-tensorflow, preprocess.py (MIT): square by stretching or cropping, one
flat folder, names that keep the folder's. Lines are drawn by the live chain, so from the luma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from vj.infer import edges
from vj.infer.edges import Settings
from vj.studio.drawings import Hand, Picture, draw
from vj.studio.pages import Say, Tally, walk, write

STRENGTHS = (0.3, 0.6, 1.0, 1.5, 2.2)  # of Canny's thresholds, for soft lines


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a pair is made."""

    size: int = 256  # pixels, each half is a square
    crop: bool = False  # cut the middle square out instead of stretching
    hand: Hand = field(
        default_factory=lambda: Hand(Settings(pre_median=0, canny_low=100, canny_high=200))
    )
    soft: bool = False  # lines as bright as they are strong
    every: int = 25  # of a film's pictures


def make_pairs(
    inputs: Sequence[Path], out: Path, wanted: Wanted, say: Say, force: bool = False
) -> Tally:
    """Write a pair for every picture, and for every n-th of a film, at or below the inputs.

    Pairs that are there already are kept unless forced; a file that fails is left out.
    Raises: UserError when inputs are missing or hold nothing.
    """

    def target(title: str) -> Path:
        return out / f"{title}.jpg"

    return walk(
        inputs,
        out,
        wanted.every,
        say,
        lambda title: target(title).exists() and not force,
        lambda picture, title: write(pair(picture, wanted), target(title)),
    )


def pair(picture: Picture, wanted: Wanted) -> Picture:
    """Put a picture (h, w, 3) uint8 RGB and its drawing side by side: (size, 2 size, 3)."""
    whole = squared(picture, wanted.size, wanted.crop)
    drawing = _softly(whole, wanted.hand) if wanted.soft else draw(whole, wanted.hand)
    return np.concatenate((whole, drawing), axis=1)


def squared(picture: Picture, size: int, crop: bool) -> Picture:
    """Stretch a picture (h, w, 3) into a square, or cut its middle square out first."""
    height, width = picture.shape[:2]
    side = min(height, width)
    if crop:
        top, left = (height - side) // 2, (width - side) // 2
        picture = picture[top : top + side, left : left + side]
    how = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size, size), interpolation=how), np.uint8)


def _softly(picture: Picture, hand: Hand) -> Picture:
    """Draw lines that are the brighter the higher a threshold they still pass."""
    calm = edges.median(edges.blur(picture, hand.settings.pre_blur), hand.settings.pre_median)
    low, high = hand.settings.canny_low, hand.settings.canny_high
    grey = edges.gray(calm)
    layers = [cv2.Canny(grey, low * much, high * much) for much in STRENGTHS]
    mean = np.asarray(np.mean(layers, axis=0), np.float32)
    lines = cv2.GaussianBlur(mean, (3, 3), 0) * 2  # as bright in the middle as before
    drawing = edges.blur(np.asarray(np.clip(lines, 0, 255), np.uint8), hand.settings.post_blur)
    if hand.negative:
        drawing = np.asarray(cv2.bitwise_not(drawing), np.uint8)
    return np.asarray(cv2.cvtColor(drawing, cv2.COLOR_GRAY2RGB), np.uint8)
