"""Every card in checkpoints/ keeps the contract of a model: new cards are tested by being there."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from vj.core.card import Card, read_card
from vj.infer.load import load_model, words
from vj.infer.protocol import Model, Style

FOLDER = Path(__file__).resolve().parents[2] / "checkpoints"
CARDS = [path for path in sorted(FOLDER.glob("*.yaml")) if read_card(path).model in words("models")]


@pytest.fixture(scope="module", params=CARDS, ids=lambda path: path.stem)
def card(request: pytest.FixtureRequest) -> Card:
    return read_card(request.param)


@pytest.fixture(scope="module")
def model(card: Card) -> Model:
    return load_model(card, "cpu")


@pytest.fixture(scope="module")
def styles(model: Model) -> list[Style]:
    torch.manual_seed(1)
    return [model.prepare(torch.rand(1, 3, 40 + 8 * n, 64) ** (1 + n)) for n in range(3)]


def content(model: Model) -> Tensor:
    torch.manual_seed(2)
    side = model.multiple * (64 // model.multiple)
    return torch.rand(1, 3, side, side + model.multiple)


def test_there_are_cards() -> None:
    assert CARDS


def test_the_card_agrees_with_its_model(card: Card, model: Model) -> None:
    assert model.multiple >= 1 and card.multiple % model.multiple == 0
    assert card.licence and card.origin


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (64, 72)])
def test_painting_keeps_shape_and_range(
    model: Model, styles: list[Style], shape: tuple[int, int]
) -> None:
    x = content(model)
    weights = torch.rand(3, *shape)
    painted = model.paint(x, styles, weights / weights.sum(0))
    assert painted.shape == x.shape and painted.dtype == torch.float32
    assert torch.isfinite(painted).all()
    assert float(painted.min()) >= 0 and float(painted.max()) <= 1


def test_no_weight_gives_the_picture_back(model: Model, styles: list[Style]) -> None:
    x = content(model)
    assert torch.equal(model.paint(x, styles, torch.zeros(3, 1, 1)), x)
    assert torch.allclose(model.paint(x, styles, torch.zeros(3, 9, 9)), x, atol=1e-6)


def test_a_style_split_in_two_is_the_same_style(model: Model, styles: list[Style]) -> None:
    x = content(model)
    whole = model.paint(x, styles[:1], torch.ones(1, 1, 1))
    parts = model.paint(x, [styles[0], styles[0]], torch.tensor([[[0.3]], [[0.7]]]))
    assert float((whole - parts).abs().mean()) < 0.01


def test_painting_again_gives_the_same_picture(model: Model, styles: list[Style]) -> None:
    x, ones = content(model), torch.ones(1, 1, 1)
    first = model.paint(x, styles[:1], ones)
    assert torch.equal(first, model.paint(x, styles[:1], ones))
