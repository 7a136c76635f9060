"""Magenta: equal to the TFLite files with the public weights; its manners with random ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor
from torch.nn import functional

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import fill, load_model, read_weights
from vj.infer.models.magenta import Magenta, Network, Norms, moments, network_for, regional, stride
from vj.infer.protocol import Style
from vj.infer.styles import read_style

FILES = ("style_predict_mobilenetv2_int8w.npz", "style_transfer_quarter_f16.npz")


@pytest.fixture(scope="module")
def tiny() -> Magenta:
    torch.manual_seed(0)
    return Magenta(Network((4, 8, 12)), "cpu", torch.float32)


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "weights" / "magenta_int8"


@pytest.fixture(scope="module")
def card_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = [folder / name for name in FILES]
    return import_weights(files, "magenta", None, tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture(scope="module")
def public(card_path: Path) -> Magenta:
    card = read_card(card_path)
    weights = read_weights(card)
    network = network_for(weights, card)
    fill(network, weights, card)
    return Magenta(network, "cpu", torch.float32)


@pytest.fixture(scope="module")
def photo(shared_data: Path) -> Tensor:
    path = sorted((shared_data / "photos" / "kodak").glob("*.*g"))[0]
    return functional.interpolate(read_style(path, 160), (128, 160), mode="area")


@pytest.fixture(scope="module")
def paintings(shared_data: Path) -> list[Tensor]:
    folder = shared_data / "styles" / "public_domain_256"
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png"))
    return [
        functional.interpolate(read_style(paths[n], 256), (256, 256), mode="area") for n in (0, 23)
    ]


def uniform(*shares: float) -> Tensor:
    return torch.tensor(shares)[:, None, None]


def apart(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().mean())


def styled(seed: int) -> Style:
    generator = torch.Generator().manual_seed(seed)
    return Style("", {"vector": torch.randn(100, generator=generator)})


def published(network: Network, x: Tensor, vector: Tensor) -> Tensor:
    """The transformer written from its description, one plain step after the other."""
    numbers = network.transformer.style(vector)
    at = 0

    def norm(y: Tensor) -> Tensor:
        nonlocal at
        count = y.shape[1]
        gamma, beta = numbers[at : at + count], numbers[at + count : at + 2 * count]
        at += 2 * count
        centred = y - y.mean((2, 3), keepdim=True)
        var = centred.square().mean((2, 3), keepdim=True)
        return centred / (var + 1e-5).sqrt() * gamma.view(1, -1, 1, 1) + beta.view(1, -1, 1, 1)

    t = network.transformer
    for conv in t.contract:
        x = conv(x).clamp_min(0)
    for number in range(5):
        inner = norm(t.residual[2 * number](x)).clamp_min(0)
        x = x + norm(t.residual[2 * number + 1](inner))
    for conv in t.expand[:2]:
        x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
        x = norm(conv(x)).clamp_min(0)
    return torch.sigmoid(norm(t.expand[2](x)))


def test_one_style_is_the_published_forward_pass() -> None:
    torch.manual_seed(0)
    network = Network((4, 8, 12))
    content, style = torch.rand(1, 3, 48, 64), styled(1)
    got = Magenta(network, "cpu", torch.float32).paint(content, [style], uniform(1.0))
    vector = style.tensors["vector"].double()
    wanted = published(network.double(), content.double(), vector)
    assert float((got - wanted).abs().max()) < 1e-4


def test_weights_of_zero_give_the_picture_back_exactly(tiny: Magenta) -> None:
    content = torch.rand(1, 3, 32, 32)
    assert torch.equal(tiny.paint(content, [styled(1)], torch.zeros(1, 8, 8)), content)
    assert torch.equal(tiny.paint(content, [], torch.zeros(0, 1, 1)), content)
    half = torch.zeros(1, 8, 8)
    half[:, :, :4] = 1
    assert torch.equal(tiny.paint(content, [styled(1)], half)[..., -8:], content[..., -8:])


def test_mixing_styles_is_mixing_their_vectors(tiny: Magenta) -> None:
    content = torch.rand(1, 3, 32, 48)
    a, b = styled(1), styled(2)
    middle = Style("", {"vector": 0.3 * a.tensors["vector"] + 0.7 * b.tensors["vector"]})
    mixed = tiny.paint(content, [a, b], uniform(0.3, 0.7))
    assert torch.allclose(mixed, tiny.paint(content, [middle], uniform(1.0)), atol=1e-5)


def test_a_map_that_is_the_same_everywhere_is_the_uniform_mixture(tiny: Magenta) -> None:
    content = torch.rand(1, 3, 64, 64)
    flat = tiny.paint(content, [styled(1), styled(2)], uniform(0.3, 0.7))
    mapped = tiny.paint(content, [styled(1), styled(2)], uniform(0.3, 0.7).expand(2, 5, 7))
    assert torch.allclose(flat, mapped, atol=2e-4)


def test_two_regions_cost_one_pass(tiny: Magenta, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[Norms] = []
    forward = type(tiny._transformer).forward
    monkeypatch.setattr(
        type(tiny._transformer),
        "forward",
        lambda self, x, norm: passes.append(norm) or forward(self, x, norm),
    )
    shares = torch.rand(3, 8, 8)
    styles = [styled(n) for n in range(3)]
    tiny.paint(torch.rand(1, 3, 32, 32), styles, shares / shares.sum(0))
    assert len(passes) == 1


def test_the_two_files_belong_together(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"transformer .* is missing"):
        import_weights([folder / FILES[0]], "x", None, tmp_path)
    with pytest.raises(UserError, match=r"predictor .* is missing"):
        import_weights([folder / FILES[1]], "x", "magenta", tmp_path)


def test_the_public_files_import_and_load(card_path: Path) -> None:
    card = read_card(card_path)
    assert card.model == "magenta" and card.multiple == 4 and card.options["style_size"] == 256
    weights = read_weights(card)
    transformer = [t.numel() for key, t in weights.items() if key.startswith("transformer.")]
    assert sum(transformer) == 177_718
    assert load_model(card, "cpu").multiple == 4


def test_it_equals_the_tflite_files(public: Magenta, folder: Path, photo: Tensor) -> None:
    """The transformer to 1e-4; the predictor there computes in int8, so its vector correlates."""
    litert = pytest.importorskip("ai_edge_litert.interpreter")

    def run(name: str, *inputs: Tensor) -> Tensor:
        interpreter = litert.Interpreter(str(folder / name), num_threads=1)
        interpreter.allocate_tensors()
        for detail in interpreter.get_input_details():
            shape = tuple(detail["shape"])
            fitting = next(x for x in inputs if tuple(x.shape) == shape)
            interpreter.set_tensor(detail["index"], np.ascontiguousarray(fitting.numpy()))
        interpreter.invoke()
        return torch.from_numpy(
            interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        )

    style = functional.interpolate(photo, (256, 256), mode="bilinear")
    content = functional.interpolate(photo, (384, 384), mode="bilinear")
    vector = public.prepare(style).tensors["vector"]
    theirs = run("style_predict_int8_256.tflite", style.permute(0, 2, 3, 1)).flatten()
    assert float(torch.corrcoef(torch.stack([vector, theirs]))[0, 1]) > 0.999
    wanted = run(
        "style_transfer_f16_384.tflite", content.permute(0, 2, 3, 1), vector.view(1, 1, 1, 100)
    ).permute(0, 3, 1, 2)
    got = public.paint(content, [Style("", {"vector": vector})], uniform(1.0))
    assert float((got - wanted).abs().max()) < 1e-4


def test_strength_leads_from_the_picture_to_the_style(
    public: Magenta, photo: Tensor, paintings: list[Tensor]
) -> None:
    style = public.prepare(paintings[1])
    steps = [public.paint(photo, [style], uniform(s)) for s in (0.0, 0.1, 0.4, 0.7, 1.0)]
    ways = [apart(step, photo) for step in steps]
    assert ways[0] == 0 and ways == sorted(ways) and ways[-1] > 0.1
    quiet = public.paint(photo, [public.prepare(paintings[0])], uniform(1.0))
    spread = [float(image.std((2, 3)).mean()) for image in (paintings[0], quiet, photo)]
    assert spread == sorted(spread) and spread[1] < 0.7 * spread[2]


def test_a_quiet_style_keeps_its_contrast_beside_a_loud_one(
    public: Magenta, photo: Tensor, paintings: list[Tensor]
) -> None:
    """Normed by the whole picture, the half in the flat drawing's style once became a gray wall."""
    styles = [public.prepare(image) for image in paintings]
    first, second = (public.paint(photo, [style], uniform(1.0)) for style in styles)
    split = torch.zeros(2, 32, 40)
    split[0, :, :20], split[1, :, 20:] = 1, 1
    both = public.paint(photo, styles, split)
    left, right = (..., slice(0, 64)), (..., slice(96, 160))
    assert apart(both[left], first[left]) < 0.3 * apart(both[left], second[left])
    assert apart(both[right], second[right]) < 0.5 * apart(both[right], first[right])
    assert float(both[left].std()) > 0.7 * float(first[left].std())


def test_foreign_weights_are_said(tmp_path: Path) -> None:
    card = read_card_of(tmp_path, {"some.weight": torch.ones(1)})
    with pytest.raises(UserError, match=r"transformer\.contract\.0\.conv\.weight"):
        load_model(read_card(card), "cpu")


def read_card_of(folder: Path, tensors: dict[str, Tensor]) -> Path:
    safetensors.torch.save_file(tensors, folder / "m.safetensors")
    (folder / "m.yaml").write_text("model: magenta\nweights: m.safetensors\n")
    return folder / "m.yaml"


def test_a_region_is_measured_by_itself() -> None:
    """Normed by the whole picture, a pale style would fade away beside a strong one."""
    torch.manual_seed(3)
    x = torch.randn(1, 4, 40, 60) * 0.1 + 1
    x[..., 30:] = torch.randn(1, 4, 40, 30) * 5 - 3
    left = torch.zeros(40, 60)
    left[:, :30] = 1
    step = stride((40, 60))
    seen = torch.stack([left, 1 - left, torch.ones(40, 60)])[:, ::step, ::step].flatten(1)
    mean, std = regional(x, seen / seen.sum(1, keepdim=True))
    assert torch.allclose(mean[0], torch.ones(4), atol=0.5)
    assert torch.allclose(mean[1], torch.full((4,), -3.0), atol=0.7)
    assert float(std[0].max()) < 0.3 and float((std[1] - 5).abs().max()) < 0.7
    same = torch.full((3, seen.shape[1]), 1 / seen.shape[1])
    whole, spread = moments(x)
    assert torch.allclose(whole, x.mean((0, 2, 3)), atol=1e-4)
    assert torch.allclose(spread, x.var((0, 2, 3), correction=0), rtol=1e-3)
    mean, std = regional(x, same)
    assert torch.equal(mean, whole.expand(2, -1))
    assert torch.allclose(std, (spread + 1e-5).sqrt().expand(2, -1))
