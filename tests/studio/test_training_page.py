"""docs/training.md: what it says about drawings into paintings can be typed as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.studio.material import write_encoder, write_spots
from tests.studio.stylizing import write_film
from vj.cli import main
from vj.core.card import read_card
from vj.infer.load import load_model

PAGE = (ROOT / "docs" / "training.md").read_text()
SHORT = ["--steps", "2", "--batch", "2", "--crops", "64", "--device", "cpu"]


def recipes() -> list[list[str]]:
    found = re.findall(r"^vj ((?:pairs|train pix2pix) .*)$", PAGE, re.MULTILINE)
    return [shlex.split(line) for line in found]


def test_every_recipe_gives_cards_that_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order they are written, as later ones use what earlier ones made; only shorter."""
    monkeypatch.chdir(tmp_path)
    for name in ("photos", "my-paintings", "my-plates", "ink-plates", "films"):
        write_spots(tmp_path / name)
    write_film(tmp_path / "films" / "walk.mp4", count=4)
    write_encoder(tmp_path / "wct_se_16x_e4.pth")
    (tmp_path / "checkpoints").mkdir()
    for name in ("brush.yaml", "brush.safetensors"):
        shutil.copy(ROOT / "checkpoints" / name, tmp_path / "checkpoints" / name)
    commands = recipes()
    assert [words[0] for words in commands] == ["train", "train", "pairs", "train", "train"]
    for words in commands:
        assert main([*words, *(SHORT if words[0] == "train" else [])]) == 0
    assert len(list((tmp_path / "my-pairs").iterdir())) == 5
    cards = sorted(path.relative_to(tmp_path / "runs") for path in tmp_path.glob("runs/*/*.yaml"))
    assert list(map(str, cards)) == [
        "looks/edges-dusk.yaml",
        "looks/edges-ink.yaml",
        "paintings/edges-mine.yaml",
        "pairs/mine-pairs.yaml",
    ]
    for card in cards:
        load_model(read_card(tmp_path / "runs" / card), "cpu")
    assert read_card(tmp_path / "runs" / cards[-1]).training["steps"] == 3, "the last one resumed"
    assert all(list(folder.glob("sheet_*.jpg")) for folder in (tmp_path / "runs").iterdir())


@pytest.mark.parametrize("command", ["pairs", "train pix2pix"])
def test_options_on_the_page_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    known = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
    section = PAGE.partition("# Drawings into paintings")[2].partition("# A network for")[0]
    first, second = section.split("## Pairs")
    named = re.findall(r"^\| .*?\|", second if command == "pairs" else first, re.MULTILINE)
    assert set(re.findall(r"--[\w-]+", " ".join(named))) <= known
