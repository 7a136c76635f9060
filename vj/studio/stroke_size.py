"""Whether larger strokes in the style picture make larger strokes in the painting, as a number.
Called by `vj bench quality`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vj.infer.protocol import Model
from vj.infer.styles import read_style

ZOOMS = (0.5, 2.0)  # of the style picture: `style.size` on stage
COARSEST = 64  # pixels: longer waves are shapes, not strokes


def stroke_growth(model: Model, content: Tensor, styles: Sequence[Path]) -> float:
    """How many times longer the waves of a painting get from half to double `style.size`.

    content: (1, 3, h, w) 0..1, sides multiples of the model's. 1.0 means that the style's size
    does nothing; the geometric mean over the styles.
    """
    growths = []
    for path in styles:
        small, large = (
            wave(model.paint(content, [model.prepare(read_style(path, zoom=zoom))], _WHOLE))
            for zoom in ZOOMS
        )
        growths.append(np.log(large / small))
    return float(np.exp(np.mean(growths)))


def wave(painted: Tensor) -> float:
    """Mean wavelength in pixels of what is finer than COARSEST in a picture (1, 3, h, w)."""
    grey = painted[0].float().cpu().mean(0).numpy()
    window = np.outer(np.hanning(grey.shape[0]), np.hanning(grey.shape[1]))
    power = np.abs(np.fft.rfft2((grey - grey.mean()) * window)) ** 2
    down, right = np.fft.fftfreq(grey.shape[0]), np.fft.rfftfreq(grey.shape[1])
    often = np.hypot(down[:, None], right[None])  # waves per pixel
    fine = often > 1 / COARSEST
    return float(power[fine].sum() / (power[fine] * often[fine]).sum())


_WHOLE = torch.ones(1, 1, 1)
