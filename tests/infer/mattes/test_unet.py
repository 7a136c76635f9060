"""The two U-Nets: the official names and shapes, what passes through them, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.mattes import unet_mobilenet, unet_resnet18
from vj.infer.unet_network import LOOK, UNet

WORDS = {"unet_resnet18": unet_resnet18, "unet_mobilenet": unet_mobilenet}
# A few of every kind, as they are called in the official checkpoints.
RESNET = {
    "backbone.conv1.weight": (64, 3, 7, 7),
    "backbone.layer1.1.conv2.weight": (64, 64, 3, 3),
    "backbone.layer4.0.downsample.0.weight": (512, 256, 1, 1),
    "backbone.layer4.0.downsample.1.running_var": (512,),
    "decoder1.deconv.weight": (512, 256, 4, 4),
    "decoder1.block_unit.downsample.0.weight": (256, 512, 1, 1),
    "decoder3.block_unit.bn2.bias": (64,),
    "decoder4.deconv.bias": (64,),
    "decoder4.block_unit.conv1.weight": (64, 128, 3, 3),
    "conv_last.0.weight": (3, 64, 3, 3),
    "conv_last.1.bias": (2,),
}
MOBILENET = {
    "backbone.features.0.0.weight": (32, 3, 3, 3),
    "backbone.features.1.conv.0.weight": (32, 1, 3, 3),
    "backbone.features.1.conv.3.weight": (16, 32, 1, 1),
    "backbone.features.17.conv.6.weight": (320, 960, 1, 1),
    "backbone.features.18.1.running_mean": (1280,),
    "decoder1.deconv.weight": (1280, 96, 4, 4),
    "decoder1.block_unit.conv.0.weight": (1152, 192, 1, 1),
    "decoder4.block_unit.conv.7.weight": (16,),
    "conv_last.0.weight": (3, 16, 3, 3),
}


def official(word: str, seed: int = 0) -> dict[str, Tensor]:
    """Random tensors in the layout of the official file."""
    torch.manual_seed(seed)
    return UNet(mobile=word == "unet_mobilenet").state_dict()


@pytest.mark.parametrize(
    ("word", "some", "count"),
    [("unet_resnet18", RESNET, 16.6), ("unet_mobilenet", MOBILENET, 4.7)],
)
def test_names_and_shapes_are_the_official_ones(
    word: str, some: dict[str, tuple[int, ...]], count: float
) -> None:
    tensors = official(word)
    assert {key: tuple(tensors[key].shape) for key in some} == some
    weights = sum(
        tensor.numel()
        for key, tensor in tensors.items()
        if not key.endswith(("running_mean", "running_var", "num_batches_tracked"))
    )
    assert round(weights / 1e6, 1) == count


def test_decoders_join_the_levels_from_coarse_to_fine() -> None:
    """The same numbers by hand, with the tensors taken by their names."""
    network = UNet(mobile=False).eval()
    w = network.state_dict()

    def normed(x: Tensor, name: str) -> Tensor:
        parts = (w[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return functional.batch_norm(x, *parts)

    def block(x: Tensor, name: str, stride: int = 1) -> Tensor:
        y = functional.conv2d(x, w[f"{name}.conv1.weight"], stride=stride, padding=1)
        y = functional.relu(normed(y, f"{name}.bn1"))
        y = normed(functional.conv2d(y, w[f"{name}.conv2.weight"], padding=1), f"{name}.bn2")
        if f"{name}.downsample.0.weight" in w:
            around = functional.conv2d(x, w[f"{name}.downsample.0.weight"], stride=stride)
            x = normed(around, f"{name}.downsample.1")
        return functional.relu(x + y)

    x = torch.randn(1, 3, 64, 96)
    first = functional.conv2d(x, w["backbone.conv1.weight"], stride=2, padding=3)
    levels = [functional.relu(normed(first, "backbone.bn1"))]
    y = functional.max_pool2d(levels[0], 2, 2)
    for level in (1, 2, 3, 4):
        y = block(y, f"backbone.layer{level}.0", 1 if level == 1 else 2)
        y = block(y, f"backbone.layer{level}.1")
        levels.append(y)
    for number in (1, 2, 3, 4):
        name = f"decoder{number}"
        weight, bias = w[f"{name}.deconv.weight"], w[f"{name}.deconv.bias"]
        y = functional.conv_transpose2d(y, weight, bias, stride=2, padding=1)
        y = block(torch.cat((y, levels[4 - number]), 1), f"{name}.block_unit")
    for part in ("conv_last.0", "conv_last.1"):
        y = functional.conv2d(y, w[f"{part}.weight"], w[f"{part}.bias"], padding=1)
    y = functional.interpolate(y, (64, 96), mode="bilinear", align_corners=True)
    with torch.no_grad():
        assert torch.allclose(network(x), y, atol=1e-4)


def test_pictures_are_320_square_rgb_as_imagenet() -> None:
    assert LOOK.size == (320, 320) and not LOOK.bgr
    assert LOOK.mean == (0.485, 0.456, 0.406) and LOOK.std == (0.229, 0.224, 0.225)


def test_an_official_file_becomes_a_matte(tmp_path: Path) -> None:
    """The wrapped state of a training, with names of several GPUs, as the public file is."""
    word = "unet_mobilenet"
    state = {f"module.{key}": tensor for key, tensor in official(word).items()}
    torch.save({"state_dict": state}, tmp_path / "UNet_MobileNetV2.pth")
    card = read_card(import_weights([tmp_path / "UNet_MobileNetV2.pth"], "me", None, tmp_path))
    assert card.model == word
    odds = WORDS[word].load(card, "cpu").find(np.full((36, 64, 4), 90, np.uint8))
    assert odds.shape == (320, 320) and odds.dtype == np.float32 and np.isfinite(odds).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("decoder2.deconv.weight"), r"decoder2\.deconv\.weight"),
        (lambda t: t.update({"conv_last.1.bias": torch.zeros(3)}), r"conv_last\.1\.bias.*\[3\]"),
        (lambda t: t.update({"decoder5.deconv.bias": torch.zeros(3)}), r"decoder5\.deconv\.bias"),
    ],
)
def test_a_wrong_key_or_shape_is_named(tmp_path: Path, change: object, said: str) -> None:
    state = official("unet_mobilenet")
    change(state)  # type: ignore[operator]
    torch.save(state, tmp_path / "u.pth")
    with pytest.raises(UserError, match=said) as caught:
        import_weights([tmp_path / "u.pth"], "me", "unet_mobilenet", tmp_path)
    assert "\n" not in str(caught.value) and not (tmp_path / "me.yaml").exists()
