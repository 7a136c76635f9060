"""`vj train brush --style`: the recipe of the page, shorter; its card has the picture's name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import torch

from tests.conftest import ROOT
from tests.studio.material import write_encoder, write_spots
from vj.cli import main
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.load import load_model
from vj.studio.brush_batches import Recipe, make_batch
from vj.studio.one_style import card_name
from vj.studio.pictures import read_pictures

SHORT = ["--steps", "40", "--batch", "2", "--crops", "64", "--device", "cpu", "--rate", "0.001"]


def recipe() -> list[str]:
    page = (ROOT / "docs" / "training.md").read_text()
    [line] = re.findall(r"^vj (train brush --style .*)$", page, re.MULTILINE)
    return shlex.split(line)


@pytest.fixture
def material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_spots(tmp_path / "photos")
    (write_spots(tmp_path / "plates") / "0.png").rename(tmp_path / "my-painting.jpg")
    write_encoder(tmp_path / "wct_se_16x_e4.pth")
    return tmp_path


def test_a_copy_of_the_brush_comes_nearer_to_the_style(
    material: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*recipe(), *SHORT]) == 0
    said = capsys.readouterr().out
    before, after = map(float, re.findall(r"(\d+\.\d+) (?:before|now)", said))
    assert after < before
    out = material / "runs" / "mine"
    card = read_card(out / "brush-my-painting.yaml")
    assert card.training["steps"] == 40 and card.training["styles"] == 1
    assert "my-painting" in card.title and list(out.glob("sheet_*.png"))
    model = load_model(card, "cpu")
    style = model.prepare(torch.rand(1, 3, 40, 50))
    painted = model.paint(torch.rand(1, 3, 32, 48), [style], torch.ones(1, 1, 1))
    assert painted.shape == (1, 3, 32, 48)


def test_the_one_style_keeps_its_colours(material: Path) -> None:
    photos, styles = (
        read_pictures([material / name], "") for name in ("photos", "my-painting.jpg")
    )
    kept = Recipe(batch=8, sizes=(64,), plate=64, one_style=True)
    spreads = []
    for varied in (Recipe(batch=8, sizes=(64,), plate=64), kept):
        batch = make_batch(varied, photos, styles, torch.Generator().manual_seed(1))
        spreads.append(float(batch.plates.float().mean((2, 3)).std(0).mean()))
    assert spreads[1] < 0.7 * spreads[0]


def test_what_is_missing_is_said(material: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge = ["--perceptual", "wct_se_16x_e4.pth", "--out", "out"]
    for words, said in (
        (["--style", "my-painting.jpg"], "--photos"),
        (["--photos", "photos"], "--style PICTURE"),
        (
            ["--photos", "photos", "--styles", "plates", "--style", "my-painting.jpg"],
            "--styles DIR",
        ),
        (["--photos", "photos", "--style", "none.jpg"], "none.jpg: no such file"),
    ):
        assert main(["train", "brush", *judge, *words]) != 0
        assert said in capsys.readouterr().err


def test_any_file_name_makes_a_card_s_name(tmp_path: Path) -> None:
    for name, card in (("My Sea.jpg", "brush-my-sea"), ("Über.png", "brush-ber"), ("?.png", "")):
        (tmp_path / name).touch()
        assert card_name(tmp_path / name) == (card or "brush-style")
    with pytest.raises(UserError, match=r"gone\.jpg"):
        card_name(tmp_path / "gone.jpg")
    with pytest.raises(UserError, match="a folder; wanted: one picture, or --styles"):
        card_name(tmp_path)
