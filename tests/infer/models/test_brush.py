"""The brush keeps the model contract: shapes, strength, one pass for any mixture."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.brush_network import SIZES, Brush, Mixture, Widths, widths_of
from vj.infer.layout import gathered, spread
from vj.infer.load import load_model
from vj.infer.models.brush import BrushModel
from vj.infer.protocol import Style
from vj.infer.styles import read_style
from vj.studio.quality import lattice


@pytest.fixture(scope="module")
def model() -> BrushModel:
    """An untrained brush whose styles differ strongly, so that mixing shows."""
    torch.manual_seed(3)
    network = Brush(Widths())
    with torch.no_grad():
        last = network.style.mlp[-1]
        last.weight.mul_(20)
    return BrushModel(network, "cpu", torch.float32)


@pytest.fixture(scope="module")
def styles(model: BrushModel) -> list[Style]:
    torch.manual_seed(4)
    return [model.prepare(torch.rand(1, 3, 40 + 30 * n, 90) ** (n + 1)) for n in range(4)]


def picture(height: int, width: int) -> Tensor:
    torch.manual_seed(5)
    coarse = torch.rand(1, 3, 6, 6)
    return torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 1)


@pytest.mark.parametrize("size", [(16, 16), (40, 72), (360, 640), (136, 104)])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_shape_and_range(
    model: BrushModel, styles: list[Style], size: tuple[int, int], count: int
) -> None:
    weights = torch.full((count, 1, 1), 1 / count)
    painted = model.paint(picture(*size), styles[:count], weights)
    assert painted.shape == (1, 3, *size)
    assert painted.dtype == torch.float32
    assert bool(torch.isfinite(painted).all())
    assert float(painted.min()) >= 0
    assert float(painted.max()) <= 1


def test_weights_of_zero_give_the_picture_back(model: BrushModel, styles: list[Style]) -> None:
    content = picture(64, 96)
    for shape in ((2, 1, 1), (2, 16, 24)):
        assert torch.equal(model.paint(content, styles[:2], torch.zeros(shape)), content)
    assert torch.equal(model.paint(content, [], torch.zeros(0, 1, 1)), content)


def test_weights_of_zero_in_one_half_leave_that_half(
    model: BrushModel, styles: list[Style]
) -> None:
    content = picture(64, 96)
    weights = torch.zeros(1, 16, 24)
    weights[..., 12:] = 1
    painted = model.paint(content, styles[:1], weights)
    assert torch.equal(painted[..., :44], content[..., :44])
    assert float((painted[..., 56:] - content[..., 56:]).abs().mean()) > 0.02


def test_equal_maps_are_the_uniform_mixture(model: BrushModel, styles: list[Style]) -> None:
    content = picture(64, 96)
    uniform = model.paint(content, styles[:3], torch.tensor([0.5, 0.2, 0.3]).view(3, 1, 1))
    maps = torch.tensor([0.5, 0.2, 0.3]).view(3, 1, 1).expand(3, 7, 5)
    assert torch.allclose(model.paint(content, styles[:3], maps), uniform, atol=1e-4)


def test_two_styles_side_by_side_each_paint_their_half(
    model: BrushModel, styles: list[Style]
) -> None:
    content = picture(64, 192)
    maps = torch.zeros(2, 16, 48)
    maps[0, :, :24], maps[1, :, 24:] = 1, 1
    both = model.paint(content, styles[:2], maps)
    left, right = (model.paint(content, [s], torch.ones(1, 1, 1)) for s in styles[:2])

    def gap(a: Tensor, b: Tensor) -> float:
        return float((a - b).abs().mean())

    assert gap(both[..., :64], left[..., :64]) < gap(both[..., :64], right[..., :64])
    assert gap(both[..., 128:], right[..., 128:]) < gap(both[..., 128:], left[..., 128:])


def test_prepare_is_deterministic_and_small(model: BrushModel) -> None:
    image = picture(120, 77)
    first, second = (model.prepare(image).tensors["vector"] for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == (1, Widths().vector) and Widths().vector <= 4000


def test_strength_moves_smoothly_and_evenly(root: Path) -> None:
    shipped = load_model(read_card(root / "checkpoints" / "brush.yaml"), "cpu")
    style = shipped.prepare(read_style(root / "styles" / "neon-grid.jpg"))
    content = picture(96, 128)
    shipped.paint(content, [style], torch.full((1, 1, 1), 0.5))  # settles its own vector
    steps = [shipped.paint(content, [style], torch.full((1, 1, 1), n / 64)) for n in range(65)]
    jumps = [float((b - a).abs().mean()) * 255 for a, b in itertools.pairwise(steps)]
    assert max(jumps) < 2
    assert min(jumps) > 0.3 * max(jumps)


def test_batch_and_single_picture_agree() -> None:
    """Training runs several pictures at once through another kernel than the show does."""
    torch.manual_seed(6)
    painter = Brush(Widths()).painter.eval()
    content = picture(32, 48)
    codes = torch.randn(2, Widths().vector) * 0.2
    with torch.inference_mode():
        both = painter(content.expand(2, -1, -1, -1), Mixture(codes))
        one = painter(content, Mixture(codes[1:]))
    assert torch.allclose(both[1:], one, atol=1e-4)


def test_spread_undoes_gathered() -> None:
    x = torch.rand(2, 3, 8, 12)
    packed = gathered(x, 4)
    assert packed.shape == (2, 48, 2, 3)
    assert torch.equal(packed[0, 3:6, 1, 2], x[0, :, 4, 9])
    assert torch.equal(spread(packed, 4), x)


def test_foreign_weights_are_a_user_error(tmp_path: Path) -> None:
    card = Card(name="brush", folder=str(tmp_path), model="brush", weights="none.safetensors")
    with pytest.raises(UserError, match=r"none\.safetensors"):
        load_model(card, "cpu")


def test_the_shipped_brush_paints_in_the_plates_colours(root: Path) -> None:
    """The checkpoint is trained: a red plate gives a redder picture than a blue one."""
    model = load_model(read_card(root / "checkpoints" / "brush.yaml"), "cpu")
    content = picture(96, 128)
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    ink = torch.nn.functional.interpolate(noise, (256, 256), mode="bilinear")
    red, blue = (ink * torch.tensor(c).view(1, 3, 1, 1) for c in ([1, 0.2, 0.1], [0.1, 0.2, 1]))
    means = [
        model.paint(content, [model.prepare(plate)], torch.ones(1, 1, 1)).mean((0, 2, 3))
        for plate in (red, blue)
    ]
    assert float(means[0][0] - means[0][2]) > 0.15
    assert float(means[1][2] - means[1][0]) > 0.15


def test_the_shipped_brush_leaves_a_grey_wall_grey(root: Path) -> None:
    """Twelve norms made a lattice 24 dB high, ten grey levels deep, of rounding errors."""
    model = load_model(read_card(root / "checkpoints" / "brush.yaml"), "cpu")
    flat = torch.full((1, 3, 256, 256), 0.5)
    for name in ("stained-glass", "neon-grid", "ink-wash"):
        style = model.prepare(read_style(root / "styles" / f"{name}.jpg"))
        painted = model.paint(flat, [style], torch.ones(1, 1, 1))
        assert lattice(painted) <= 3
        assert float(painted[:, :, 32:-32, 32:-32].std((2, 3)).max()) < 0.5 / 255


def test_a_flat_picture_stays_flat() -> None:
    """An early checkpoint laid a lattice of every second pixel over flat walls."""
    torch.manual_seed(7)
    painter = Brush(Widths()).painter.eval()
    with torch.no_grad():
        painter.full.conv.weight.add_(torch.randn_like(painter.full.conv.weight) * 0.2)
        painter.tie()
        painted = painter(torch.full((1, 3, 64, 64), 0.6), Mixture(torch.zeros(1, Widths().vector)))
    assert float(painted.std((2, 3)).max()) < 1e-3


@pytest.mark.parametrize("size", SIZES)
def test_a_file_says_how_wide_it_is(size: str) -> None:
    network = Brush(SIZES[size])
    assert widths_of(network.state_dict()) == SIZES[size]
    plain = Mixture(torch.zeros(1, SIZES[size].vector))
    assert network.painter(torch.rand(1, 3, 32, 40), plain).shape == (1, 3, 32, 40)


def test_other_weights_are_not_taken_for_a_brush() -> None:
    with pytest.raises(UserError, match=r"not the weights of a brush.*painter\.stem"):
        widths_of({"conv1.weight": torch.zeros(3)})
