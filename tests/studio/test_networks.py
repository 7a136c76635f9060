"""What networks cost, counted on one whose arithmetic is known; the comparison with plain ways."""

from __future__ import annotations

from pathlib import Path

import pytest
import safetensors.torch
import torch

from tests.conftest import ROOT
from tests.infer.fakes import BLUE, RED, write_style
from tests.infer.models.manners import small_files
from vj.core.card import write_card
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig, open_gig
from vj.infer.import_weights import import_weights
from vj.infer.models.fast_style import TransformerNet
from vj.studio import networks
from vj.studio.networks import Figures, compare, counted, distinct, measure, parameters_of


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    """A gig with a small network of one look, twice."""
    for name, colour in (("a", RED), ("b", BLUE)):
        write_style(tmp_path / "styles" / f"{name}.png", colour)
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    safetensors.torch.save_file(TransformerNet((4, 4, 4)).state_dict(), folder / "net.safetensors")
    for name in ("net", "same"):
        facts = {"model": "fast_style", "weights": "net.safetensors", "licence": "MIT"}
        write_card(folder / f"{name}.yaml", facts)
    return Gig(tmp_path, Rig.model_validate({"device": "cpu"}))


def test_arithmetic_is_counted() -> None:
    x, weight = torch.rand(1, 3, 16, 16), torch.rand(8, 3, 3, 3)
    got = counted(lambda: torch.nn.functional.conv2d(x, weight, padding=1))
    assert got == pytest.approx(2 * 16 * 16 * 8 * 3 * 9 / 1e9)
    queries, keys = torch.rand(1, 1, 50, 16), torch.rand(1, 1, 300, 16)
    attention = torch.nn.functional.scaled_dot_product_attention
    got = counted(lambda: attention(queries, keys, keys))
    assert got == pytest.approx(2 * 50 * 300 * (16 + 16) / 1e9)


def test_one_of_each_kind_and_size_is_measured(gig: Gig) -> None:
    names = distinct(gig, ["brush", "net", "passthrough", "same"])
    assert names == ["brush", "net"]


def test_a_network_is_measured(gig: Gig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "SIZE", (36, 64))
    found = measure(gig, "net", ["a", "b"], 0.0, "cpu")
    numbers = sum(tensor.numel() for tensor in TransformerNet((4, 4, 4)).state_dict().values())
    assert found.parameters == parameters_of(gig.card("net")) == numbers
    assert found.word == "fast_style" and found.licence == "MIT"
    first = 2 * 36 * 64 * 4 * 3 * 81 / 1e9  # its first convolution alone
    assert found.gflop > 2 * first and found.one > 0 and found.two > 0
    told = found.as_json(of=2 * found.one)
    assert told["of_brush"] == 2 and told["passes"] == "one, a network per style"
    assert "fast_style" in found.line()


def test_a_painting_by_optimisation_is_measured_whole(
    gig: Gig, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "SIZE", (40, 64))
    path = import_weights(small_files(shared_data, "e4"), "g", "gatys", gig.folder / "checkpoints")
    text = path.read_text().replace("options:\n", "options:\n  iterations: 12\n")
    path.write_text(text)
    fresh = Gig(gig.folder, gig.rig)
    found = measure(fresh, "g", ["a", "b"], 0.0, "cpu")
    one_look = Figures("g", "gatys", 0, 0, 1, 1, "").ratio
    assert found.ratio == one_look == 1 and found.gflop > 0.1
    monkeypatch.setattr(networks, "FEW", 6)
    monkeypatch.setattr(networks, "MORE", 12)  # the whole painting itself
    assert measure(fresh, "g", ["a", "b"], 0.0, "cpu").gflop == pytest.approx(found.gflop, rel=0.01)


@pytest.mark.parametrize("word", ["sanet", "avatar_net"])
def test_the_public_way_is_slower(
    word: str, gig: Gig, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "PUBLISHED_SIZE", (96, 160))
    monkeypatch.setattr(networks, "STYLE", (160, 160))
    import_weights(small_files(shared_data, "e4", "d4"), "n", word, gig.folder / "checkpoints")
    versus = compare(Gig(gig.folder, gig.rig), "n", ["a", "b"], 0.0, "cpu")
    told = versus.as_json()
    assert versus.published > 1.5 * versus.ours and 0 < versus.styles < versus.published
    assert told["times"] > told["times_with_styles_prepared"] > 0  # type: ignore[operator]


def test_only_two_have_a_public_way_to_compare_with(gig: Gig) -> None:
    with pytest.raises(UserError, match="sanet and avatar_net"):
        compare(gig, "net", ["a", "b"], 0.0, "cpu")


def test_the_program_s_own_networks_are_among_those_measured() -> None:
    assert "brush" in distinct(open_gig(ROOT), list(open_gig(ROOT).card_files))
