"""SANet: the published arithmetic in float64, bounded attention, layouts, strength, regions."""

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
from vj.infer.models import sanet
from vj.infer.models.sanet import SANet, Transform, attended
from vj.infer.shares import Shares

Official = tuple[Path, Path, Path]


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Official:
    """vgg_normalised, decoder and transformer files with random numbers in them."""
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("official")
    return (
        saved(manners.random_vgg(), folder / "vgg_normalised.pth"),
        saved(manners.random_decoder(), folder / "decoder_iter_500000.pth"),
        saved(manners.random_transform(), folder / "transformer_iter_500000.pth"),
    )


@pytest.fixture(scope="module")
def full(official: Official, tmp_path_factory: pytest.TempPathFactory) -> SANet:
    path = import_weights(list(official), "full", None, tmp_path_factory.mktemp("cards"))
    assert read_card(path).model == "sanet" and read_card(path).multiple == 16
    loaded = manners.load_precise(path)
    assert isinstance(loaded, SANet)
    return loaded


@pytest.fixture(scope="module")
def small(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> SANet:
    files = small_files(shared_data, "e4", "d4")
    path = import_weights(files, "small", "sanet", tmp_path_factory.mktemp("cards"))
    assert "without its trained transform" in read_card(path).title
    loaded = manners.load_precise(path)
    assert isinstance(loaded, SANet)
    return loaded


def published(t: dict[str, Tensor], content: list[Tensor], style: list[Tensor]) -> Tensor:
    """The official transform, unfused and in float64, from its description."""
    t = {name: value.double() for name, value in t.items()}

    def even(x: Tensor) -> Tensor:
        return (x - x.mean((2, 3), True)) / (x.var((2, 3), keepdim=True) + 1e-5).sqrt()

    def conv(x: Tensor, name: str) -> Tensor:
        return functional.conv2d(x, t[f"{name}.weight"], t[f"{name}.bias"])

    def attention(name: str, c: Tensor, s: Tensor) -> Tensor:
        f, g = conv(even(c), f"{name}.f").flatten(2), conv(even(s), f"{name}.g").flatten(2)
        matrix = torch.softmax(f.transpose(1, 2) @ g, 2)  # (1, n, m)
        found = conv(s, f"{name}.h").flatten(2) @ matrix.transpose(1, 2)
        return conv(found.view_as(c), f"{name}.out_conv") + c

    c4, c5, s4, s5 = (x.double() for x in (*content, *style))
    both = attention("sanet4_1", c4, s4)
    both = both + functional.interpolate(attention("sanet5_1", c5, s5), scale_factor=2)
    return conv(functional.pad(both, (1, 1, 1, 1), mode="reflect"), "merge_conv")


def test_the_transform_is_the_published_one(official: Official) -> None:
    torch.manual_seed(5)
    tensors = torch.load(official[2], weights_only=True)
    transform = Transform(512)
    transform.load_state_dict(tensors)
    content = [torch.rand(1, 512, 8, 12), torch.rand(1, 512, 4, 6)]
    style = [torch.rand(1, 512, 9, 7), torch.rand(1, 512, 5, 4)]
    with torch.inference_mode():
        got = transform(content, [transform.remember(style)], manners.one_share())
        wanted = published(tensors, content, style)
        assert float((got - wanted).abs().max()) < 1e-4 * float(wanted.abs().max())
        # half strength is half way to the published transform of the picture with itself
        half = transform(content, [transform.remember(style)], Shares(uniform(0.5), got.device))
        own = published(tensors, content, content)
        wanted = (wanted + own) / 2
        assert float((half - wanted).abs().max()) < 1e-4 * float(wanted.abs().max())


@pytest.mark.parametrize("entries", [7, 1000, 10**9])
def test_attention_in_bands_is_the_whole_formula(
    monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    torch.manual_seed(6)
    queries, keys, values = torch.randn(50, 16), torch.randn(90, 16), torch.randn(90, 32)
    widest = 0
    fused = functional.scaled_dot_product_attention

    def watched(q: Tensor, k: Tensor, v: Tensor, scale: float) -> Tensor:
        nonlocal widest
        widest = max(widest, q.shape[2] * k.shape[2])
        return fused(q, k, v, scale=scale)

    monkeypatch.setattr(sanet, "ENTRIES", entries)
    monkeypatch.setattr(functional, "scaled_dot_product_attention", watched)
    got = attended(queries, keys, values, 1.0)
    wanted = torch.softmax(queries.double() @ keys.double().T, 1) @ values.double()
    assert torch.allclose(got.double(), wanted, atol=1e-5)
    assert widest <= max(entries, 90)


def test_at_720p_no_band_holds_more_than_64_mb() -> None:
    queries, keys = 160 * 90, 64 * 64
    rows = max(sanet.ENTRIES // keys, 1)
    assert rows * keys * 4 <= 64 * 2**20 < queries * keys * 4


def test_official_files_paint(full: SANet) -> None:
    styles = [full.prepare(torch.rand(1, 3, 40, 50)), full.prepare(torch.rand(1, 3, 64, 33) ** 2)]
    torch.manual_seed(7)
    content = torch.rand(1, 3, 32, 64)
    painted = full.paint(content, styles, uniform(0.4, 0.3))
    assert painted.shape == content.shape and bool(torch.isfinite(painted).all())
    assert torch.equal(full.paint(content, styles, torch.zeros(2, 3, 3)), content)
    tiny = torch.rand(1, 3, 16, 16)
    assert bool(torch.isfinite(full.paint(tiny, styles[:1], uniform(1.0))).all())


def test_every_official_tensor_of_the_transform_is_kept(official: Official, tmp_path: Path) -> None:
    card = read_card(import_weights(list(official[::-1]), "x", None, tmp_path))
    kept = read_weights(card)
    for key, tensor in torch.load(official[2], weights_only=True).items():
        assert torch.equal(kept.pop(f"transform.{key}"), tensor)
    assert len(kept) == 2 * (1 + 13 + 9)
    again = import_weights([card.weights_path() or tmp_path], "again", None, tmp_path)
    assert read_card(again).sha256 == card.sha256 and read_card(again).multiple == 16


def test_what_is_wrong_is_named(official: Official, tmp_path: Path) -> None:
    broken = torch.load(official[2], weights_only=True)
    broken["sanet5_1.g.weight"] = torch.ones(512, 256, 1, 1)
    with pytest.raises(UserError, match=r"transformer: tensor 'sanet5_1\.g\.weight' has shape"):
        import_weights([*official[:2], saved(broken, tmp_path / "t.pth")], "x", None, tmp_path)
    with pytest.raises(UserError, match="decoder is missing"):
        import_weights([official[0], official[2]], "x", None, tmp_path)
    with pytest.raises(UserError, match="transform is missing"):
        import_weights(list(official[:2]), "x", "sanet", tmp_path)


def test_the_small_encoder_drives_an_official_transform(
    shared_data: Path, official: Official, tmp_path: Path
) -> None:
    files = [*small_files(shared_data, "e5"), *official[1:]]
    model = load_model(read_card(import_weights(files, "turbo", None, tmp_path)), "cpu")
    style = model.prepare(torch.rand(1, 3, 48, 48))
    assert style.tensors["key5"].shape == (9, 512)
    painted = model.paint(torch.rand(1, 3, 32, 48), [style], uniform(1.0))
    assert bool(torch.isfinite(painted).all())


def test_manners_without_a_trained_transform(small: SANet, shared_data: Path) -> None:
    styles = [small.prepare(image) for image in paintings(shared_data)]
    manners.check_manners(small, photo(shared_data), styles)
    manners.check_flat(small, styles)
    manners.check_halves(small, photo(shared_data), styles)
    manners.check_strength(small, photo(shared_data), styles[0])


def test_untrained_attention_fetches_the_style_s_features(small: SANet, shared_data: Path) -> None:
    """A picture with itself as style hardly changes; what is fetched has the style's colours."""
    content, image = photo(shared_data), paintings(shared_data)[0]
    same = small.paint(content, [small.prepare(content)], uniform(1.0))
    other = small.paint(content, [small.prepare(image)], uniform(1.0))
    assert apart(same, content) < 0.7 * apart(other, content)
    means = other.mean((2, 3)), image.mean((2, 3)), content.mean((2, 3))
    assert apart(means[0], means[1]) < apart(means[2], means[1])


def test_steps_paint_again(small: SANet, shared_data: Path) -> None:
    content = photo(shared_data)
    style = small.prepare(paintings(shared_data)[0])
    twice = SANet(small.network, "cpu", torch.float32, steps=2)
    once = small.paint(content, [style], uniform(1.0))
    again = small.paint(once, [style], uniform(1.0))
    assert torch.allclose(twice.paint(content, [style], uniform(1.0)), again, atol=1e-5)


def test_steps_out_of_range_are_refused(shared_data: Path, tmp_path: Path) -> None:
    path = import_weights(small_files(shared_data, "e4", "d4"), "s", "sanet", tmp_path)
    path.write_text(path.read_text().replace("steps: 1", "steps: 0"))
    with pytest.raises(UserError, match=r"steps: 0; 1 to 8"):
        load_model(read_card(path), "cpu")


def test_places_nobody_asks_about_are_not_worked_out() -> None:
    torch.manual_seed(6)
    queries, keys, values = torch.rand(12, 4), torch.rand(9, 4), torch.rand(9, 5)
    whole = attended(queries, keys, values, 1.0)
    places = torch.tensor([1, 5, 11])
    some = attended(queries, keys, values, 1.0, places)
    assert torch.allclose(some[places], whole[places], atol=1e-6)
    rest = torch.ones(12, dtype=torch.bool)
    rest[places] = False
    assert not some[rest].any()
    assert not attended(queries, keys, values, 1.0, places[:0]).any()
