"""Fast style transfer: both public layouts against plain float64 arithmetic, with real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import fill, load_model, read_weights
from vj.infer.models.fast_style import FastStyle, Lengstrom, TransformerNet, network_for
from vj.infer.styles import read_style

FILES = ("gnsmrky_fns/candy_nc8.model", "gnsmrky_fns/udnie_nc16.model", "lengstrom_fst/wave.npz")
ONE = torch.ones(1, 1, 1)
CARD = Card(name="net", model="fast_style", range_in=(0.0, 255.0), range_out=(0.0, 255.0))


@pytest.fixture(scope="module")
def photo(shared_data: Path) -> Tensor:
    path = sorted((shared_data / "photos" / "kodak").glob("*.*g"))[4]
    return functional.interpolate(read_style(path, 96), (64, 96), mode="area")


def normed(x: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    centred = x - x.mean((2, 3), keepdim=True)
    deviation = (centred.square().mean((2, 3), keepdim=True) + eps).sqrt()
    return centred / deviation * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)


def examples(w: dict[str, Tensor], x: Tensor) -> Tensor:
    """The pytorch/examples network from its description, (1, 3, h, w) 0..255."""

    def conv(x: Tensor, name: str, stride: int = 1) -> Tensor:
        kernel = w[f"{name}.conv2d.weight"]
        x = functional.pad(x, [kernel.shape[2] // 2] * 4, mode="reflect")
        return functional.conv2d(x, kernel, w[f"{name}.conv2d.bias"], stride)

    def norm(x: Tensor, name: str) -> Tensor:
        return normed(x, w[f"{name}.weight"], w[f"{name}.bias"], 1e-5)

    for number in (1, 2, 3):
        x = norm(conv(x, f"conv{number}", 1 if number == 1 else 2), f"in{number}").clamp_min(0)
    for number in range(1, 6):
        y = norm(conv(x, f"res{number}.conv1"), f"res{number}.in1").clamp_min(0)
        x = x + norm(conv(y, f"res{number}.conv2"), f"res{number}.in2")
    for number in (1, 2):
        x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
        x = norm(conv(x, f"deconv{number}"), f"in{number + 3}").clamp_min(0)
    return conv(x, "deconv3")


def transposed(x: Tensor, weight: Tensor) -> Tensor:
    """TensorFlow's transposed convolution of stride 2, SAME: every pixel stamps its kernel."""
    _, outputs, size, _ = weight.shape
    height, width = x.shape[2:]
    out = x.new_zeros(1, outputs, 2 * height + size, 2 * width + size)
    for row in range(size):
        for column in range(size):
            stamp = torch.einsum("bihw,io->bohw", x, weight[:, :, row, column])
            out[..., row : row + 2 * height : 2, column : column + 2 * width : 2] += stamp
    return out[..., : 2 * height, : 2 * width]


def lengstrom(w: dict[str, Tensor], x: Tensor) -> Tensor:
    """The lengstrom network from its description, (1, 3, h, w) 0..255."""

    def layer(x: Tensor, name: str, stride: int = 1) -> Tensor:
        kernel = w[f"{name}.weight"]
        total = kernel.shape[2] - stride  # SAME on sides that the stride divides
        before, after = total // 2, total - total // 2
        y = functional.conv2d(
            functional.pad(x, (before, after, before, after)), kernel, stride=stride
        )
        return normed(y, w[f"{name}.scale"], w[f"{name}.shift"], 1e-3)

    for number in (1, 2, 3):
        x = layer(x, f"conv{number}", 1 if number == 1 else 2).clamp_min(0)
    for number in range(1, 6):
        x = x + layer(layer(x, f"resid{number}.1").clamp_min(0), f"resid{number}.2")
    for name in ("conv_t1", "conv_t2"):
        y = transposed(x, w[f"{name}.weight"])
        x = normed(y, w[f"{name}.scale"], w[f"{name}.shift"], 1e-3).clamp_min(0)
    return torch.tanh(layer(x, "conv_t3")) * 150 + 127.5


@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_published_picture(
    shared_data: Path, tmp_path: Path, photo: Tensor, name: str
) -> None:
    card = read_card(import_weights([shared_data / "weights" / name], "net", None, tmp_path))
    assert card.model == "fast_style" and card.range_out == (0, 255)
    weights = read_weights(card)
    network = network_for(weights, card)
    fill(network, weights, card)
    model = FastStyle(network, card, "cpu", torch.float32)
    got = model.paint(photo, [model.prepare(photo)], ONE)
    exact = {key: tensor.double() for key, tensor in weights.items()}
    plain = lengstrom if name.endswith("npz") else examples
    wanted = (plain(exact, photo.double() * 255) / 255).clamp(0, 1)
    assert float((got - wanted).abs().max()) < 1e-3
    assert float((got - photo).abs().mean()) > 0.05
    if name == FILES[0]:
        quick = load_model(card, "cpu").paint(photo, [model.prepare(photo)], ONE)
        assert float((got - quick).abs().mean()) < 0.02


def test_the_parameters_are_those_of_the_public_nets() -> None:
    def count(network: torch.nn.Module) -> int:
        return sum(parameter.numel() for parameter in network.parameters())

    assert count(TransformerNet((16, 32, 64))) == 424_899
    assert count(TransformerNet((8, 16, 32))) == 108_771
    assert round(count(Lengstrom((32, 64, 128))) / 1e6, 2) == 1.68


@pytest.mark.parametrize("network", [TransformerNet((4, 6, 8)), Lengstrom((4, 6, 8))])
def test_shares_lead_from_the_picture_to_the_look(network: torch.nn.Module) -> None:
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(0, 0.2)
    model = FastStyle(network, CARD, "cpu", torch.float32)
    content = torch.rand(1, 3, 32, 48)
    style = model.prepare(content)
    assert torch.equal(model.paint(content, [style], torch.zeros(1, 4, 4)), content)
    whole, half = (model.paint(content, [style], share * ONE) for share in (1.0, 0.5))
    assert torch.allclose(half, (content + whole) / 2, atol=1e-6)
    assert whole.shape == content.shape and float(whole.min()) >= 0 and float(whole.max()) <= 1


def test_statistics_of_old_files_are_left_out(tmp_path: Path) -> None:
    tensors = TransformerNet((4, 6, 8)).state_dict()
    old = {**tensors, "in1.running_mean": torch.ones(4), "res1.in1.running_var": torch.ones(8)}
    torch.save(old, tmp_path / "old.pth")
    card = read_card(import_weights([tmp_path / "old.pth"], "net", None, tmp_path))
    assert set(safetensors.torch.load_file(card.weights_path() or "")) == set(tensors)


def test_the_variables_of_a_tensorflow_checkpoint_are_put_in_order(tmp_path: Path) -> None:
    network = Lengstrom((4, 6, 8))
    torch.manual_seed(0)
    wanted = {key: torch.randn_like(tensor) for key, tensor in network.state_dict().items()}
    variables = {}
    layers = dict.fromkeys(key.rsplit(".", 1)[0] for key in wanted)
    for number, layer in enumerate(layers):
        for part, name in enumerate(("weight", "shift", "scale")):
            tensor = wanted[f"{layer}.{name}"]
            place = 3 * number + part
            variables[f"Variable_{place}" if place else "Variable"] = (
                tensor.permute(2, 3, 1, 0) if part == 0 else tensor
            ).numpy()
    assert len(variables) == 48
    np.savez(tmp_path / "vars.npz", **variables)
    card = read_card(import_weights([tmp_path / "vars.npz"], "net", None, tmp_path))
    found = read_weights(card)
    assert all(torch.equal(found[key], tensor) for key, tensor in wanted.items())
    assert set(found) == set(wanted)


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    tensors = TransformerNet((4, 6, 8)).state_dict()
    tensors["res2.conv1.conv2d.bias"] = torch.zeros(5)
    torch.save(tensors, tmp_path / "x.pth")
    with pytest.raises(UserError, match=r"res2\.conv1\.conv2d\.bias"):
        import_weights([tmp_path / "x.pth"], "net", None, tmp_path / "out")
    with pytest.raises(UserError, match="neither a TransformerNet"):
        network_for({"conv1.weight": torch.zeros(3)}, CARD)
