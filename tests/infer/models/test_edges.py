"""edges: keeps a model's manners, holds several looks, and shows no lattice before any training."""

from __future__ import annotations

from pathlib import Path

import pytest
import safetensors.torch
import torch

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import load_model
from vj.infer.models.edges import Network, grain

ONE = torch.ones(1, 1, 1)


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return Network(["oil", "neon"])


@pytest.fixture
def card(network: Network, tmp_path: Path) -> Card:
    half = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    (tmp_path / "net.safetensors").write_bytes(safetensors.torch.save(half))
    return Card(name="net", folder=str(tmp_path), model="edges", weights="net.safetensors")


def drawn(height: int = 64, width: int = 96) -> torch.Tensor:
    """A few white lines on black."""
    picture = torch.zeros(1, 3, height, width)
    picture[..., 20, :] = 1
    picture[..., :, 30] = 1
    return picture


def test_a_drawing_becomes_a_picture_of_its_size(card: Card) -> None:
    model = load_model(card, "cpu")
    style = model.prepare(torch.rand(1, 3, 40, 40))
    painted = model.paint(drawn(), [style], ONE)
    assert painted.shape == (1, 3, 64, 96)
    assert painted.dtype == torch.float32
    assert 0 <= float(painted.min()) < float(painted.max()) <= 1
    again = model.paint(drawn(), [style], ONE)
    assert torch.equal(painted, again)


def test_strength_nothing_is_the_drawing_and_half_is_between(card: Card) -> None:
    model = load_model(card, "cpu")
    style = model.prepare(drawn())
    assert torch.equal(model.paint(drawn(), [style], 0 * ONE), drawn())
    whole, half = (model.paint(drawn(), [style], s * ONE) for s in (1.0, 0.5))
    assert torch.allclose(half, (whole + drawn()) / 2, atol=1e-5)


def test_looks_differ_and_the_card_chooses(card: Card) -> None:
    chosen = [card.model_copy(update={"options": {"look": name}}) for name in ("oil", "neon")]
    models = [load_model(each, "cpu") for each in chosen]
    oil, neon = (model.paint(drawn(), [model.prepare(drawn())], ONE) for model in models)
    assert float((oil - neon).abs().max()) > 0.02
    with pytest.raises(UserError, match=r"look 'neo'.*neon"):
        load_model(card.model_copy(update={"options": {"look": "neo"}}), "cpu")


def test_weights_without_a_look_are_refused(card: Card, network: Network) -> None:
    path = card.weights_path()
    assert path is not None
    painter = {f"painter.{k}": v.contiguous() for k, v in network.painter.state_dict().items()}
    path.write_bytes(safetensors.torch.save(painter))
    with pytest.raises(UserError, match="holds no look"):
        load_model(card, "cpu")


def test_one_picture_alone_is_painted_as_among_others(network: Network) -> None:
    """The quick ways for a single picture at show time give what training saw."""
    x = torch.rand(2, 4, 64, 64)
    both = network.painter(x, network.vectors(["oil", "neon"]))
    with torch.inference_mode():
        alone = network.painter(x[1:], network.vectors(["neon"]))
    assert torch.allclose(both[1:], alone, atol=1e-5)


def test_what_enters_on_one_side_leaves_the_far_side_alone(network: Network) -> None:
    """No norm over the whole picture: a person walking in does not make the rest flicker."""
    still, entered = torch.zeros(1, 4, 64, 1024), torch.zeros(1, 4, 64, 1024)
    entered[..., :64] = torch.rand(1, 4, 64, 64)
    with torch.inference_mode():
        before, after = (network.painter(x, network.vectors(["oil"])) for x in (still, entered))
    assert torch.equal(before[..., -128:], after[..., -128:])
    assert not torch.equal(before[..., :64], after[..., :64])


def test_a_flat_area_shows_no_sub_pixel_lattice(network: Network) -> None:
    with torch.inference_mode():
        painted = network.painter(torch.zeros(1, 4, 128, 128), network.vectors(["oil"]))
    inside = painted[..., 32:96, 32:96]
    assert float(inside.std(dim=(2, 3)).max()) < 1e-4


def test_the_grain_is_soft_and_the_same_every_time() -> None:
    sheets = [grain((96, 160), torch.Generator().manual_seed(1)) for _ in range(2)]
    assert sheets[0].shape == (1, 1, 96, 160)
    assert torch.equal(sheets[0], sheets[1])
    assert 0.15 < float(sheets[0].std()) < 0.45
    assert float(sheets[0].diff(dim=3).abs().mean()) < 0.05


def test_looks_keep_the_order_they_were_named_in(network: Network) -> None:
    """torch sorts the names of a dictionary of parameters; training once mixed looks up by it."""
    assert torch.equal(network.vectors(), network.vectors(["oil", "neon"]))
    assert not torch.equal(network.vectors(), network.vectors(["neon", "oil"]))


def test_the_file_stays_small(network: Network) -> None:
    assert 2 * sum(p.numel() for p in network.parameters()) < 5_000_000
