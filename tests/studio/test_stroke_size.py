"""Stroke size is read from what is painted: ignoring the style picture's size is a growth of 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from vj.infer.protocol import Style
from vj.studio.stroke_size import stroke_growth, wave


class Copier:
    """Paints the style picture itself, or the content."""

    multiple = 1

    def __init__(self, style: bool) -> None:
        self._style = style

    def prepare(self, image: Tensor) -> Style:
        """Keep the picture."""
        return Style("", {"image": image})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Show it."""
        return styles[0].tensors["image"] if self._style else content


def stripes(period: float) -> np.ndarray:
    """Soft stripes of a period in pixels, (256, 256, 3) uint8."""
    line = 127 + 100 * np.sin(2 * np.pi * np.arange(256) / period)
    return np.repeat(np.tile(line, (256, 1))[..., None], 3, 2).astype(np.uint8)


@pytest.mark.parametrize("period", [8, 16])
def test_a_wave_is_as_long_as_it_is(period: int) -> None:
    picture = torch.from_numpy(stripes(period)).permute(2, 0, 1)[None].float() / 255
    assert wave(picture) == pytest.approx(period, rel=0.1)


def test_growth_is_that_of_the_painting(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "s.png"), stripes(12))
    content = torch.rand(1, 3, 64, 64)
    files = [tmp_path / "s.png"]
    assert stroke_growth(Copier(True), content, files) == pytest.approx(4, rel=0.2)
    assert stroke_growth(Copier(False), content, files) == pytest.approx(1)
