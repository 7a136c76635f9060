"""SqueezeNet's two files answer alike for plain RGB, and fewer first filters stand in for all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.studio.material import squeezenet, write_squeezenet
from vj.core.errors import UserError
from vj.infer.matte_network import FIRST, Segmenter
from vj.studio.imagenet import read_squeezenet, with_fewer


@pytest.fixture
def layers() -> dict[str, Tensor]:
    """Weights for pictures that were normalised as torchvision does."""
    return squeezenet()


def _first(layers: dict[str, Tensor], picture: Tensor) -> Tensor:
    """What the first filters say, away from the rim, where the padding is of another colour."""
    found = F.conv2d(picture, layers["conv1.weight"], layers["conv1.bias"], 2, padding=3)
    return found[:, :, 2:-2, 2:-2]


def test_torchvisions_file_is_read_for_pictures_0_to_1(
    layers: dict[str, Tensor], tmp_path: Path
) -> None:
    found = read_squeezenet(write_squeezenet(tmp_path / "squeezenet1_0.pth"))
    assert found.keys() == layers.keys()
    picture = torch.rand(1, 3, 32, 48)
    mean, spread = torch.tensor((0.485, 0.456, 0.406)), torch.tensor((0.229, 0.224, 0.225))
    normal = (picture - mean[:, None, None]) / spread[:, None, None]
    assert torch.allclose(_first(found, picture), _first(layers, normal), atol=1e-4)
    assert torch.equal(found["fire7.squeeze.weight"], layers["fire7.squeeze.weight"])


def test_caffes_arrays_are_read_for_pictures_0_to_1_and_answer_more_quietly(
    layers: dict[str, Tensor], tmp_path: Path
) -> None:
    arrays = {}
    for name, value in layers.items():
        layer, _, rest = name.rpartition(".")
        arrays[f"{layer.replace('.', '/').replace('squeeze', 'squeeze1x1')}.{rest}"] = value.numpy()
    np.savez(tmp_path / "squeezenet.npz", **arrays)
    found = read_squeezenet(tmp_path / "squeezenet.npz")
    assert found.keys() == layers.keys()
    picture = torch.rand(1, 3, 32, 48)
    blue_first = picture.flip(1) * 255 - torch.tensor((104.0, 117.0, 123.0))[:, None, None]
    assert torch.allclose(_first(found, picture) * 64, _first(layers, blue_first), atol=0.02)
    assert torch.allclose(found["fire3.squeeze.bias"] * 64, layers["fire3.squeeze.bias"])


@pytest.mark.parametrize("name", ["none.pth", "text.pth", "text.npz", "other.pth"])
def test_another_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("no weights")
    (tmp_path / "text.npz").write_text("no weights")
    torch.save({"features.0.weight": torch.ones(64, 3, 3, 3)}, tmp_path / "other.pth")
    with pytest.raises(UserError, match=r"none\.pth \(wanted|is not SqueezeNet 1\.0"):
        read_squeezenet(tmp_path / name)


def test_fewer_filters_answer_nearly_like_all(layers: dict[str, Tensor]) -> None:
    layers["conv1.weight"][40:] *= 0.1  # filters that say little
    pictures = F.interpolate(torch.rand(6, 3, 12, 16), (48, 64), mode="bicubic")
    few = with_fewer(layers, 40, pictures)
    assert few["conv1.weight"].shape == (40, 3, 7, 7)
    assert few["fire2.squeeze.weight"].shape == (16, 40, 1, 1)
    assert few["fire3.squeeze.weight"] is layers["fire3.squeeze.weight"]

    def narrow(found: dict[str, Tensor]) -> Tensor:
        first = F.conv2d(pictures, found["conv1.weight"], found["conv1.bias"], 2, padding=3)
        seen = F.max_pool2d(F.relu(first), 3, 2, 1)
        return F.conv2d(seen, found["fire2.squeeze.weight"], found["fire2.squeeze.bias"])

    wanted = narrow(layers)
    cut = {**few, "fire2.squeeze.weight": layers["fire2.squeeze.weight"][:, :40]}
    cut["fire2.squeeze.bias"] = layers["fire2.squeeze.bias"]
    missed, without = ((narrow(one) - wanted).norm() for one in (few, cut))
    assert missed < 0.25 * (wanted - wanted.mean()).norm()
    assert missed < without


def test_the_trunk_of_the_matte_starts_where_the_encoder_stood(layers: dict[str, Tensor]) -> None:
    model = Segmenter()
    few = with_fewer(layers, FIRST, torch.rand(2, 3, 32, 48))
    model.start_from({**few, "fire8.squeeze.weight": torch.ones(1)})
    for name, value in model.trunk.state_dict().items():
        assert torch.equal(value, few[name]), name
    del few["fire5.expand3x3.bias"]
    with pytest.raises(UserError, match="does not fit the trunk"):
        model.start_from(few)
