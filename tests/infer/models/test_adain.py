"""AdaIN: official layouts key for key, the published arithmetic, statistics, strength, regions."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.infer.models import manners
from tests.infer.models.manners import apart, paintings, photo, saved, small_files, uniform
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model, read_weights
from vj.infer.models.adain import AdaIN
from vj.infer.protocol import Model
from vj.infer.vgg import statistics


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """vgg_normalised.pth and decoder.pth with random numbers in them."""
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("official")
    vgg = saved(manners.random_vgg(), folder / "vgg_normalised.pth")
    return vgg, saved(manners.random_decoder(), folder / "decoder.pth")


@pytest.fixture(scope="module")
def small(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AdaIN:
    files = small_files(shared_data, "e4", "d4")
    path = import_weights(files, "small", "adain", tmp_path_factory.mktemp("cards"))
    loaded = manners.load_precise(path)
    assert isinstance(loaded, AdaIN)
    return loaded


def published(files: tuple[Path, Path], content: Tensor, style: Tensor, alpha: float) -> Tensor:
    """The official forward pass, written from its description with the official names."""
    vgg, decoder = (torch.load(file, weights_only=True) for file in files)

    def conv(x: Tensor, weights: dict[str, Tensor], index: int) -> Tensor:
        x = functional.pad(x, (1, 1, 1, 1), mode="reflect")
        return functional.conv2d(x, weights[f"{index}.weight"], weights[f"{index}.bias"])

    def encoded(x: Tensor) -> Tensor:
        x = functional.conv2d(x, vgg["0.weight"], vgg["0.bias"])
        for index in (2, 5, 0, 9, 12, 0, 16, 19, 22, 25, 0, 29):
            x = conv(x, vgg, index).relu() if index else functional.max_pool2d(x, 2, ceil_mode=True)
        return x

    c, s = encoded(content), encoded(style)
    normal = (c - c.mean((2, 3), True)) / (c.var((2, 3), keepdim=True) + 1e-5).sqrt()
    t = normal * (s.var((2, 3), keepdim=True) + 1e-5).sqrt() + s.mean((2, 3), True)
    x = alpha * t + (1 - alpha) * c
    for index in (1, 0, 5, 8, 11, 14, 0, 18, 21, 0, 25):
        x = conv(x, decoder, index).relu() if index else functional.interpolate(x, scale_factor=2)
    return conv(x, decoder, 28)


def test_official_files_give_the_published_picture(
    official: tuple[Path, Path], tmp_path: Path
) -> None:
    path = import_weights(list(official), "full", None, tmp_path)
    card = read_card(path)
    assert card.model == "adain" and card.multiple == 8 and card.licence == "MIT"
    model = manners.load_precise(path)
    content, image = torch.rand(1, 3, 32, 48), torch.rand(1, 3, 37, 45) ** 2
    style = model.prepare(image)
    for alpha in (1.0, 0.5):
        wanted = published(official, content, image, alpha).clamp(0, 1)
        assert torch.allclose(model.paint(content, [style], uniform(alpha)), wanted, atol=1e-4)


def test_every_official_tensor_is_kept(official: tuple[Path, Path], tmp_path: Path) -> None:
    card = read_card(import_weights(list(official[::-1]), "full", None, tmp_path))
    kept = read_weights(card)
    vgg, decoder = (torch.load(file, weights_only=True) for file in official)
    assert torch.equal(kept["encoder.conv0.weight"], vgg["0.weight"])
    assert torch.equal(kept["encoder.conv41.bias"], vgg["29.bias"])
    assert torch.equal(kept["decoder.conv41.weight"], decoder["1.weight"])
    assert torch.equal(kept["decoder.conv11.bias"], decoder["28.bias"])
    assert len(kept) == 2 * (10 + 9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"9.weight": torch.ones(128, 64, 5, 5)}, r"'9\.weight' has shape \(128, 64, 5, 5\)"),
        ({"9.weight": None}, r"'9\.weight' is missing"),
        ({"77.bias": torch.ones(1)}, r"'77\.bias' does not belong"),
    ],
)
def test_a_wrong_tensor_is_named(
    official: tuple[Path, Path], tmp_path: Path, change: dict[str, Tensor | None], said: str
) -> None:
    vgg = {**torch.load(official[0], weights_only=True), **change}
    vgg = {key: tensor for key, tensor in vgg.items() if tensor is not None}
    with pytest.raises(UserError, match=said):
        import_weights([saved(vgg, tmp_path / "v.pth"), official[1]], "x", "adain", tmp_path)


def test_a_missing_file_is_named(official: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"encoder is missing.*vgg_normalised\.pth"):
        import_weights([official[1]], "x", None, tmp_path)
    with pytest.raises(UserError, match="decoder is missing"):
        import_weights([official[0]], "x", "adain", tmp_path)


def test_the_small_encoder_drives_an_official_decoder(
    shared_data: Path, official: tuple[Path, Path], tmp_path: Path
) -> None:
    files = [*small_files(shared_data, "e4"), official[1]]
    model = load_model(read_card(import_weights(files, "turbo", None, tmp_path)), "cpu")
    style = model.prepare(torch.rand(1, 3, 40, 40))
    assert style.tensors["numbers"].shape == (2, 512)
    assert model.paint(torch.rand(1, 3, 32, 32), [style], uniform(1.0)).shape == (1, 3, 32, 32)


def test_an_encoder_of_another_level_is_refused(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"wct_se_16x_e4 is needed, this one is of level 3"):
        import_weights(small_files(shared_data, "e3", "d4"), "x", "adain", tmp_path)


def test_painted_features_have_the_style_s_statistics(small: AdaIN, shared_data: Path) -> None:
    """What reaches the decoder has the style's mean and deviation in every channel."""
    seen: list[Tensor] = []
    hook = small.network.decoder.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    style = small.prepare(paintings(shared_data)[0])
    small.paint(photo(shared_data), [style], uniform(1.0))
    hook.remove()
    wanted = style.tensors["numbers"]
    lively = wanted[1] > 0.02  # a channel that is dead in the photo cannot be brought to life
    found = statistics(seen[0])
    assert torch.allclose(found[0], wanted[0], atol=1e-3)
    gap = (found[1] - wanted[1]).abs()[lively] / wanted[1][lively]
    assert float(gap.median()) < 0.01


def test_manners(small: AdaIN, shared_data: Path) -> None:
    styles = [small.prepare(image) for image in paintings(shared_data)]
    manners.check_manners(small, photo(shared_data), styles)
    manners.check_flat(small, styles)
    manners.check_halves(small, photo(shared_data), styles)
    manners.check_strength(small, photo(shared_data), styles[0])


def test_any_number_of_styles_is_one_pass(small: AdaIN) -> None:
    runs: list[int] = []
    hooks = [
        part.register_forward_hook(lambda *_: runs.append(1))
        for part in (small.network.encoder, small.network.decoder)
    ]
    styles = [small.prepare(torch.rand(1, 3, 32, 32)) for _ in range(4)]
    runs.clear()
    weights = torch.rand(4, 6, 6)
    small.paint(torch.rand(1, 3, 48, 48), styles, weights / weights.sum(0))
    for hook in hooks:
        hook.remove()
    assert len(runs) == 2


def test_preserved_colours_are_the_picture_s(small: AdaIN, shared_data: Path) -> None:
    content, painting = photo(shared_data), paintings(shared_data)[0]
    keeping = AdaIN(small.network, "cpu", torch.float32, preserve_color=True)

    def gap(model: Model) -> float:
        painted = model.paint(content, [model.prepare(painting)], uniform(1.0))
        return apart(painted.mean((2, 3)), content.mean((2, 3)))

    assert gap(keeping) < 0.4 * gap(small)


def test_the_card_s_option_keeps_colours(shared_data: Path, tmp_path: Path) -> None:
    path = import_weights(small_files(shared_data, "e4", "d4"), "s", "adain", tmp_path)
    path.write_text(path.read_text().replace("preserve_color: false", "preserve_color: true"))
    model = load_model(read_card(path), "cpu")
    assert "image" in model.prepare(torch.rand(1, 3, 32, 32)).tensors
