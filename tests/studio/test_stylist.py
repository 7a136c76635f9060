"""The stylist: strokes, neon and ink do what they are named for, everywhere in range."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vj.studio.stylist import FILTERS, blurred, flattened, luma, repainted

VECTORS = torch.zeros(1, 4)


def photo(seed: int = 1, side: int = 64) -> Tensor:
    """Soft coloured spots with a bright box."""
    dice = torch.Generator().manual_seed(seed)
    spots = torch.rand(1, 3, 6, 6, generator=dice)
    picture = torch.nn.functional.interpolate(spots, (side, side), mode="bicubic").clamp(0, 1)
    picture[..., side // 4 : side // 2, side // 4 : side // 2] = 0.95
    return picture


def as_it_is(pictures: Tensor, vectors: Tensor) -> Tensor:
    return pictures


def dark_red(pictures: Tensor, vectors: Tensor) -> Tensor:
    return pictures * pictures.new_tensor((0.6, 0.1, 0.1)).view(1, 3, 1, 1)


@pytest.mark.parametrize("word", FILTERS)
def test_pictures_keep_their_size_and_range(word: str) -> None:
    photos = torch.cat((photo(1), photo(2), torch.zeros(1, 3, 64, 64), torch.ones(1, 3, 64, 64)))
    painted = repainted(photos, VECTORS, as_it_is, word)
    assert painted.shape == photos.shape
    assert torch.isfinite(painted).all()
    assert torch.equal(painted, painted.clamp(0, 1))
    # each picture for itself, whatever else is in the batch
    assert torch.allclose(painted[1:2], repainted(photo(2), VECTORS, as_it_is, word), atol=1e-5)


@pytest.mark.parametrize("word", FILTERS)
def test_the_palette_of_the_brush_shows(word: str) -> None:
    plain, red = (repainted(photo(), VECTORS, paint, word) for paint in (as_it_is, dark_red))
    redness = [float((p[:, 0] - p[:, 1:].mean(1)).mean()) for p in (plain, red)]
    assert redness[1] > redness[0] + 0.02


def test_neon_is_dark_with_light_along_the_contours() -> None:
    painted = luma(repainted(photo(), VECTORS, dark_red, "neon"))[0, 0]
    assert float(painted[12:20, 20:28].mean()) > 2 * float(painted[22:26, 22:26].mean())
    assert float(painted.median()) < 0.4


def test_ink_has_paper_and_black_lines() -> None:
    grey = torch.full((1, 3, 64, 64), 0.7)
    grey[..., 26:38, :] = 0.1
    painted = repainted(grey, VECTORS, as_it_is, "ink")
    paper, line = painted[0, :, 10, 30], painted[0, :, 32, 30]
    assert float(paper.mean()) > 0.7 and float(line.mean()) < 0.2
    assert float(paper[0]) > float(paper[2]), "paper is warm"


def test_flattened_keeps_borders_and_loses_noise() -> None:
    dice = torch.Generator().manual_seed(3)
    step = torch.zeros(1, 3, 40, 40)
    step[..., 20:] = 1
    noise = 0.1 * torch.randn(1, 3, 40, 40, generator=dice)
    calm = flattened(step + noise, 3)
    assert float((calm - step)[..., :14].std()) < 0.5 * float(noise.std())
    width = ((calm.mean((0, 1, 2)) > 0.15) & (calm.mean((0, 1, 2)) < 0.85)).sum()
    assert int(width) <= 2
    assert torch.allclose(flattened(step * 0 + 0.4, 3), step * 0 + 0.4, atol=1e-6)


def test_a_blur_spreads_light_and_keeps_its_sum() -> None:
    spot = torch.zeros(1, 1, 41, 41)
    spot[..., 20, 20] = 1
    soft = blurred(spot, 2.0)
    assert float(soft.sum()) == pytest.approx(1, abs=1e-5)
    axis = torch.arange(41) - 20
    spread = float((soft[0, 0].sum(0) * axis.square()).sum()) ** 0.5
    assert spread == pytest.approx(2, rel=0.06)
    assert torch.allclose(blurred(torch.ones(2, 3, 9, 9), 1.5), torch.ones(2, 3, 9, 9), atol=1e-6)


def test_brightness_is_that_of_the_eye() -> None:
    colours = torch.eye(3).view(3, 3, 1, 1)
    assert luma(colours).flatten().tolist() == pytest.approx([0.299, 0.587, 0.114])
