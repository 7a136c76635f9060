"""A brush made wider paints what it painted, and its copies part as soon as they learn."""

from __future__ import annotations

import pytest
import safetensors.torch
import torch

from vj.core.errors import UserError
from vj.core.gig import STARTER
from vj.infer.brush_network import SIZES, Brush, Mixture, Widths, widths_of
from vj.studio.brush_widen import widened

SMALL = Widths(quarter=8, eighth=12, half=8, blocks=2)
LARGE = Widths(quarter=20, eighth=29, half=12, blocks=4)


def brush(widths: Widths, tensors: dict[str, torch.Tensor] | None = None) -> Brush:
    """Make a brush, by chance or of given weights."""
    torch.manual_seed(3)
    made = Brush(widths)
    if tensors is not None:
        made.load_state_dict(tensors)
    return made


def painted(network: Brush, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Paint a fixed picture in a fixed style, the painter computing in a dtype."""
    dice = torch.Generator().manual_seed(4)
    photo, plate = torch.rand(2, 1, 3, 64, 96, generator=dice)
    with torch.no_grad():
        vector = network.style(plate)
        painter = network.painter.to(dtype)
        out: torch.Tensor = painter(photo.to(dtype), Mixture(vector.to(dtype))).float()
    return out


def test_the_wider_brush_paints_the_same() -> None:
    narrow = brush(SMALL)
    wide = brush(LARGE, widened(narrow.state_dict(), LARGE))
    assert float((painted(narrow) - painted(wide)).abs().max()) < 1e-4
    assert float(painted(narrow).std()) > 0.01


def test_the_same_widths_give_the_same_weights() -> None:
    narrow = brush(SMALL).state_dict()
    for name, value in widened(narrow, SMALL).items():
        assert torch.equal(value, narrow[name]), name


def test_the_shipped_brush_grows_to_the_large_size_in_every_number_format() -> None:
    tensors = safetensors.torch.load_file(STARTER / "checkpoints" / "brush.safetensors")
    exact = {name: value.float() for name, value in tensors.items()}
    shipped = painted(brush(widths_of(tensors), exact))
    wide = brush(SIZES["brush-xl"], widened(tensors, SIZES["brush-xl"]))
    for dtype, close in ((torch.float32, 1e-4), (torch.bfloat16, 0.02), (torch.float16, 0.005)):
        found = painted(wide, dtype)
        assert bool(torch.isfinite(found).all())
        assert float((shipped - found).abs().mean()) < close, dtype


def test_copies_are_told_apart_by_what_they_learn() -> None:
    wide = brush(LARGE, widened(brush(SMALL).state_dict(), LARGE))
    photo, plate = torch.rand(2, 1, 3, 32, 32)
    wide.painter(photo, Mixture(wide.style(plate))).square().mean().backward()
    grad = wide.painter.stem.conv.weight.grad
    assert grad is not None
    assert len({round(float(row.norm()), 9) for row in grad}) == LARGE.quarter


def test_a_narrower_brush_is_refused() -> None:
    with pytest.raises(UserError, match="wider"):
        widened(brush(LARGE).state_dict(), SMALL)
