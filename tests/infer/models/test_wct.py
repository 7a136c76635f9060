"""WCT with the real small network: covariances, levels, strength per level, regions."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.infer.models import manners
from tests.infer.models.manners import apart, paintings, photo, saved, small_files, uniform
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model, read_weights
from vj.infer.models.wct import WCT, Network
from vj.infer.whitening import moments

ALL = [f"{part}{level}" for level in range(1, 6) for part in "ed"]


@pytest.fixture(scope="module")
def model(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> WCT:
    files = small_files(shared_data, *ALL)
    path = import_weights(files, "wct", None, tmp_path_factory.mktemp("cards"))
    loaded = manners.load_precise(path)
    assert isinstance(loaded, WCT)
    return loaded


def test_painted_features_have_the_style_s_covariance(model: WCT, shared_data: Path) -> None:
    style = model.prepare(paintings(shared_data)[0])
    features = torch.rand(1, 64, 40, 40) * (1 + 4 * torch.rand(64, 1, 1))
    ones = manners.one_share()
    full = WCT(model.network, "cpu", torch.float32, dict.fromkeys(range(1, 6), 1.0))
    made = full._recoloured(features, [style], ones, 3)
    mean, covariance = moments(made)
    wanted = style.tensors["colour3"] @ style.tensors["colour3"]
    assert torch.allclose(mean, style.tensors["mean3"], atol=1e-3)
    assert float((covariance - wanted).norm() / wanted.norm()) < 0.02


def test_manners(model: WCT, shared_data: Path) -> None:
    styles = [model.prepare(image) for image in paintings(shared_data)]
    manners.check_manners(model, photo(shared_data), styles)
    manners.check_flat(model, styles)
    # each region is measured by itself, so a half is not just a cut of the whole
    manners.check_halves(model, photo(shared_data), styles, near=0.75)
    manners.check_strength(model, photo(shared_data), styles[0])


def test_each_level_has_its_own_strength(model: WCT, shared_data: Path) -> None:
    content, image = photo(shared_data), paintings(shared_data)[0]
    colours = apart(image.mean((2, 3)), content.mean((2, 3)))

    def painted(**strengths: float) -> Tensor:
        table = {n: strengths.get(f"level{n}", 0.0) for n in range(1, 6)}
        some = WCT(model.network, "cpu", torch.float32, table)
        return some.paint(content, [some.prepare(image)], uniform(1.0))

    assert torch.equal(painted(), content)  # no level works, nothing is encoded
    fine, coarse = painted(level1=1.0), painted(level5=1.0)
    assert apart(fine.mean((2, 3)), image.mean((2, 3))) < 0.3 * colours
    assert apart(painted(level1=0.5), content) < apart(fine, content)
    assert apart(coarse, content) > 0.03 and apart(coarse, fine) > 0.03


def test_a_pair_of_files_is_a_model(shared_data: Path, tmp_path: Path) -> None:
    path = import_weights(small_files(shared_data, "e3", "d3"), "one", None, tmp_path)
    card = read_card(path)
    assert card.model == "wct" and card.multiple == 4
    model = load_model(card, "cpu")
    assert model.multiple == 4
    style = model.prepare(torch.rand(1, 3, 40, 40))
    assert model.paint(torch.rand(1, 3, 20, 28), [style], uniform(1.0)).shape == (1, 3, 20, 28)
    again = import_weights([path.with_suffix(".safetensors")], "again", None, tmp_path)
    assert read_card(again).sha256 == card.sha256


def test_every_tensor_but_the_aux_ones_is_kept(shared_data: Path, tmp_path: Path) -> None:
    card = read_card(import_weights(small_files(shared_data, *ALL), "w", None, tmp_path))
    kept = read_weights(card)
    for name, file in zip(ALL, small_files(shared_data, *ALL), strict=True):
        for key, tensor in torch.load(file, "cpu", weights_only=True)["model"].items():
            assert "_aux" in key or torch.equal(kept.pop(f"{name}.{key}"), tensor)
    assert not kept
    assert Network(read_weights(card)).levels == [1, 2, 3, 4, 5]


def test_what_does_not_fit_is_named(shared_data: Path, tmp_path: Path) -> None:
    e3, d3, d2 = small_files(shared_data, "e3", "d3", "d2")
    with pytest.raises(UserError, match=r"missing: wct_se_16x_e2\.pth"):
        import_weights([e3, d3, d2], "x", None, tmp_path)
    broken = torch.load(d3, "cpu", weights_only=True)["model"]
    broken["conv22.bias"] = torch.ones(7)
    with pytest.raises(UserError, match=r"d3: tensor 'conv22\.bias' has shape \(7,\), not \(32,\)"):
        import_weights([e3, saved(broken, tmp_path / "d3.pth")], "x", None, tmp_path)


def test_a_strength_outside_its_range_is_refused(shared_data: Path, tmp_path: Path) -> None:
    path = import_weights(small_files(shared_data, "e1", "d1"), "x", None, tmp_path)
    path.write_text(path.read_text().replace("strength_1: 0.6", "strength_1: 1.6"))
    with pytest.raises(UserError, match=r"strength_1: 1\.6; a number from 0 to 1"):
        load_model(read_card(path), "cpu")
