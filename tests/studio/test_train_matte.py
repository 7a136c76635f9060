"""Training the matte: exact resume, it learns, and it says what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import safetensors.torch
import torch

from tests.studio.material import left_as_it_is, step_of_a_stop
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.matte_network import Segmenter
from vj.studio import train_matte
from vj.studio.matte_batches import Dice, Recipe, make_batch
from vj.studio.matte_pictures import read_album
from vj.studio.train_matte import Options, losses, train


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """Bright ellipses for people, coarse noise for places."""
    folder = tmp_path_factory.mktemp("material")
    chance = np.random.default_rng(1)
    for kind in ("people", "places", "check"):
        (folder / kind).mkdir()
        for n in range(3):
            coarse = chance.integers(0, 120, (6, 8, 3), dtype=np.uint8)
            picture = cv2.resize(coarse, (96, 72), interpolation=cv2.INTER_CUBIC)
            if kind != "places":
                mask = np.zeros((72, 96), np.uint8)
                cv2.ellipse(mask, (40 + 8 * n, 40), (14, 24), 0, 0, 360, 255, -1)
                picture[mask > 0] = (230, 240, 250)
                cv2.imwrite(str(folder / kind / f"shape_{n}.png"), mask)
            cv2.imwrite(str(folder / kind / f"shape_{n}.jpg"), picture)
    return Options(
        pictures=(folder / "people",),
        backgrounds=(folder / "places",),
        check=folder / "check",
        out=folder / "run",
        steps=4,
        device="cpu",
        recipe=Recipe(batch=4, sizes=((48, 64),)),
        warm_up=2,
    )


def test_a_run_that_was_cut_off_ends_with_the_same_weights(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(replace(options, out=tmp_path / "whole"))

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train_matte, "write_sheet", cut_off)
    broken = replace(options, out=tmp_path / "broken", save_seconds=0.0)
    with pytest.raises(KeyboardInterrupt):
        train(broken)
    monkeypatch.undo()
    assert torch.load(tmp_path / "broken" / "state.pt", weights_only=True)["step"] == 1
    train(replace(options, out=tmp_path / "broken", resume=True))
    ends = [(tmp_path / run / "matte.safetensors").read_bytes() for run in ("whole", "broken")]
    assert ends[0] == ends[1]


def test_a_run_that_is_asked_to_stop_saves_and_goes_on_exactly_there(
    options: Options, tmp_path: Path
) -> None:
    """Ctrl-C threw away what had been learned since the last save."""

    def run(**changes: Any) -> None:
        train(replace(options, **changes))

    assert step_of_a_stop(run, tmp_path, "matte.safetensors") == 1


def test_the_same_command_again_leaves_a_training_as_it_is(
    options: Options, tmp_path: Path
) -> None:
    """Without --resume it began anew, over the weights and the state of the one before."""
    train(replace(options, out=tmp_path, steps=1))
    with left_as_it_is(tmp_path):
        train(replace(options, out=tmp_path, steps=2))


def test_it_learns_a_shape_it_can_know(options: Options, tmp_path: Path) -> None:
    before = train(replace(options, out=tmp_path / "none", steps=1))
    after = train(replace(options, out=tmp_path / "some", steps=80, rate=2e-3, warm_up=10))
    assert after["shape"] > max(0.4, before["shape"] + 0.1)


def test_the_exported_card_tells_the_truth(options: Options, tmp_path: Path) -> None:
    found = train(replace(options, out=tmp_path, steps=2))
    card = read_card(tmp_path / "matte.yaml")
    assert card.model == "segmenter"
    assert card.training["steps"] == 2
    assert card.training["pictures"] == card.training["backgrounds"] == 3
    assert card.training["held_back_iou"] == found
    assert len(card.weights_bytes()) < 1_250_000
    assert (tmp_path / "sheet_000002.png").is_file()


def test_a_step_sees_the_same_pictures_whenever_it_is_made(options: Options) -> None:
    people, places = read_album(options.pictures, True), read_album(options.backgrounds, False)
    one, same, other = (
        make_batch(options.recipe, people, places, Dice(1, step, "cpu")) for step in (5, 5, 6)
    )
    assert torch.equal(one.pictures, same.pictures)
    assert torch.equal(one.masks, same.masks)
    assert not torch.equal(one.pictures, other.pictures)


def test_a_batch_has_people_and_places_without_any(options: Options) -> None:
    people, places = read_album(options.pictures, True), read_album(options.backgrounds, False)
    recipe = replace(options.recipe, batch=20, nobody=0.2, natural=0.4)
    batch = make_batch(recipe, people, places, Dice(1, 1, "cpu"))
    filled = (batch.masks > 0.5).float().mean((1, 2, 3))
    assert (filled[-4:] == 0).all()
    assert (filled[:16] > 0.02).float().mean() > 0.7
    assert 0 <= float(batch.pictures.min()) <= float(batch.pictures.max()) <= 1


def test_a_perfect_answer_costs_less_than_a_wrong_one(options: Options) -> None:
    people, places = read_album(options.pictures, True), read_album(options.backgrounds, False)
    batch = make_batch(options.recipe, people, places, Dice(1, 1, "cpu"))
    hard = replace(batch, masks=(batch.masks > 0.5).float())

    class Known(Segmenter):
        sign = 1.0

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            return (hard.masks[-len(pictures) :] - 0.5) * 20 * self.sign

    right = losses(options.recipe, Known(), hard)
    wrong = Known()
    wrong.sign = -1.0
    for name, value in losses(options.recipe, wrong, hard).items():
        assert right[name] <= value + 1e-6
    assert right["sure"] < 0.01


def test_a_run_can_begin_with_finished_weights(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path / "first", steps=3))
    weights = tmp_path / "first" / "matte.safetensors"
    train(replace(options, out=tmp_path / "then", start=weights, steps=1, rate=0.0))
    ends = [safetensors.torch.load_file(p) for p in (weights, tmp_path / "then/matte.safetensors")]
    for name, value in ends[0].items():
        assert torch.allclose(value.float(), ends[1][name].float(), atol=1e-3), name
    card = read_card(tmp_path / "then" / "matte.yaml")
    assert card.training["began_with"] == "matte.safetensors"
    with pytest.raises(UserError, match="does not hold the weights of a segmenter"):
        train(replace(options, start=tmp_path / "first" / "state.pt"))


def test_a_missing_mask_is_named(options: Options, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "anna.jpg"), np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(UserError, match=r"anna\.jpg has no mask beside it: anna\.png"):
        train(replace(options, pictures=(tmp_path,)))


def test_a_broken_mask_is_named(options: Options, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "anna.jpg"), np.zeros((20, 20, 3), np.uint8))
    (tmp_path / "anna.png").write_text("no picture")
    with pytest.raises(UserError, match=r"anna\.png is no readable picture"):
        train(replace(options, pictures=(tmp_path,)))


def test_it_says_how_long_must_be_said(options: Options) -> None:
    with pytest.raises(UserError, match="--minutes or --steps"):
        train(replace(options, steps=None))
