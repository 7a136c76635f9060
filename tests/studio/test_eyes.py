"""Every common VGG file becomes a judge; what it sees is what the network itself sees."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from tests.studio.judges import random_convs, write_small_encoder
from vj.core.errors import UserError
from vj.infer.import_vgg import IMAGENET_MEAN, IMAGENET_STD
from vj.studio.eyes import load_eyes, spread
from vj.studio.perceptual import load_perceptual

# how many convolutions each stage has
VGG16, VGG19 = (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)


def torchvision(stages: tuple[int, ...]) -> nn.Sequential:
    """A VGG built as torchvision builds it, a few channels wide."""
    torch.manual_seed(1)
    parts: list[nn.Module] = []
    width = 3
    for stage, count in enumerate(stages):
        for _ in range(count):
            parts += [nn.Conv2d(width, 4 + stage, 3, padding=1), nn.ReLU()]
            width = 4 + stage
        parts.append(nn.MaxPool2d(2))
    return nn.Sequential(*parts)


@pytest.mark.parametrize(("stages", "content"), [(VGG16, "42"), (VGG19, "42"), ((1, 1, 2), "32")])
def test_a_torchvision_file_of_any_depth_is_taken_apart_rightly(
    tmp_path: Path, stages: tuple[int, ...], content: str
) -> None:
    network = torchvision(stages)
    state = {f"features.{key}": value for key, value in network.state_dict().items()}
    torch.save({**state, "classifier.0.weight": torch.zeros(2, 2)}, tmp_path / "vgg.pth")
    eyes = load_eyes(tmp_path / "vgg.pth")
    assert eyes.content == content
    assert eyes.style == tuple(f"{stage}1" for stage in range(1, len(stages) + 1))

    picture = torch.rand(2, 3, 64, 48)
    mean, std = (torch.tensor(c).view(1, 3, 1, 1) for c in (IMAGENET_MEAN, IMAGENET_STD))
    x, wanted, stage, number = (picture - mean) / std, {}, 1, 0
    for part in network:
        x = part(x)
        if isinstance(part, nn.ReLU):
            number += 1
            wanted[f"{stage}{number}"] = x
        elif isinstance(part, nn.MaxPool2d):
            stage, number = stage + 1, 0
    with torch.no_grad():
        for name, found in eyes(picture).items():
            assert torch.allclose(found, wanted[name], atol=1e-5), name


def test_the_small_encoder_sees_what_the_other_trainers_see(tmp_path: Path) -> None:
    path = write_small_encoder(tmp_path / "e4.pth")
    eyes, other = load_eyes(path), load_perceptual(path)
    picture = torch.rand(1, 3, 64, 80)
    with torch.no_grad():
        found, wanted = eyes(picture), other(picture)
    assert set(found) == set(wanted) and eyes.content == "41"
    for name in found:
        assert torch.allclose(found[name], wanted[name], atol=1e-5), name


def test_gradients_reach_the_picture_and_not_the_network(tmp_path: Path) -> None:
    eyes = load_eyes(write_small_encoder(tmp_path / "e4.pth"))
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    sum(x.square().mean() for x in eyes(picture).values()).backward()
    assert picture.grad is not None and float(picture.grad.abs().sum()) > 0
    assert all(not parameter.requires_grad for parameter in eyes.parameters())


def test_files_that_are_no_vgg_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no network to judge with"):
        load_eyes(tmp_path / "none.pth")
    convs = random_convs(
        {"features.0": (3, 4, 3), "features.3": (4, 4, 3), "features.7": (4, 4, 3)}
    )
    for name, state in (("other", {"conv1.weight": torch.zeros(1)}), ("normed", convs)):
        torch.save(state, tmp_path / f"{name}.pth")
        with pytest.raises(UserError, match=r"no VGG that can judge.*torchvision"):
            load_eyes(tmp_path / f"{name}.pth")


def test_spread_is_mean_and_covariance() -> None:
    x = torch.rand(2, 5, 6, 7)
    mean, covariance = spread(x)
    for picture in range(2):
        flat = x[picture].flatten(1)
        assert torch.allclose(mean[picture], flat.mean(1))
        assert torch.allclose(covariance[picture], torch.cov(flat, correction=0), atol=1e-6)
