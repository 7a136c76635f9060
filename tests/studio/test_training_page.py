"""docs/training.md: what it says about drawings into paintings can be typed as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import cv2
import pytest

from tests.conftest import ROOT
from tests.studio.material import write_encoder, write_spots, write_squeezenet
from tests.studio.stylizing import write_film
from vj.cli import main
from vj.core.card import read_card
from vj.infer.load import load_model
from vj.infer.mattes_ready import matte_card

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
    commands = recipes()
    assert [words[0] for words in commands] == ["train", "train", "pairs", "train", "train"]
    for words in commands:
        longer = ["--steps", "3"] if "--resume" in words else []
        assert main([*words, *(SHORT if words[0] == "train" else []), *longer]) == 0
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


def test_a_matte_of_ones_own_can_be_typed_and_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my-people", "people", "held-back", "my-stage", "places"):
        write_spots(tmp_path / name)
    for name in ("my-people", "people", "held-back"):
        for picture in sorted((tmp_path / name).iterdir()):
            pixels = cv2.imread(str(picture))
            assert pixels is not None
            cv2.imwrite(str(picture.with_suffix(".jpg")), pixels)
            cv2.imwrite(str(picture.with_suffix(".png")), pixels[..., 1] // 128 * 255)
    write_film(tmp_path / "rehearsal.mp4", count=3)
    write_spots(tmp_path / "my-photos")
    (masks,) = re.findall(r"^vj (masks .*)$", PAGE, re.MULTILINE)
    before = len(list((tmp_path / "my-people").iterdir()))
    assert main(shlex.split(masks)) == 0
    assert len(list((tmp_path / "my-people").iterdir())) > before
    shutil.copy(ROOT / "checkpoints" / "matte.safetensors", tmp_path)
    write_squeezenet(tmp_path / "squeezenet1_0-b66bff10.pth")
    commands = re.findall(r"^vj (train matte .*)$", PAGE, re.MULTILINE)
    for words in map(shlex.split, commands):
        assert main([*words, "--steps", "2", "--batch", "2", "--device", "cpu"]) == 0
    began = [read_card(tmp_path / "runs" / n / "matte.yaml") for n in ("matte", "new-matte")]
    assert [card.training["began_with"] for card in began] == [
        "matte.safetensors",
        "squeezenet1_0-b66bff10.pth",
    ]
    assert list(began[1].training["held_back_iou"])  # type: ignore[call-overload]
    card = tmp_path / "checkpoints" / "ours.yaml"
    card.parent.mkdir()
    shutil.copy(tmp_path / "runs" / "matte" / "matte.yaml", card)
    shutil.copy(tmp_path / "runs" / "matte" / "matte.safetensors", card.parent)
    assert matte_card("ours", {"ours": card}) is not None


@pytest.mark.parametrize("command", ["pairs", "masks", "train pix2pix", "train matte"])
def test_options_on_the_page_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    known = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
    begins = {
        "pairs": "\n## Pairs",
        "masks": "\n## Masks",
        "train pix2pix": "\n# Drawings into paintings",
        "train matte": "\n# A matte of your own",
    }
    section = PAGE.partition(begins[command])[2].partition("\n#")[0]
    named = re.findall(r"^\| .*?\|", section, re.MULTILINE)
    assert named
    assert set(re.findall(r"--[\w-]+", " ".join(named))) <= known
