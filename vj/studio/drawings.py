"""Drawings for training, with every knob of the live edges chain somewhere at random.
Made by vj.studio.sketchbook for batches; `vj.infer.edges` does the drawing, as it does live.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from vj.infer import edges
from vj.infer.edges import Settings

Picture = NDArray[np.uint8]  # (h, w, 3) RGB


@dataclass(frozen=True, slots=True)
class Hand:
    """How one drawing is made: the chain's settings and what memory and paper add to it."""

    settings: Settings
    difference: int = 0  # pixels: drawn from what a shift of this much changes, 0 is off
    trail: float = 0.0  # how much of an older drawing stays
    trail_shift: tuple[int, int] = (0, 0)
    negative: bool = False  # black on white instead of white on black


def random_hand(dice: Generator) -> Hand:
    """Choose settings as a player would: mostly lines, often the pen, sometimes only tones."""
    kind = dice.random()
    if kind < 0.55:
        chosen = _lines(dice)
    elif kind < 0.8:
        chosen = _pen(dice)
    elif kind < 0.9:
        chosen = _lines_of_pen(dice)
    else:
        chosen = _tones(dice)
    return Hand(
        settings=chosen,
        difference=int(dice.integers(1, 9)) if dice.random() < 0.04 else 0,
        trail=float(dice.uniform(0.2, 1.0)) if dice.random() < 0.1 else 0.0,
        trail_shift=(int(dice.integers(-6, 7)), int(dice.integers(-6, 7))),
        negative=dice.random() < 0.25,
    )


def draw(rgb: Picture, hand: Hand) -> Picture:
    """Draw a picture (h, w, 3) uint8 RGB by a hand; returns the same shape."""
    source = rgb
    if hand.difference:
        moved = np.roll(rgb, hand.difference, axis=1)
        source = np.asarray(cv2.absdiff(rgb, moved), np.uint8)
    drawing = edges.process(source, hand.settings)
    if hand.trail:
        older = np.roll(drawing, hand.trail_shift, axis=(0, 1))
        drawing = np.asarray(cv2.addWeighted(drawing, 1.0, older, hand.trail, 0.0), np.uint8)
    whole = edges.binary(drawing, hand.settings.post_thresh)
    drawing = np.asarray(whole, np.uint8)
    if hand.negative:
        drawing = np.asarray(cv2.bitwise_not(drawing), np.uint8)
    if drawing.ndim == 2:
        drawing = np.asarray(cv2.cvtColor(drawing, cv2.COLOR_GRAY2RGB), np.uint8)
    return drawing


def noisy(rgb: Picture, dice: Generator) -> Picture:
    """Add what a camera's sensor adds from one picture to the next, to (h, w, 3) uint8."""
    noise = dice.standard_normal(rgb.shape, np.float32) * np.float32(dice.uniform(0.5, 4.0))
    return np.asarray(np.clip(rgb + noise, 0, 255), np.uint8)


def _lines(dice: Generator) -> Settings:
    low, high = 1, 10  # the chain's own defaults, which it is most often left at
    if dice.random() < 0.75:
        high = round(_spread(dice, 8, 255))
        low = round(high * dice.uniform(0.05, 1.0))
    return Settings(
        pre_blur=_rarely(dice, 0.3, 8),
        pre_median=_median(dice),
        pre_thresh=_rarely(dice, 0.08, 160),
        canny_low=low,
        canny_high=high,
        post_blur=_rarely(dice, 0.15, 6),
        post_thresh=_rarely(dice, 0.05, 120),
    )


def _pen(dice: Generator) -> Settings:
    return Settings(
        pre_blur=_rarely(dice, 0.4, 6),
        pre_median=_median(dice),
        adaptive_thresh=True,
        adaptive_thresh_block=round(_spread(dice, 1, 100)),
        adaptive_thresh_c=round(dice.uniform(-3, 10)),
        invert=dice.random() < 0.4,
        canny=False,
        post_blur=_rarely(dice, 0.2, 6),
    )


def _lines_of_pen(dice: Generator) -> Settings:
    return Settings(
        pre_median=_median(dice),
        adaptive_thresh=True,
        adaptive_thresh_block=round(_spread(dice, 1, 60)),
        adaptive_thresh_c=round(dice.uniform(-2, 8)),
        canny=True,
        canny_low=round(_spread(dice, 1, 255)),
        canny_high=round(_spread(dice, 10, 255)),
        post_blur=_rarely(dice, 0.2, 5),
    )


def _tones(dice: Generator) -> Settings:
    return Settings(
        grayscale=dice.random() < 0.5,
        pre_blur=_rarely(dice, 0.6, 12),
        pre_median=_median(dice) if dice.random() < 0.7 else 0,
        pre_thresh=_rarely(dice, 0.6, 200),
        invert=dice.random() < 0.3,
        canny=False,
        post_thresh=_rarely(dice, 0.5, 220),
    )


def _median(dice: Generator) -> int:
    kind = dice.random()
    if kind < 0.15:
        return 0
    if kind < 0.45:
        return 1
    return round(_spread(dice, 1, 8 if kind < 0.85 else 50))


def _rarely(dice: Generator, how_often: float, most: int) -> int:
    return round(_spread(dice, 1, most)) if dice.random() < how_often else 0


def _spread(dice: Generator, low: float, high: float) -> float:
    """A number whose logarithm is evenly spread, so that small settings are as frequent."""
    return math.exp(dice.uniform(math.log(low), math.log(high)))
