"""A narrower network is cut out of a wider one and learns to paint as that one does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from tests.studio.material import left_as_it_is, step_of_a_stop, write_encoder, write_spots
from vj.core.card import read_card, write_card
from vj.core.errors import UserError
from vj.infer.brush_network import Brush, Mixture
from vj.infer.brush_network import Widths as BrushWidths
from vj.infer.load import load_model
from vj.infer.models.edges import Network, Widths, grain, widths_of
from vj.studio import slim_brush, slim_edges, train_slim
from vj.studio.brush_export import export as export_brush
from vj.studio.pix2pix_export import export as export_edges
from vj.studio.train_slim import Options, train

WIDE_BRUSH, BRUSH = BrushWidths(16, 24, 10, 3), BrushWidths(12, 16, 8, 2)
WIDE, NARROW = Widths(16, 24, 24, 32, 12), Widths(12, 16, 16, 24, 8)


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("slim")
    for kind in ("photos", "styles"):
        write_spots(folder / kind, shape=(80, 90))
    write_encoder(folder / "encoder.pth")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        export_brush(Brush(WIDE_BRUSH), "brush", folder, {"steps": 7}, "MIT")
        export_edges(Network(["oil", "ink"], WIDE), "edges", folder, {}, "MIT")
    return Options(
        card=folder / "brush.yaml",
        photos=(folder / "photos",),
        styles=(folder / "styles",),
        perceptual=folder / "encoder.pth",
        out=folder / "run",
        widths=(12, 16, 8, 2),
        steps=3,
        batch=2,
        sizes=(64,),
        device="cpu",
    )


def test_a_brush_is_made_narrower_and_its_card_says_from_what(
    options: Options, tmp_path: Path
) -> None:
    written = train(replace(options, out=tmp_path))
    assert written == [tmp_path / "brush.yaml", tmp_path / "brush.safetensors"]
    before, card = read_card(options.card), read_card(tmp_path / "brush.yaml")
    assert card.sha256 != before.sha256 == card.training["learned_from"]
    assert card.title == before.title and card.training["teacher"] == {"steps": 7}
    assert card.training["steps"] == 3 and list(tmp_path.glob("sheet_*.png"))
    model = load_model(card, "cpu")
    style = model.prepare(torch.rand(1, 3, 64, 64))
    painted = model.paint(torch.rand(1, 3, 64, 64), [style], torch.ones(1, 1, 1))
    assert painted.shape == (1, 3, 64, 64) and bool(torch.isfinite(painted).all())


def test_the_wider_network_is_not_written_over(options: Options) -> None:
    before = options.card.with_suffix(".safetensors").read_bytes()
    with pytest.raises(UserError, match=r"brush\.safetensors: a network is there already"):
        train(replace(options, out=options.card.parent))
    assert options.card.with_suffix(".safetensors").read_bytes() == before


def test_what_is_made_quicker_twice_says_so_once(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path / "one"))
    once = tmp_path / "one" / "brush.yaml"
    train(replace(options, card=once, widths=(8, 8, 8, 1), out=tmp_path / "two"))
    origin = read_card(tmp_path / "two" / "brush.yaml").origin
    assert origin == read_card(once).origin
    assert origin.count("made quicker") == 1 and not origin.startswith(",")


def test_edges_are_made_narrower_in_all_their_looks(options: Options, tmp_path: Path) -> None:
    card = options.card.with_name("edges-ink.yaml")
    train(replace(options, card=card, styles=(), widths=(12, 16, 16, 24, 8), out=tmp_path))
    for look in ("oil", "ink"):
        made = read_card(tmp_path / f"edges-{look}.yaml")
        assert made.options == {"look": look}
        load_model(made, "cpu")
    weights = safetensors.torch.load_file(tmp_path / "edges.safetensors")
    assert widths_of(weights) == NARROW


def test_a_run_that_was_broken_off_ends_with_the_same_weights(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(replace(options, out=whole))
    monkeypatch.setattr(train_slim, "SAY", -1.0)
    monkeypatch.setattr(train_slim, "SAVE", -1.0)

    def stop(line: str) -> None:
        if line.startswith("step 2 "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(replace(options, out=broken, progress=stop))
    assert torch.load(broken / "state.pt", weights_only=True)["step"] == 1
    train(replace(options, out=broken, resume=True))
    ends = [(run / "brush.safetensors").read_bytes() for run in (whole, broken)]
    assert ends[0] == ends[1]


def test_a_run_that_is_asked_to_stop_saves_and_goes_on_exactly_there(
    options: Options, tmp_path: Path
) -> None:
    """Ctrl-C threw away what had been learned since the last save."""

    def run(**changes: Any) -> None:
        train(replace(options, **changes))

    assert step_of_a_stop(run, tmp_path, "brush.safetensors") == 1


def test_the_same_command_again_leaves_a_training_as_it_is(
    options: Options, tmp_path: Path
) -> None:
    """Without --resume it began anew, over the weights and the state of the one before."""
    train(replace(options, out=tmp_path, steps=1))
    with left_as_it_is(tmp_path):
        train(replace(options, out=tmp_path, steps=2))


def test_it_goes_on_with_the_teacher_it_began_with(options: Options, tmp_path: Path) -> None:
    """Another one of the same shape went unnoticed, and half was learned from each."""
    train(replace(options, out=tmp_path / "run", steps=1))
    other = tmp_path / "other"
    other.mkdir()
    export_brush(Brush(WIDE_BRUSH), "brush", other, {}, "MIT")
    with pytest.raises(UserError, match=r"brush\.yaml: learned from other weights than brush has"):
        train(replace(options, card=other / "brush.yaml", out=tmp_path / "run", resume=True))


@torch.no_grad()
def test_channels_nobody_uses_can_go_and_nothing_changes() -> None:
    torch.manual_seed(3)
    wide = Brush(WIDE_BRUSH)
    _silence_brush(wide)
    narrow = Brush(BRUSH)
    narrow.load_state_dict(slim_brush.narrowed(wide.state_dict(), BRUSH))
    photo, plate = torch.rand(2, 1, 3, 64, 96)
    painted = [brush.painter(photo, Mixture(brush.style(plate))) for brush in (wide, narrow)]
    assert torch.allclose(*painted, atol=1e-4)


@torch.no_grad()
def test_the_same_drawing_goes_through_the_channels_that_stay() -> None:
    """Cut to its own widths a network is itself, whatever order the channels are met in."""
    torch.manual_seed(4)
    network = Network(["oil", "ink"], WIDE)
    same = Network(["oil", "ink"], WIDE)
    same.load_state_dict(slim_edges.narrowed(network.state_dict(), WIDE))
    x = torch.cat((torch.rand(1, 3, 64, 64), grain((64, 64), torch.Generator())), 1)
    painted = [n.painter(x, n.vectors(["ink"])) for n in (network, same)]
    assert torch.equal(*painted)
    slim = Network(["oil", "ink"], NARROW)
    slim.load_state_dict(slim_edges.narrowed(network.state_dict(), NARROW))


def test_mistakes_are_said(options: Options, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="narrower from its weights, not wider"):
        train(replace(options, widths=(32, 80, 16, 5)))
    edges = {"card": options.card.with_name("edges-ink.yaml"), "styles": ()}
    for widths, says in (
        ((999, 999, 999, 99), "quarter is 999; allowed: 1 to 16,"),
        ((0, 0, 0, 0), "quarter is 0;"),
        ((12, 16, 8, 0), "blocks is 0; allowed: 1 to 3,"),
        ((12, 16, 6, 2), "half is 6; allowed: even, 8 to 10,"),
        ((12, 16, 9, 2), "half is 9;"),
        ((12, -16, 8, 2), "eighth is -16;"),
    ):
        with pytest.raises(UserError, match=f"--widths: {says}"):
            train(replace(options, widths=widths))
    for widths, says in (((0,) * 5, "quarter is 0;"), ((12, 16, 16, 33, 8), "deepest is 33;")):
        with pytest.raises(UserError, match=f"--widths: {says}"):
            train(replace(options, **edges, widths=widths))  # type: ignore[arg-type]
    for end in ({"minutes": -1.0}, {"minutes": 0.0}, {"steps": -3}, {"minutes": float("nan")}):
        with pytest.raises(UserError, match="allowed: more than 0"):
            train(replace(options, **end))  # type: ignore[arg-type]
    with pytest.raises(UserError, match="--widths: brush has 4"):
        train(replace(options, widths=(12, 16)))
    with pytest.raises(UserError, match="no styles to train"):
        train(replace(options, styles=()))
    with pytest.raises(UserError, match="--minutes or --steps"):
        train(replace(options, steps=None))
    for size in (100, 0, -32):
        with pytest.raises(UserError, match="multiple of 32"):
            train(replace(options, sizes=(size,)))
    with pytest.raises(UserError, match="--batch 0: allowed: 1 or more"):
        train(replace(options, batch=0))
    weights = {"x": torch.zeros(1)}
    safetensors.torch.save_file(weights, tmp_path / "other.safetensors")
    facts = {"model": "fast_style", "weights": "other.safetensors"}
    write_card(tmp_path / "other.yaml", facts)
    with pytest.raises(UserError, match="fast_style cannot be made narrower"):
        train(replace(options, card=tmp_path / "other.yaml"))


def _silence_brush(brush: Brush) -> None:
    """Make the last channels of every level quiet: nothing comes of them and nobody reads them."""
    painter, widths = brush.painter, brush.widths

    def quiet(makes: list[Tensor], reads: list[Tensor], kept: int) -> None:
        for weight in makes:
            weight[kept:] = 0
        for weight in reads:
            weight[:, kept:] = 0

    block = [conv.conv.weight for conv in painter.blocks]
    quiet([], [painter.down.conv.weight, painter.narrow.conv.weight], BRUSH.quarter)
    quiet([], [*block, painter.up.conv.weight], BRUSH.eighth)
    head = brush.style.mlp[-1]
    head.weight[:] = 0  # every style alike: scales of 1, no shifts
    head.bias[:] = 0
    start = 2 * sum(widths.norms[:6])  # the third block is shut
    for norm in (6, 7):
        n = widths.norms[norm]
        head.bias[start : start + n] = -1
        start += 2 * n
    few = 2 * BRUSH.half - 12
    detail = painter.detail.conv.weight
    detail[:, few : 2 * widths.half - 12] = 0
    painter.full.conv.weight[:, BRUSH.half :] = 0
    painter.last.conv.weight[:, BRUSH.half // 2 :] = 0
