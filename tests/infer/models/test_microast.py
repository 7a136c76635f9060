"""MicroAST: its facts with the public weights, its manners with random ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import read_card
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model
from vj.infer.models.microast import MicroAST, Network, spots
from vj.infer.protocol import Model
from vj.infer.styles import read_style


@pytest.fixture
def tiny() -> MicroAST:
    torch.manual_seed(0)
    return MicroAST(Network(), "cpu", torch.float32)


@pytest.fixture(scope="module")
def public(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    files = sorted((shared_data / "weights" / "microast").glob("*.tar"))
    card = import_weights(files, "microast", "microast", tmp_path_factory.mktemp("checkpoints"))
    return load_model(read_card(card), "cpu")


@pytest.fixture(scope="module")
def photo(shared_data: Path) -> Tensor:
    """(1, 3, 192, 256) of a real photograph."""
    path = sorted((shared_data / "photos" / "kodak").glob("*.*g"))[0]
    return functional.interpolate(read_style(path, 192), (192, 256), mode="area")


@pytest.fixture(scope="module")
def paintings(shared_data: Path) -> list[Tensor]:
    folder = shared_data / "styles" / "public_domain_256"
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png"))
    return [read_style(path, 256) for path in paths[:2]]


def uniform(*shares: float) -> Tensor:
    return torch.tensor(shares)[:, None, None]


def apart(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().mean())


def official(network: Network, content: Tensor, style: Tensor) -> Tensor:
    """The published forward pass at alpha 1, written from its description."""

    def adain(x: Tensor, other: Tensor) -> Tensor:
        scaled = (x - x.mean((2, 3), True)) / (x.var((2, 3), keepdim=True) + 1e-5).sqrt()
        return scaled * (other.var((2, 3), keepdim=True) + 1e-5).sqrt() + other.mean((2, 3), True)

    s1, s2 = network.style_encoder(style)
    m = network.modulator
    w1, b1, w2, b2 = (
        part(x).mean((2, 3), True)
        for part, x in ((m.weight1, s1), (m.bias1, s1), (m.weight2, s2), (m.bias2, s2))
    )
    _, y = network.content_encoder(content)
    for block, other, w, b in (
        (network.decoder.dec1, s2, w2, b2),
        (network.decoder.dec2, s1, w1, b1),
    ):
        y = adain(y, other)
        inner = functional.relu(w * block.conv1(y) + b * y)
        y = y + w * block.conv2(inner) + b * inner
    result: Tensor = network.decoder.dec3(y)
    return result.clamp(0, 1)


def test_one_style_is_the_published_forward_pass(tiny: MicroAST) -> None:
    content, style = torch.rand(1, 3, 64, 96), torch.rand(1, 3, 80, 72)
    with torch.inference_mode():
        wanted = official(tiny.network, content, style)
    got = tiny.paint(content, [tiny.prepare(style)], uniform(1.0))
    assert torch.allclose(got, wanted, atol=2e-3)


def test_a_style_is_512_numbers(tiny: MicroAST) -> None:
    style = tiny.prepare(torch.rand(1, 3, 64, 64))
    assert sum(t.numel() for t in style.tensors.values()) == 512


def test_weights_of_zero_give_the_picture_back_exactly(tiny: MicroAST) -> None:
    content = torch.rand(1, 3, 32, 32)
    style = tiny.prepare(torch.rand(1, 3, 48, 48))
    assert torch.equal(tiny.paint(content, [style], torch.zeros(1, 8, 8)), content)
    half = torch.zeros(1, 8, 8)
    half[:, :, :4] = 1
    assert torch.equal(tiny.paint(content, [style], half)[..., -8:], content[..., -8:])


def test_a_map_that_is_the_same_everywhere_is_the_uniform_mixture(tiny: MicroAST) -> None:
    content = torch.rand(1, 3, 64, 64)
    styles = [tiny.prepare(torch.rand(1, 3, 64, 64)), tiny.prepare(torch.rand(1, 3, 64, 64) ** 3)]
    flat = tiny.paint(content, styles, uniform(0.3, 0.7))
    mapped = tiny.paint(content, styles, uniform(0.3, 0.7).expand(2, 5, 7))
    assert torch.allclose(flat, mapped, atol=1e-4)


def test_two_halves_look_like_their_styles(
    public: Model, photo: Tensor, paintings: list[Tensor]
) -> None:
    styles = [public.prepare(image) for image in paintings]
    first, second = (public.paint(photo, [style], uniform(1.0)) for style in styles)
    split = torch.zeros(2, 48, 64)
    split[0, :, :32], split[1, :, 32:] = 1, 1
    both = public.paint(photo, styles, split)
    left, right = (..., slice(0, 96)), (..., slice(160, 256))
    assert apart(both[left], first[left]) < 0.5 * apart(both[left], second[left])
    assert apart(both[right], second[right]) < 0.5 * apart(both[right], first[right])


def test_a_quiet_style_beside_a_loud_one_keeps_its_contrast(
    public: Model, photo: Tensor, root: Path
) -> None:
    """Normed by the whole picture, charcoal beside neon faded to a flat wash of one colour."""
    names = ("charcoal-hatching", "neon-grid")
    styles = [public.prepare(read_style(root / "styles" / f"{name}.jpg", 384)) for name in names]
    quiet, loud = (public.paint(photo, [style], uniform(1.0)) for style in styles)
    for half in (slice(0, 32), slice(32, 64)):
        maps = torch.zeros(2, 48, 64)
        maps[0, :, half] = 1
        maps[1] = 1 - maps[0]
        wanted = torch.lerp(loud, quiet, functional.interpolate(maps[None, :1], photo.shape[2:]))
        both = public.paint(photo, styles, maps)
        inside = (..., slice(4 * half.start + 16, 4 * half.stop - 16))
        assert float(both[inside].std() / wanted[inside].std()) == pytest.approx(1, abs=0.15)
        assert apart(both, wanted) < 0.05


@pytest.mark.parametrize("size", [(8, 8), (16, 48), (100, 36)])
def test_small_pictures_have_regions_too(tiny: MicroAST, size: tuple[int, int]) -> None:
    styles = [tiny.prepare(torch.rand(1, 3, 64, 64)) for _ in range(2)]
    maps = torch.rand(2, *size)
    painted = tiny.paint(torch.rand(1, 3, *size), styles, maps / maps.sum(0))
    assert painted.shape == (1, 3, *size) and bool(torch.isfinite(painted).all())


def test_tiles_reach_from_rim_to_rim_without_leaving() -> None:
    for height, width in ((2, 2), (12, 13), (90, 160), (270, 480)):
        seen = torch.zeros(height, width)
        for spot in spots(height, width):
            seen[spot] += 1
        corners = seen[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert bool((corners > 0).all()), (height, width)
        assert len(set(map(str, spots(height, width)))) == len(spots(height, width)) <= 15


def test_the_style_s_colours_come_and_strength_leads_there(
    public: Model, photo: Tensor, paintings: list[Tensor]
) -> None:
    style = public.prepare(paintings[0])
    steps = [public.paint(photo, [style], uniform(s)) for s in (0.0, 0.1, 0.4, 0.7, 1.0)]
    ways = [apart(step, photo) for step in steps]
    assert ways[0] == 0 and ways == sorted(ways) and ways[-1] > 0.04
    assert ways[1] < 0.25 * ways[-1]
    colour = paintings[0].mean((2, 3))
    assert apart(steps[-1].mean((2, 3)), colour) < apart(photo.mean((2, 3)), colour)


def test_what_was_painted_keeps_the_picture_s_contours(
    public: Model, photo: Tensor, paintings: list[Tensor]
) -> None:
    painted = public.paint(photo, [public.prepare(paintings[0])], uniform(1.0))
    assert painted.shape == photo.shape and painted.dtype == torch.float32
    assert float(painted.min()) >= 0 and float(painted.max()) <= 1

    def contours(image: Tensor) -> Tensor:
        gray = cv2.GaussianBlur(image.mean(1)[0].numpy(), (0, 0), 2)
        edges = cv2.magnitude(cv2.Sobel(gray, 5, 1, 0), cv2.Sobel(gray, 5, 0, 1))
        return torch.from_numpy(edges).flatten()

    both = torch.corrcoef(torch.stack([contours(photo), contours(painted)]))
    assert both[0, 1] > 0.5
