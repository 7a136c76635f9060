"""Colours kept: statistics of a recoloured style, lightness and colours of a painting."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.infer.colour import kept, recoloured


def test_recoloured_has_the_content_s_colour_statistics() -> None:
    torch.manual_seed(2)
    style, content = torch.rand(1, 3, 40, 50), torch.rand(1, 3, 30, 20)
    content[:, 1] = 0.6 * content[:, 0] + 0.2 * content[:, 1]

    def facts(image: Tensor) -> tuple[Tensor, Tensor]:
        flat = image[0].flatten(1)
        return flat.mean(1), torch.cov(flat)

    made, wanted = facts(recoloured(style, content)), facts(content)
    assert torch.allclose(made[0], wanted[0], atol=1e-5)
    assert torch.allclose(made[1], wanted[1], atol=2e-3)


def test_a_painting_keeps_its_lightness_and_takes_the_colours() -> None:
    seen = np.zeros((8, 8, 4), np.uint8)
    seen[...] = (150, 60, 60, 9)
    painted = np.zeros((8, 8, 4), np.uint8)
    painted[..., 1], painted[..., 3] = np.arange(80, 144).reshape(8, 8), 200

    def parts(pixels: np.ndarray) -> np.ndarray:
        return cv2.cvtColor(pixels[..., :3], cv2.COLOR_RGB2YCrCb).astype(int)

    whole = kept(painted, seen)
    assert (whole[..., 3] == 200).all()
    assert np.abs(parts(whole)[..., 0] - parts(painted)[..., 0]).max() <= 2
    assert np.abs(parts(whole)[..., 1:] - parts(seen)[..., 1:]).max() <= 2
    half = parts(kept(painted, seen, 0.5))[..., 1:]
    between = (parts(painted)[..., 1:] + parts(seen)[..., 1:]) / 2
    assert np.abs(half - between).max() <= 3
    assert kept(painted, seen, 0.0) is painted
