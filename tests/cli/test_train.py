"""Every training ends by saying which files go where, unless it was stopped before its end."""

from __future__ import annotations

import importlib
import signal
from pathlib import Path
from typing import Any

import pytest

from vj.cli import main

GIVEN = {
    "brush": "--photos a --styles b --perceptual c --out runs",
    "matte": "--pictures a --backgrounds b --out runs",
    "slim": "brush.yaml --photos a --perceptual c --out runs",
}
COPY = {
    "brush": "copy brush.yaml and brush.safetensors of runs to your checkpoints/",
    "matte": "copy matte.yaml, as NAME.yaml, and matte.safetensors of runs to your checkpoints/",
    "slim": "copy x.yaml, y.yaml, x.safetensors of runs to your checkpoints/",
}


def test_pix2pix_ends_its_step_as_the_others_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def train(options: Any) -> None:
        assert not options.stop()
        signal.raise_signal(signal.SIGTERM)
        assert options.stop()

    monkeypatch.setattr("vj.studio.train_pix2pix.train", train)
    assert main(["train", "pix2pix", "--pairs", "a", "--perceptual", "c", "--out", "runs"]) == 0
    assert "--resume" in capsys.readouterr().out


@pytest.mark.parametrize("model", GIVEN)
@pytest.mark.parametrize("stopped", [False, True])
def test_it_says_what_to_copy_where(
    model: str, stopped: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The matte, the narrower networks and the brush for any picture ended without a word."""

    def train(options: Any) -> list[Path]:
        if stopped:
            signal.raise_signal(signal.SIGINT)
        return [options.out / name for name in ("x.yaml", "y.yaml", "x.safetensors")]

    monkeypatch.setattr(importlib.import_module(f"vj.studio.train_{model}"), "train", train)
    assert main(["train", model, *GIVEN[model].split()]) == 0
    said = capsys.readouterr().out
    assert (COPY[model] in said) is not stopped
    assert ("--resume" in said) is stopped
