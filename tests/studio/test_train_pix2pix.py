"""Training pix2pix: exact after a break, from pairs and paintings and looks, and clear mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from tests.studio.material import left_as_it_is, step_of_a_stop, write_encoder, write_spots
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.brush_network import SIZES, Brush
from vj.infer.load import load_model
from vj.studio import train_pix2pix
from vj.studio.brush_export import export as export_brush
from vj.studio.pix2pix_material import Wanted
from vj.studio.sketchbook import Recipe
from vj.studio.train_pix2pix import Options, train

SIZE = 64


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """Small photos, plates, paintings and pairs; an encoder and a brush that never learned."""
    folder = tmp_path_factory.mktemp("material")
    for kind, shape in (("photos", (80, 90)), ("plates", (64, 64)), ("pairs", (70, 140))):
        write_spots(folder / kind, shape=shape)
    write_encoder(folder / "encoder.pth")
    with torch.random.fork_rng():
        torch.manual_seed(2)
        export_brush(Brush(SIZES["brush"]), "brush", folder, {}, "MIT")
    return Options(
        looks=(Wanted("oil", plates=folder / "plates", paintings=folder / "photos"),),
        photos=(folder / "photos",),
        brush=folder / "brush.yaml",
        perceptual=folder / "encoder.pth",
        out=folder / "run",
        steps=3,
        recipe=Recipe(batch=2, sizes=(SIZE,)),
        device="cpu",
    )


def test_a_run_that_was_broken_off_ends_with_the_same_weights(
    options: Options, tmp_path: Path
) -> None:
    """Ctrl-C ended a step in its middle, and --resume took half of it again."""

    def run(**changes: Any) -> None:
        train(replace(options, **changes))

    assert step_of_a_stop(run, tmp_path, "edges.safetensors") == 2


def test_the_same_command_again_leaves_a_training_as_it_is(
    options: Options, tmp_path: Path
) -> None:
    """Without --resume it began anew, over the weights and the state of the one before."""
    train(replace(options, out=tmp_path, steps=1))
    with left_as_it_is(tmp_path):
        train(replace(options, out=tmp_path, steps=2))


def test_batches_drawn_by_workers_are_those_drawn_alone(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path / "alone", steps=2))
    train(replace(options, out=tmp_path / "helped", steps=2, workers=1))
    ends = [(tmp_path / n / "edges.safetensors").read_bytes() for n in ("alone", "helped")]
    assert ends[0] == ends[1]


def test_every_look_gets_a_card_that_loads(options: Options, tmp_path: Path) -> None:
    plates = options.looks[0].plates
    looks = tuple(Wanted(name, plates=plates) for name in ("oil", "neon", "ink", "mine"))
    train(replace(options, looks=looks, out=tmp_path, steps=2, recipe=Recipe(4, (SIZE,))))
    for look in looks:
        card = read_card(tmp_path / f"edges-{look.name}.yaml")
        assert card.options == {"look": look.name}
        assert card.training["steps"] == 2
        model = load_model(card, "cpu")
        painted = model.paint(
            torch.rand(1, 3, 32, 64), [model.prepare(torch.rand(1, 3, 32, 32))], torch.ones(1, 1, 1)
        )
        assert painted.shape == (1, 3, 32, 64)
    assert (tmp_path / "sheet_000002.jpg").is_file()


def test_pairs_alone_are_enough(options: Options, tmp_path: Path) -> None:
    pairs = options.photos[0].parent / "pairs"
    mine = Wanted("mine", pairs=pairs, direction="AtoB")
    train(replace(options, looks=(mine,), photos=(), brush=tmp_path / "none", out=tmp_path))
    assert "2 pairs" in str(read_card(tmp_path / "edges-mine.yaml").training["material"])


def test_a_sitting_ends_early_and_is_gone_on_with(options: Options, tmp_path: Path) -> None:
    train(replace(options, out=tmp_path, steps=1000, sitting=0.0))
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 1
    train(replace(options, out=tmp_path, steps=1000, sitting=0.0, resume=True))
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 2


def test_the_colours_come_nearer(options: Options, tmp_path: Path) -> None:
    teal = np.full((80, 80, 3), (150, 120, 20), np.uint8)
    (tmp_path / "teal").mkdir()
    cv2.imwrite(str(tmp_path / "teal" / "one.png"), teal)
    options = replace(options, looks=(Wanted("teal", paintings=tmp_path / "teal"),))
    losses = []
    for steps in (10, 40):
        out = tmp_path / str(steps)
        train(replace(options, out=out, steps=steps, rate=2e-3, warm_up=2))
        losses.append(torch.load(out / "state.pt", weights_only=True)["losses"]["colour"])
    assert losses[1] < 0.9 * losses[0]


def test_a_run_that_diverges_keeps_its_last_good_state(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(replace(options, out=tmp_path, steps=1))
    good = (tmp_path / "state.pt").read_bytes()
    monkeypatch.setattr(
        train_pix2pix, "critic_loss", lambda *_: torch.tensor(float("nan"), requires_grad=True)
    )
    with pytest.raises(UserError, match="diverged"):
        train(replace(options, out=tmp_path, steps=12, resume=True))
    assert (tmp_path / "state.pt").read_bytes() == good


def test_mistakes_are_said(options: Options, tmp_path: Path) -> None:
    wrong = [
        (replace(options, steps=None), "how long"),
        (replace(options, recipe=Recipe(2, (100,))), "multiple of 32"),
        (replace(options, looks=()), "what to learn"),
        (replace(options, photos=()), "--photos"),
        (replace(options, resume=True, out=tmp_path), "nothing to resume"),
    ]
    for each, words in wrong:
        with pytest.raises(UserError, match=words):
            train(each)
    train(replace(options, steps=1, out=tmp_path))
    other = (replace(options.looks[0], name="ink"),)
    with pytest.raises(UserError, match="other looks"):
        train(replace(options, looks=other, resume=True, out=tmp_path))
