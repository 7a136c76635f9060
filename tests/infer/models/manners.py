"""The manners every network that blends styles inside must have, and material to try them on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import read_card
from vj.infer import vgg
from vj.infer.import_vgg import AVATAR_DECODER, AVATAR_ENCODER, DECODER, NORMALISED
from vj.infer.load import load_model
from vj.infer.protocol import Model, Style
from vj.infer.shares import Shares
from vj.infer.styles import read_style

SMALL = "collab_distill_vgg19_16x"
VGG = {"conv0": (3, 3, 1, 1)} | {
    f"conv{name}": (out, into, 3, 3)
    for name, out, into in [
        ("11", 64, 3), ("12", 64, 64), ("21", 128, 64), ("22", 128, 128), ("31", 256, 128),
        ("32", 256, 256), ("33", 256, 256), ("34", 256, 256), ("41", 512, 256),
        *((name, 512, 512) for name in ("42", "43", "44", "51", "52", "53", "54")),
    ]
}  # fmt: skip


def load_precise(path: Path) -> Model:
    """Load a card's model in float32, whatever this machine would choose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vgg, "quickest_dtype", lambda *_: torch.float32)
        return load_model(read_card(path), "cpu")


def uniform(*shares: float) -> Tensor:
    return torch.tensor(shares)[:, None, None]


def apart(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().mean())


def _random(sizes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    out = {}
    for key, (outputs, inputs, *kernel) in sizes.items():
        scale = math.sqrt(2 / (inputs * math.prod(kernel)))
        out[f"{key}.weight"] = torch.randn(outputs, inputs, *kernel) * scale
        out[f"{key}.bias"] = torch.randn(outputs) * 0.05
    return out


def random_vgg() -> dict[str, Tensor]:
    """Random tensors shaped and named like vgg_normalised.pth."""
    return _random({theirs: VGG[ours] for theirs, ours in NORMALISED.items()})


def _turned(name: str) -> tuple[int, ...]:
    outputs, inputs, *kernel = VGG[name]
    return inputs, outputs, *kernel


def random_decoder() -> dict[str, Tensor]:
    """Random tensors shaped and named like AdaIN's decoder.pth."""
    return _random({theirs: _turned(ours) for theirs, ours in DECODER.items()})


def random_avatar() -> dict[str, Tensor]:
    """Random tensors shaped and named like Avatar-Net's check_point.pth."""
    return _random({theirs: VGG[ours] for theirs, ours in AVATAR_ENCODER.items()}) | _random(
        {theirs: _turned(ours) for theirs, ours in AVATAR_DECODER.items()}
    )


def random_transform() -> dict[str, Tensor]:
    """Random tensors shaped and named like SANet's transformer_iter_500000.pth."""
    parts = [f"sanet{n}_1.{part}" for n in (4, 5) for part in ("f", "g", "h", "out_conv")]
    return _random(dict.fromkeys(parts, (512, 512, 1, 1)) | {"merge_conv": (512, 512, 3, 3)})


def saved(tensors: Mapping[str, Tensor], path: Path) -> Path:
    torch.save(dict(tensors), path)
    return path


def small_files(shared_data: Path, *names: str) -> list[Path]:
    """Real files of the 16 times smaller network, such as "e4", "d4"."""
    return [shared_data / "weights" / SMALL / f"wct_se_16x_{name}.pth" for name in names]


def photo(shared_data: Path) -> Tensor:
    """(1, 3, 96, 128) of a real photograph."""
    path = sorted((shared_data / "photos" / "kodak").glob("*.*g"))[0]
    return functional.interpolate(read_style(path, 96), (96, 128), mode="area")


def paintings(shared_data: Path) -> list[Tensor]:
    """Two real paintings, shorter side 128."""
    folder = shared_data / "styles" / "public_domain_256"
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png"))
    return [read_style(path, 128) for path in paths[:2]]


def check_manners(model: Model, content: Tensor, styles: Sequence[Style]) -> None:
    """Shape, range, exact picture at no weight, maps like uniform shares, halves like wholes."""
    height, width = content.shape[2:]
    for shape in ((1, 1), (7, 5), (height, width)):
        weights = torch.rand(2, *shape, generator=torch.Generator().manual_seed(1))
        painted = model.paint(content, styles, weights / weights.sum(0))
        assert painted.shape == content.shape and painted.dtype == torch.float32
        assert bool(torch.isfinite(painted).all())
        assert float(painted.min()) >= 0 and float(painted.max()) <= 1

    assert torch.equal(model.paint(content, styles, torch.zeros(2, 1, 1)), content)
    assert torch.equal(model.paint(content, styles, torch.zeros(2, 9, 9)), content)
    half = torch.zeros(2, 12, 16)
    half[0, :, :8] = 1
    sided = model.paint(content, styles, half)
    assert torch.equal(sided[..., -width // 4 :], content[..., -width // 4 :])

    whole = model.paint(content, styles[:1], uniform(1.0))
    assert apart(whole, model.paint(content, [styles[0]] * 2, uniform(0.3, 0.7))) < 1e-3
    assert torch.equal(whole, model.paint(content, styles[:1], uniform(1.0)))
    mixed = model.paint(content, styles, uniform(0.3, 0.5))
    mapped = model.paint(content, styles, uniform(0.3, 0.5).expand(2, 5, 7))
    assert apart(mixed, mapped) < 1e-3


def check_flat(model: Model, styles: Sequence[Style], calm: float = 0.03) -> None:
    """A black frame and a flat style (a curtain, a lens cap) give a calm picture, no noise.

    calm: the largest deviation within the painted black frame.
    """
    flat = model.prepare(torch.full((1, 3, 48, 64), 0.5))
    black = torch.zeros(1, 3, 64, 96)
    for style in (flat, *styles):
        painted = model.paint(black, [style], uniform(1.0))
        assert bool(torch.isfinite(painted).all())
        assert float(painted.std((2, 3)).max()) < calm
    dots = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(2))
    assert bool(torch.isfinite(model.paint(dots, [flat], uniform(1.0))).all())


def check_halves(model: Model, content: Tensor, styles: Sequence[Style], near: float = 0.5) -> None:
    """Two styles side by side: each half looks like the picture its style alone paints.

    near: how far it may be from that, compared with the other style's picture.
    """
    first, second = (model.paint(content, [style], uniform(1.0)) for style in styles)
    split = torch.zeros(2, 12, 16)
    split[0, :, :8], split[1, :, 8:] = 1, 1
    both = model.paint(content, styles, split)
    width = content.shape[3]
    left, right = (..., slice(0, width // 2 - 16)), (..., slice(width // 2 + 16, width))
    assert apart(both[left], first[left]) < near * apart(both[left], second[left])
    assert apart(both[right], second[right]) < near * apart(both[right], first[right])


def check_strength(model: Model, content: Tensor, style: Style) -> None:
    """More strength leads steadily further from the picture, from nothing on, without jumps."""
    steps = [model.paint(content, [style], uniform(s / 10)) for s in range(11)]
    ways = [apart(step, content) for step in steps]
    assert ways[0] == 0 and ways[-1] > 0.03
    assert all(b > a - 0.01 for a, b in itertools.pairwise(ways))
    assert max(apart(a, b) for a, b in itertools.pairwise(steps)) < 0.5 * max(ways)


def one_share() -> Shares:
    """The shares of one style that gets everything."""
    return Shares(uniform(1.0), torch.device("cpu"))
