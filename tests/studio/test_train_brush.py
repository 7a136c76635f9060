"""Training the brush: it goes on exactly where it stopped, learns, and says what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from tests.studio.material import left_as_it_is, step_of_a_stop, write_encoder, write_spots
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.brush_network import Brush, Widths, widths_of
from vj.infer.load import load_model
from vj.infer.models.brush import STYLE_SIDE
from vj.studio import course, train_brush
from vj.studio.brush_batches import Recipe, make_batch
from vj.studio.brush_losses import losses
from vj.studio.perceptual import TAPS, content_distance, load_perceptual, look, style_distance
from vj.studio.train_brush import Options, train


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """A few small pictures and an encoder of the right shape that was never trained."""
    folder = tmp_path_factory.mktemp("material")
    for kind in ("photos", "styles"):
        write_spots(folder / kind, count=3)
    return Options(
        photos=(folder / "photos",),
        styles=(folder / "styles",),
        perceptual=write_encoder(folder / "encoder.pth"),
        out=folder / "run",
        steps=4,
        recipe=Recipe(batch=2, sizes=(64,), plate=64),
        warm_up=2,
    )


def test_a_run_that_was_cut_off_ends_with_the_same_weights(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(replace(options, out=tmp_path / "whole"))

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train_brush, "write_sheet", cut_off)
    broken = replace(options, out=tmp_path / "broken", save_minutes=0.0, sheet_minutes=0.0)
    with pytest.raises(KeyboardInterrupt):
        train(broken)
    monkeypatch.undo()
    assert torch.load(tmp_path / "broken" / "state.pt", weights_only=True)["step"] == 1
    train(replace(options, out=tmp_path / "broken", resume=True))
    ends = [(tmp_path / run / "brush.safetensors").read_bytes() for run in ("whole", "broken")]
    assert ends[0] == ends[1]


def test_a_run_that_is_asked_to_stop_saves_and_goes_on_exactly_there(
    options: Options, tmp_path: Path
) -> None:
    """Ctrl-C threw away what had been learned since the last save."""

    def run(**changes: Any) -> None:
        train(replace(options, **changes))

    assert step_of_a_stop(run, tmp_path, "brush.safetensors") == 2


def test_slow_steps_are_told_of_after_seconds(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow machine said nothing for its first 25 steps, which were minutes."""
    monkeypatch.setattr(course, "SAY_S", -1.0)
    said: list[str] = []
    train(replace(options, out=tmp_path, steps=2, progress=said.append))
    assert [line[:6] for line in said[1:]] == ["step 1", "step 2"]


def test_the_same_command_again_leaves_a_training_as_it_is(
    options: Options, tmp_path: Path
) -> None:
    """Without --resume it began anew, over the weights and the state of the one before."""
    train(replace(options, out=tmp_path, steps=1))
    with left_as_it_is(tmp_path):
        train(replace(options, out=tmp_path, steps=2))


def test_a_brush_goes_on_as_wide_as_what_it_starts_from(options: Options, tmp_path: Path) -> None:
    narrow = Brush(Widths(quarter=16, eighth=24, half=8, blocks=2))
    safetensors.torch.save_file(narrow.state_dict(), tmp_path / "narrow.safetensors")
    train(replace(options, out=tmp_path, start=tmp_path / "narrow.safetensors", steps=1))
    found = safetensors.torch.load_file(tmp_path / "brush.safetensors")
    assert widths_of(found) == narrow.widths


def test_the_exported_card_loads_and_tells_the_truth(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path, steps=2))
    card = read_card(tmp_path / "brush.yaml")
    assert card.options["style_size"] == STYLE_SIDE, "pictures are read as large as they are used"
    assert card.training["steps"] == 2
    assert card.training["photos"] == card.training["styles"] == 3
    assert (tmp_path / "brush.safetensors").stat().st_size < 6_000_000
    assert (tmp_path / "sheet_000002.png").is_file()
    model = load_model(card, "cpu")
    style = model.prepare(torch.rand(1, 3, 40, 50))
    painted = model.paint(torch.rand(1, 3, 32, 48), [style], torch.ones(1, 1, 1))
    assert painted.shape == (1, 3, 32, 48)


def test_a_run_can_begin_with_finished_weights(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path / "first", steps=3))
    weights = tmp_path / "first" / "brush.safetensors"
    train(replace(options, out=tmp_path / "then", start=weights, steps=1, rate=0.0))
    ends = [safetensors.torch.load_file(p) for p in (weights, tmp_path / "then/brush.safetensors")]
    for name, value in ends[0].items():
        assert torch.allclose(value.float(), ends[1][name].float(), atol=1e-3), name


def test_judged_as_adain_only_means_and_deviations_count(options: Options, tmp_path: Path) -> None:
    """Of the style its means and deviations, of the content its deepest features."""
    chance = torch.Generator().manual_seed(3)
    maps = {tap: torch.rand(1, 4, 8, 8, generator=chance) for tap in TAPS}
    places = torch.randperm(64, generator=chance)
    moved = {tap: x.clone() for tap, x in maps.items()}
    for x in moved.values():  # one channel's pixels change places: only how channels go together
        x[:, 0] = x[:, 0].flatten()[places].view(8, 8)
    ours, theirs = look(moved), look(maps)
    assert float(style_distance(ours, theirs)) > 0.01
    assert float(style_distance(ours, theirs, adain=True)) == pytest.approx(0, abs=1e-6)
    deep = {**moved, "41": maps["41"]}
    assert float(content_distance(deep, maps)) > 0.1
    assert float(content_distance(deep, maps, adain=True)) == 0
    train(replace(options, out=tmp_path, recipe=replace(options.recipe, adain=True, content=3.0)))
    recipe = read_card(tmp_path / "brush.yaml").training["recipe"]
    assert (recipe["adain"], recipe["content"]) == (True, 3.0)  # type: ignore[index]


def test_a_mixture_that_turns_over_at_once_is_punished(options: Options) -> None:
    recipe = replace(options.recipe, even=1.0)
    chance = np.random.default_rng(2)
    pictures = [chance.integers(0, 255, (90, 90, 3), dtype=np.uint8) for _ in range(2)]
    batch = make_batch(recipe, pictures, pictures, torch.Generator().manual_seed(1)).to("cpu")
    perceptual = load_perceptual(options.perceptual)
    torch.manual_seed(3)
    model = Brush(Widths())
    last = model.style.mlp[-1]
    found = []
    for scale in (0.0, 300.0):  # all styles alike, all styles far apart
        with torch.no_grad():
            last.weight.copy_(torch.randn_like(last.weight) * scale)
        found.append(float(losses(recipe, model, perceptual, batch)["even"].detach()))
    assert found[0] == 0 < found[1]
    assert "even" not in losses(options.recipe, model, perceptual, batch)


def test_twenty_steps_lower_the_loss(options: Options, tmp_path: Path) -> None:
    first, later = tmp_path / "first", tmp_path / "later"
    train(replace(options, out=first, steps=1))
    train(replace(options, out=later, steps=20))
    start, end = (
        torch.load(run / "state.pt", weights_only=True)["losses"]["style"] for run in (first, later)
    )
    assert end < start


def test_batches_that_are_not_finite_are_skipped_and_then_end_the_run(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, torch.Tensor]:
        return {"style": torch.tensor(float("nan"), requires_grad=True)}

    monkeypatch.setattr(train_brush, "losses", broken)
    with pytest.raises(UserError, match="diverged"):
        train(replace(options, out=tmp_path))


def test_what_is_missing_is_said(options: Options, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for wrong, said in (
        (replace(options, photos=(tmp_path / "none",)), "no folder of photos"),
        (replace(options, styles=(empty,)), "no styles to train with"),
        (replace(options, perceptual=empty / "e4.pth"), "no perceptual network"),
        (replace(options, perceptual=options.photos[0] / "0.png"), "not the 16x encoder"),
        (replace(options, resume=True, out=empty), "nothing to resume"),
        (
            replace(options, start=options.photos[0] / "0.png"),
            "does not hold the weights of a brush",
        ),
        (replace(options, size="brush-xxl"), "brush-xl"),
        (replace(options, steps=None), "--minutes or --steps"),
    ):
        with pytest.raises(UserError, match=said):
            train(wrong)
