"""Training one style: exact to resume, its card plays at once, mistakes are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.studio.judges import write_pictures, write_small_encoder
from vj.cli import main
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.load import load_model
from vj.studio import course, train_fast_style
from vj.studio.course import Course
from vj.studio.fast_style_export import TALL, WIDEST
from vj.studio.fast_style_losses import Weights
from vj.studio.train_fast_style import Options, train


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("material")
    write_pictures(folder / "styles", 1)
    (folder / "styles" / "0.png").rename(folder / "styles" / "soft-spots.png")
    return Options(
        style=folder / "styles" / "soft-spots.png",
        photos=(write_pictures(folder / "photos", 3),),
        eyes=write_small_encoder(folder / "encoder.pth"),
        out=folder / "run",
        steps=4,
        width=4,
        batch=2,
        crop=64,
        style_size=64,
        device="cpu",
    )


def _weights(folder: Path) -> bytes:
    return (folder / "soft-spots.safetensors").read_bytes()


def test_a_run_that_was_stopped_ends_with_the_same_weights(
    options: Options, tmp_path: Path
) -> None:
    train(replace(options, out=tmp_path / "whole"))
    asked: list[int] = []
    for part, resume in ((1, False), (0, True), (9, True)):
        asked.clear()
        stop = lambda n=part: len(asked) > n or asked.append(1) is not None  # noqa: E731
        train(replace(options, out=tmp_path / "parts", resume=resume, stop=stop))
    state = torch.load(tmp_path / "parts" / "soft-spots.state.pt", weights_only=True)
    assert state["step"] == 4
    assert _weights(tmp_path / "whole") == _weights(tmp_path / "parts")


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
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(UserError, match=r"already, at step 1; .*--checkpoint-dir or --name begins"):
        train(replace(options, out=tmp_path, steps=2))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    train(replace(options, out=tmp_path, steps=1, name="other"))  # beside it, not over it


def test_what_is_saved_while_it_trains_is_the_state_of_that_step(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that goes dark in the middle costs the steps since the last save, no more."""
    train(replace(options, out=tmp_path / "whole"))

    def dark(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(Course, "remember", dark)
    monkeypatch.setattr(course, "SAY_EVERY", 3)
    with pytest.raises(SystemExit):
        train(replace(options, out=tmp_path / "dark", save_steps=2))
    monkeypatch.undo()
    state = torch.load(tmp_path / "dark" / "soft-spots.state.pt", weights_only=True)
    assert state["step"] == 2
    train(replace(options, out=tmp_path / "dark", resume=True))
    assert _weights(tmp_path / "whole") == _weights(tmp_path / "dark")


def test_the_card_plays_what_was_trained(options: Options, tmp_path: Path) -> None:
    card = read_card(train(replace(options, out=tmp_path, test=(options.style,))))
    assert card.training["steps"] == 4 and card.training["style"] == "soft-spots.png"
    assert (tmp_path / "soft-spots-000004.jpg").is_file()
    model = load_model(card, "cpu")
    picture = torch.rand(1, 3, 64, 96)
    painted = model.paint(picture, [model.prepare(picture)], torch.ones(1, 1, 1))
    state = torch.load(tmp_path / "soft-spots.state.pt", weights_only=True)["network"]
    network = train_fast_style.TransformerNet((4, 8, 16))
    network.load_state_dict(state)
    with torch.no_grad():
        wanted = network(picture).clamp(0, 1)
    assert float(wanted.std()) > 0.01
    assert float((painted - wanted).abs().mean()) < 0.01  # the card may choose bfloat16


def test_a_sheet_shows_the_middle_of_banners_and_no_broken_photos(
    options: Options, tmp_path: Path
) -> None:
    """A banner made a sheet wider than a JPEG may be; a broken photo as a sample ended it all."""
    folder = write_pictures(tmp_path / "photos", 1)
    (folder / "a-broken.jpg").write_bytes(b"half a pic")
    cv2.imwrite(str(folder / "b-banner.png"), np.zeros((20, 6000, 3), np.uint8))
    train(replace(options, photos=(folder,), out=tmp_path, steps=1))
    sheet = cv2.imread(str(tmp_path / "soft-spots-000001.jpg"))
    assert sheet is not None
    assert sheet.shape == (3 * TALL, 2 * WIDEST, 3)  # the style, two photos with their paintings


def test_training_lowers_what_it_is_judged_by(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "SAY_EVERY", 2)
    said: list[str] = []
    easy = replace(options, weights=Weights(0.1, 1000.0, 0.0), rate=3e-3)
    train(replace(easy, out=tmp_path, steps=24, progress=said.append))
    first, *_, last = (sum(map(float, line.split()[9::2])) for line in said if "steps/s" in line)
    assert last < 0.8 * first


def test_a_step_that_is_not_finite_changes_nothing_and_many_end_it(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, torch.Tensor]:
        return {"style": torch.tensor(float("nan"), requires_grad=True)}

    monkeypatch.setattr(train_fast_style, "losses", broken)
    with pytest.raises(UserError, match="diverged"):
        train(replace(options, out=tmp_path, steps=50))


def test_what_is_missing_or_wrong_is_said(options: Options, tmp_path: Path) -> None:
    trained = tmp_path / "trained"
    train(replace(options, out=trained, steps=1))
    for wrong, said in (
        (replace(options, style=tmp_path / "none.png"), "none.png"),
        (replace(options, photos=(tmp_path / "none",)), "no folder of photos"),
        (replace(options, eyes=tmp_path / "none.pth"), "no network to judge with"),
        (replace(options, test=(options.eyes,)), "no picture that can be read"),
        (replace(options, steps=None), "--epochs, --minutes or --steps"),
        (replace(options, crop=66), "multiple of 4"),
        (replace(options, out=tmp_path, resume=True), "nothing to resume"),
        (replace(options, out=trained, width=8, resume=True), "another --width"),
        (replace(options, device="abacus"), "abacus"),
    ):
        with pytest.raises(UserError, match=said):
            train(wrong)


def test_the_command_trains_into_a_gig(options: Options, tmp_path: Path, capsys: object) -> None:
    folder = tmp_path / "checkpoints"
    words = ["train", "fast-style", "--style", options.style, "--train-path", *options.photos]
    words += ["--checkpoint-dir", folder, "--vgg-path", options.eyes, "--epochs", 2]
    words += ["--batch-size", 2, "--width", 4, "--crop-size", 64, "--device", "cpu"]
    words += ["--test-dir", tmp_path / "samples", "--name", "mine"]
    assert main([str(word) for word in words]) == 0
    assert read_card(folder / "mine.yaml").training["steps"] == 3
    assert cv2.imread(str(tmp_path / "samples" / "mine-000003.jpg")) is not None
    assert main([str(word) for word in [*words, "--width", 0]]) != 0
