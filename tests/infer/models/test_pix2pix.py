"""pix2pix: both public generators key for key against their forward pass written another way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import fill, load_model, read_weights
from vj.infer.models.pix2pix import Pix2Pix, UNet, network_for, reflected

ONE = torch.ones(1, 1, 1)
RANGES = {"range_in": (-1.0, 1.0), "range_out": (-1.0, 1.0)}
CARD = Card(name="net", model="pix2pix", **RANGES)


class Block(nn.Module):
    """A level of the nested U-Net of pytorch-CycleGAN-and-pix2pix, under its names."""

    def __init__(
        self, outer: int, inner: int, inside: nn.Module | None, place: str, norm: type[nn.Module]
    ) -> None:
        super().__init__()
        self.place = place
        bias = norm is nn.InstanceNorm2d
        down = nn.Conv2d(outer, inner, 4, 2, 1, bias=bias)
        wide = inner if place == "innermost" else 2 * inner
        up = nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=bias or place == "outermost")
        parts: list[nn.Module]
        if place == "outermost":
            assert inside is not None
            parts = [down, inside, nn.ReLU(), up, nn.Tanh()]
        elif place == "innermost":
            parts = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, norm(outer)]
        else:
            assert inside is not None
            parts = [nn.LeakyReLU(0.2), down, norm(inner), inside, nn.ReLU(), up, norm(outer)]
        self.model = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.model(x)
        return y if self.place == "outermost" else torch.cat([x, y], 1)


def nested(base: int, levels: int, norm: type[nn.Module] = nn.BatchNorm2d) -> nn.Module:
    widths = [base * min(2**level, 8) for level in range(levels)]
    block: nn.Module | None = None
    for level in range(levels - 1, 0, -1):
        place = "innermost" if level == levels - 1 else "middle"
        block = Block(widths[level - 1], widths[level], block, place, norm)
    whole = nn.Module()
    whole.model = Block(3, base, block, "outermost", norm)
    torch.manual_seed(0)
    for name, parameter in whole.named_parameters():
        nn.init.normal_(parameter, 0, 0.1 if parameter.ndim == 4 else 0.5)
        if parameter.ndim == 1 and name.endswith("weight"):
            parameter.data += 1
    return whole


def variables(base: int, old: bool) -> dict[str, np.ndarray]:
    """A generator of pix2pix-tensorflow with random numbers, under its old or new names."""
    random = np.random.default_rng(0)
    widths = [base * min(2**level, 8) for level in range(8)]
    out: dict[str, np.ndarray] = {}

    def add(name: str, *shape: int, mean: float = 0, spread: float = 0.1) -> None:
        out[name] = random.normal(mean, spread, shape).astype(np.float32)

    for level, width in enumerate(widths):
        down, up = f"generator/encoder_{level + 1}", f"generator/decoder_{level + 1}"
        before, after = ([widths[level - 1]] * 2) if level else (3, 3)
        wide = width if level == 7 else 2 * width
        add(f"{down}/{'conv/filter' if old else 'conv2d/kernel'}", 4, 4, before, width)
        add(f"{up}/{'deconv/filter' if old else 'conv2d_transpose/kernel'}", 4, 4, after, wide)
        if not old:
            add(f"{down}/conv2d/bias", width)
            add(f"{up}/conv2d_transpose/bias", after)
        if level:
            for scope, count in ((down, width), (up, after)):
                norm = f"{scope}/{'batchnorm' if old else 'batch_normalization'}"
                add(f"{norm}/{'scale' if old else 'gamma'}", count, mean=1, spread=0.5)
                add(f"{norm}/{'offset' if old else 'beta'}", count, spread=0.5)
    return out


def tensorflow(names: dict[str, np.ndarray], x: Tensor) -> Tensor:
    """pix2pix-tensorflow's generator in float64, step by step as its source has it."""

    def get(*keys: str) -> Tensor | None:
        found = [names[key] for key in keys if key in names]
        return torch.from_numpy(found[0]).double() if found else None

    def batchnorm(x: Tensor, scope: str) -> Tensor:
        scale = get(f"{scope}/batch_normalization/gamma", f"{scope}/batchnorm/scale")
        shift = get(f"{scope}/batch_normalization/beta", f"{scope}/batchnorm/offset")
        assert scale is not None and shift is not None
        centred = x - x.mean((2, 3), keepdim=True)
        deviation = (centred.square().mean((2, 3), keepdim=True) + 1e-5).sqrt()
        return centred / deviation * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)

    layers: list[Tensor] = []
    for number in range(1, 9):
        scope = f"generator/encoder_{number}"
        kernel = get(f"{scope}/conv2d/kernel", f"{scope}/conv/filter")
        assert kernel is not None
        y = functional.leaky_relu(layers[-1], 0.2) if layers else x
        y = functional.conv2d(
            functional.pad(y, [1] * 4), kernel.permute(3, 2, 0, 1), get(f"{scope}/conv2d/bias"), 2
        )
        layers.append(batchnorm(y, scope) if number > 1 else y)
    for number in range(8, 0, -1):
        scope = f"generator/decoder_{number}"
        y = layers[-1] if number == 8 else torch.cat([layers[-1], layers[number - 1]], 1)
        kernel = get(f"{scope}/conv2d_transpose/kernel", f"{scope}/deconv/filter")
        assert kernel is not None
        # the gradient of a SAME convolution of stride 2, taken as such
        small = y.clamp_min(0)
        weight = kernel.permute(3, 2, 0, 1)
        size = (1, weight.shape[1], 2 * small.shape[2], 2 * small.shape[3])
        y = torch.nn.grad.conv2d_input(size, weight, small, stride=2, padding=1)
        bias = get(f"{scope}/conv2d_transpose/bias")
        if bias is not None:
            y = y + bias.view(1, -1, 1, 1)
        layers.append(batchnorm(y, scope) if number > 1 else torch.tanh(y))
    return layers[-1]


def loaded(card_path: Path) -> Pix2Pix:
    card = read_card(card_path)
    weights = read_weights(card)
    network = network_for(weights, card)
    fill(network, weights, card)
    return Pix2Pix(network, card, "cpu", torch.float32)


@pytest.fixture(scope="module")
def picture() -> Tensor:
    return torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("old", [True, False])
def test_a_tensorflow_generator_gives_its_picture(
    tmp_path: Path, picture: Tensor, old: bool
) -> None:
    names = variables(4, old)
    np.savez(tmp_path / "vars.npz", **names)
    model = loaded(import_weights([tmp_path / "vars.npz"], "net", None, tmp_path))
    got = model.paint(picture, [model.prepare(picture)], ONE)
    wanted = tensorflow(names, picture.double() * 2 - 1) / 2 + 0.5
    assert float((got - wanted).abs().max()) < 1e-3
    assert float(got.std()) > 0.02


@pytest.mark.parametrize(
    "levels, norm", [(8, nn.BatchNorm2d), (7, nn.BatchNorm2d), (8, nn.InstanceNorm2d)]
)
def test_a_torch_generator_gives_its_picture(
    tmp_path: Path, picture: Tensor, levels: int, norm: type[nn.Module]
) -> None:
    generator = nested(4, levels, norm)
    torch.save(generator.state_dict(), tmp_path / "latest_net_G.pth")
    model = loaded(import_weights([tmp_path / "latest_net_G.pth"], "net", None, tmp_path))
    assert model.unit == 2**levels
    content = picture[..., : model.unit, : model.unit]
    got = model.paint(content, [model.prepare(content)], ONE)
    with torch.no_grad():
        wanted = generator.double().train().get_submodule("model")(content.double() * 2 - 1)
    assert float((got - (wanted / 2 + 0.5)).abs().max()) < 1e-3
    assert float(got.std()) > 0.02


@pytest.mark.parametrize("options", [{}, {"fit": "pad"}, {"side": 16}])
@pytest.mark.parametrize("size", [(16, 16), (20, 37), (6, 50)])
def test_any_size_comes_back_in_its_size(
    options: dict[str, int | str], size: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    card = Card(name="net", model="pix2pix", options=options, **RANGES)
    model = Pix2Pix(UNet(4, 4), card, "cpu", torch.float32)
    content = torch.rand(1, 3, *size)
    out = model.paint(content, [model.prepare(content)], ONE)
    assert out.shape == content.shape and float(out.min()) >= 0 and float(out.max()) <= 1
    assert torch.equal(model.paint(content, [model.prepare(content)], 0 * ONE), content)
    half = model.paint(content, [model.prepare(content)], 0.5 * ONE)
    assert torch.allclose(half, (content + out) / 2, atol=1e-6)


def test_padding_goes_back_and_forth() -> None:
    rows = reflected(3, 9, torch.device("cpu"))
    assert rows.tolist() == [0, 1, 2, 1, 0, 1, 2, 1, 0]
    assert reflected(1, 3, torch.device("cpu")).tolist() == [0, 0, 0]


def test_one_channel_in_and_out_is_gray() -> None:
    torch.manual_seed(0)
    model = Pix2Pix(UNet(4, 3, 1, 1), CARD, "cpu", torch.float32)
    content = torch.rand(1, 3, 16, 16)
    out = model.paint(content, [model.prepare(content)], ONE)
    assert torch.equal(out[:, 0], out[:, 1]) and torch.equal(out[:, 0], out[:, 2])


@pytest.mark.parametrize(
    "options, said", [({"fit": "crop"}, "pad"), ({"side": 20}, "multiple of 16")]
)
def test_options_that_cannot_be_are_said(options: dict[str, int | str], said: str) -> None:
    card = Card(name="net", model="pix2pix", options=options, **RANGES)
    with pytest.raises(UserError, match=said):
        Pix2Pix(UNet(4, 4), card, "cpu", torch.float32)


def test_a_wrong_shape_or_a_missing_key_is_named(tmp_path: Path) -> None:
    state = nested(4, 5).state_dict()
    key = "model.model.1.model.3.model.1.weight"
    torch.save({**state, key: torch.zeros(3, 3, 4, 4)}, tmp_path / "x.pth")
    with pytest.raises(UserError, match=r"down\.2\.weight"):
        import_weights([tmp_path / "x.pth"], "net", None, tmp_path / "out")
    torch.save({k: t for k, t in state.items() if k != key}, tmp_path / "x.pth")
    with pytest.raises(UserError, match=key.replace(".", r"\.")):
        import_weights([tmp_path / "x.pth"], "net", "pix2pix", tmp_path / "out")
    bare = {k: t for k, t in nested(4, 5).state_dict().items() if ".model.2." not in k}
    torch.save(bare, tmp_path / "x.pth")
    with pytest.raises(UserError, match="norm none"):
        import_weights([tmp_path / "x.pth"], "net", "pix2pix", tmp_path / "out")


def test_the_official_size_loads_key_for_key(tmp_path: Path) -> None:
    """54.4 million parameters at ngf 64, held as float16 here to be quick."""
    state = {k: t.half() for k, t in UNet(64, 8, deep_norm=False).state_dict().items()}
    card = Card(name="net", model="pix2pix", weights="w", **RANGES)
    network = network_for(state, card)
    fill(network, state, card)
    assert round(sum(p.numel() for p in network.parameters()) / 1e6, 1) == 54.4


def test_a_pict_file_becomes_a_model(tmp_path: Path) -> None:
    """The 8-bit files of ml5 and of the pix2pix web demos."""
    names = variables(1, old=False)
    table = np.linspace(-1, 2, 256, dtype="<f4")
    shapes = [{"name": key, "shape": list(array.shape)} for key, array in names.items()]
    flat = np.concatenate([array.ravel() for array in names.values()])
    codes = np.abs(flat[:, None] - table).argmin(1).astype(np.uint8)
    chunks = (json.dumps(shapes).encode(), table.tobytes(), codes.tobytes())
    (tmp_path / "edges.pict").write_bytes(b"".join(len(c).to_bytes(4, "big") + c for c in chunks))
    card = read_card(import_weights([tmp_path / "edges.pict"], "net", None, tmp_path))
    content = torch.rand(1, 3, 40, 40)
    model = load_model(card, "cpu")
    assert model.paint(content, [model.prepare(content)], ONE).shape == content.shape
