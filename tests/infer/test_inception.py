"""Inception-v3 up to Mixed_6e against numbers Keras computed from the same random weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.import_magenta import magenta
from vj.infer.inception import LAYERS, Inception
from vj.infer.load import fill
from vj.infer.mobilenet import VECTOR
from vj.infer.models.magenta import Magenta, Network, network_for

# every 96th of the 768 means, by tf.keras.applications.InceptionV3 of Keras 3 on TensorFlow 2.21
KERAS = [0.0, 0.662647, 1.43469, 0.0126625, 0.921433, 0.932521, 0.0, 1.67368]


def numbers(random: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    return torch.from_numpy((low + (high - low) * random.random(shape)).astype(np.float32))


@pytest.fixture(scope="module")
def checkpoint() -> tuple[dict[str, Tensor], Tensor]:
    """Tensors under TF-Slim's names, and the picture they were tried with."""
    random = np.random.default_rng(0)
    shapes = {name: tensor.shape for name, tensor in Inception().state_dict().items()}
    out: dict[str, Tensor] = {}
    for ours, theirs in LAYERS.items():
        outputs, inputs, *kernel = shapes[f"{ours}.weight"]
        shape = (*kernel, inputs, outputs)
        reach = math.sqrt(6 / math.prod(shape[:3]))
        out[f"{theirs}/weights"] = numbers(random, shape, -reach, reach)
        for part, low, high in (
            ("beta", -0.1, 0.1), ("moving_mean", -0.1, 0.1), ("moving_variance", 0.5, 1.5),
        ):  # fmt: skip
            out[f"{theirs}/BatchNorm/{part}"] = numbers(random, (outputs,), low, high)
    out["Conv/weights"] = torch.zeros(1, 1, 768, VECTOR)
    out["Conv/biases"] = torch.arange(VECTOR, dtype=torch.float32)
    return out, numbers(random, (1, 107, 139, 3), 0, 1).permute(0, 3, 1, 2)


def transformer() -> dict[str, Tensor]:
    """A narrow transformer under the names of a Magenta checkpoint."""
    out: dict[str, Tensor] = {}
    for number, (size, a, b) in enumerate(((9, 3, 4), (3, 4, 8), (3, 8, 12)), 1):
        layer = f"transformer/contract/conv{number}"
        out[f"{layer}/weights"] = torch.rand(size, size, a, b)
        for part in ("beta", "moving_mean", "moving_variance"):
            out[f"{layer}/BatchNorm/{part}"] = torch.rand(b)
    layers = {f"residual/residual{n}/conv{m}": (3, 12, 12) for n in range(1, 6) for m in (1, 2)}
    layers |= {"expand/conv1/conv": (3, 12, 8), "expand/conv2/conv": (3, 8, 4)}
    layers["expand/conv3/conv"] = (9, 4, 3)
    for layer, (size, a, b) in layers.items():
        out[f"transformer/{layer}/weights"] = torch.rand(size, size, a, b)
        for norm in ("Conv", "Conv_1"):
            style = f"style_params/transformer/{layer}/StyleNorm/{norm}"
            out |= {f"{style}/weights": torch.rand(1, 1, 100, b), f"{style}/biases": torch.rand(b)}
    return out


def test_it_computes_what_keras_computes(checkpoint: tuple[dict[str, Tensor], Tensor]) -> None:
    tensors, picture = checkpoint
    made, facts = magenta([tensors, transformer()])
    assert "padding" not in facts["options"]  # type: ignore[operator]
    card = Card(name="net", model="magenta", weights="w")
    network = network_for(made, card)
    fill(network, made, card)
    style = Magenta(network, "cpu", torch.float32).prepare(picture)
    assert torch.equal(style.tensors["vector"], torch.arange(VECTOR, dtype=torch.float32))
    network.predictor.vector = nn.Identity()  # type: ignore[assignment]
    with torch.inference_mode():
        means = network.predictor(picture)[0]
    assert means[::96].tolist() == pytest.approx(KERAS, abs=2e-5)


def test_a_missing_layer_is_named(checkpoint: tuple[dict[str, Tensor], Tensor]) -> None:
    short = {key: tensor for key, tensor in checkpoint[0].items() if "Mixed_6e" not in key}
    with pytest.raises(UserError, match="Mixed_6e"):
        magenta([short, transformer()])


def test_either_predictor_fits_either_transformer() -> None:
    for large in (False, True):
        weights = Network((4, 8, 12), large=large).state_dict()
        network = network_for(weights, Card(name="net", model="magenta"))
        assert isinstance(network.predictor, Inception) is large
