"""reiinakano's tfjs networks: the real separable transformer against its own graph, each node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_magenta import magenta
from vj.infer.import_weights import import_weights
from vj.infer.load import fill, read_weights
from vj.infer.mobilenet import STAGES
from vj.infer.models.magenta import Magenta, Network, network_for
from vj.infer.protocol import Style
from vj.infer.tensor_files import read_tensor_file


def node_value(node: dict[str, Any], inputs: list[Tensor]) -> Tensor:
    """Compute one node of a TensorFlow graph in float64; pictures are (1, h, w, c)."""
    x, *more = inputs
    attr = node["attr"]
    match node["op"]:
        case "Conv2D" | "DepthwiseConv2dNative":
            kernel = more[0].permute(3, 2, 0, 1)
            groups = 1
            if node["op"] != "Conv2D":
                kernel, groups = more[0].permute(2, 3, 0, 1), more[0].shape[2]
            stride = int(attr["strides"]["list"]["i"][1])
            y = functional.conv2d(x.permute(0, 3, 1, 2), kernel, stride=stride, groups=groups)
            return y.permute(0, 2, 3, 1)
        case "Pad":
            rims = more[0].long().flip(0).flatten().tolist()
            return functional.pad(x, rims)
        case "FusedBatchNorm":
            scale, shift, mean, var = more
            return (x - mean) / (var + attr["epsilon"]["f"]).sqrt() * scale + shift
        case "Mean":
            return x.mean(tuple(more[0].long().tolist()), keepdim=True)
        case "ExpandDims":
            return x.unsqueeze(int(more[0]))
        case "Squeeze":
            return x.squeeze(2).squeeze(1)
        case "StridedSlice":
            return x[int(more[0])]
        case "ResizeNearestNeighbor":
            height, width = more[0].long().tolist()
            return functional.interpolate(x.permute(0, 3, 1, 2), (height, width)).permute(
                0, 2, 3, 1
            )
        case "Shape":
            return torch.tensor(x.shape, dtype=torch.float64)
        case "Pack":
            return torch.stack(inputs)
    two = {
        "BiasAdd": torch.add, "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul,
        "SquaredDifference": lambda a, b: (a - b).square(),
    }  # fmt: skip
    one = {"Relu": torch.relu, "Rsqrt": torch.rsqrt, "Sigmoid": torch.sigmoid}
    return two[node["op"]](x, more[0]) if more else one[node["op"]](x)


def run_graph(path: Path, content: Tensor, vector: Tensor) -> Tensor:
    """Run a tfjs graph on (1, 3, h, w) and a style vector (100,)."""
    values = {name: tensor.double() for name, tensor in read_tensor_file(path).items()}
    values["Placeholder"] = content.permute(0, 2, 3, 1).double()
    values["Placeholder_1"] = vector.view(1, 1, 1, 100).double()
    nodes = {node["name"]: node for node in json.loads(path.read_text())["modelTopology"]["node"]}

    def value(name: str) -> Tensor:
        if name not in values:
            node = nodes[name]
            values[name] = node_value(node, [value(above) for above in node.get("input", [])])
        return values[name]

    (last,) = (name for name, node in nodes.items() if node["op"] == "Sigmoid")
    return value(last).permute(0, 3, 1, 2)


def predictor_shapes() -> dict[str, tuple[int, ...]]:
    """The names and shapes of reiinakano's MobileNet predictor."""
    out: dict[str, tuple[int, ...]] = {}

    def conv(name: str, kernel: str, shape: tuple[int, ...], width: int) -> None:
        out[f"{name}/{kernel}"] = shape
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            out[f"{name}/BatchNorm/{part}"] = (width,)

    conv("MobilenetV2/Conv", "weights", (3, 3, 3, 32), 32)
    number, before = 0, 32
    for expansion, width, repeats, _ in STAGES:
        for _ in range(repeats):
            name = "MobilenetV2/expanded_conv" + (f"_{number}" if number else "")
            wide = before * expansion
            if number:
                conv(f"{name}/expand", "weights", (1, 1, before, wide), wide)
            conv(f"{name}/depthwise", "depthwise_weights", (3, 3, wide, 1), wide)
            conv(f"{name}/project", "weights", (1, 1, wide, width), width)
            number, before = number + 1, width
    conv("MobilenetV2/Conv_1", "weights", (1, 1, 320, 1280), 1280)
    out["mobilenet_conv/Conv/weights"] = (1, 1, 1280, 100)
    out["mobilenet_conv/Conv/biases"] = (100,)
    return out


@pytest.fixture(scope="module")
def separable(shared_data: Path) -> Path:
    return shared_data / "weights" / "magenta_separable_tfjs" / "model.json"


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tfjs predictor of random numbers."""
    folder = tmp_path_factory.mktemp("style")
    random = np.random.default_rng(0)
    entries, data = [], []
    for name, shape in predictor_shapes().items():
        values = random.normal(0, 0.1, shape)
        if name.endswith(("gamma", "moving_variance")):
            values = 1 + np.abs(values)
        entries.append({"name": name, "shape": list(shape), "dtype": "float32"})
        data.append(values.astype("<f4").tobytes())
    (folder / "shard").write_bytes(b"".join(data))
    (folder / "model.json").write_text(
        json.dumps({"weightsManifest": [{"paths": ["shard"], "weights": entries}]})
    )
    return folder / "model.json"


def test_the_separable_transformer_is_its_graph(
    separable: Path, predictor: Path, tmp_path: Path
) -> None:
    card = read_card(import_weights([predictor, separable], "reii", None, tmp_path))
    assert card.model == "magenta" and card.options["padding"] == "zeros"
    weights = read_weights(card)
    network = network_for(weights, card)
    fill(network, weights, card)
    model = Magenta(network, "cpu", torch.float32)
    content = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(1))
    vector = torch.randn(100, generator=torch.Generator().manual_seed(2))
    got = model.paint(content, [Style("", {"vector": vector})], torch.ones(1, 1, 1))
    wanted = run_graph(separable, content, vector)
    assert float((got - wanted).abs().max()) < 1e-3
    assert float(got.std()) > 0.02
    assert model.prepare(content).tensors["vector"].shape == (100,)


def test_batch_norms_are_folded_in(predictor: Path, separable: Path) -> None:
    tensors = read_tensor_file(predictor)
    made, _ = magenta([tensors, read_tensor_file(separable)])
    x = torch.rand(1, 3, 8, 8)
    name = "MobilenetV2/Conv"
    norm = {
        part: tensors[f"{name}/BatchNorm/{part}"]
        for part in ("moving_mean", "moving_variance", "gamma", "beta")
    }
    plain = functional.conv2d(x, tensors[f"{name}/weights"].permute(3, 2, 0, 1))
    wanted = functional.batch_norm(plain, *norm.values(), eps=1e-3)
    folded = functional.conv2d(
        x, made["predictor.first.conv.weight"], made["predictor.first.conv.bias"]
    )
    assert torch.allclose(folded, wanted, atol=1e-5)


def test_the_full_tfjs_transformer_has_plain_convolutions(predictor: Path) -> None:
    """Right-shaped random tensors under every name of the official full transformer."""
    shapes: dict[str, tuple[int, ...]] = {}
    for number, (size, a, b) in enumerate(((9, 3, 32), (3, 32, 64), (3, 64, 128)), 1):
        shapes[f"transformer/contract/conv{number}/weights"] = (size, size, a, b)
        for part in ("Const", "beta", "moving_mean", "moving_variance"):
            shapes[f"transformer/contract/conv{number}/BatchNorm/{part}"] = (b,)
    layers = {f"residual/residual{n}/conv{m}": (3, 128, 128) for n in range(1, 6) for m in (1, 2)}
    layers |= {f"expand/conv{n}/conv": s for n, s in ((1, (3, 128, 64)), (2, (3, 64, 32)))}
    layers["expand/conv3/conv"] = (9, 32, 3)
    for layer, (size, a, b) in layers.items():
        shapes[f"transformer/{layer}/weights"] = (size, size, a, b)
        for norm in ("Conv", "Conv_1"):
            style = f"style_params/transformer/{layer}/StyleNorm/{norm}"
            shapes |= {f"{style}/weights": (1, 1, 100, b), f"{style}/biases": (b,)}
    full = {name: torch.rand(shape) for name, shape in shapes.items()}
    full["transformer/contract/Pad/paddings"] = torch.zeros(4, 2, dtype=torch.int32)
    made, facts = magenta([full, read_tensor_file(predictor)])
    card = Card(name="full", model="magenta", weights="w", options={"padding": "zeros"})
    assert facts["options"] == {"style_size": 256, "padding": "zeros"}
    network = network_for(made, card)
    fill(network, made, card)
    assert torch.equal(
        network.transformer.style.weight[128:256],
        full["style_params/transformer/residual/residual1/conv1/StyleNorm/Conv/weights"][0, 0].T,
    )


def test_a_padding_that_is_none_is_said() -> None:
    card = Card(name="net", model="magenta", options={"padding": "wrap"})
    with pytest.raises(UserError, match="reflect, zeros"):
        network_for(Network().state_dict(), card)
