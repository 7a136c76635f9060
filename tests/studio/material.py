"""What a training learns from, small: soft pictures and an encoder that knows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from vj.core.errors import UserError
from vj.infer.matte_network import FIRES
from vj.studio.imagenet import PLACES
from vj.studio.perceptual import LAYERS

WIDTHS = {"0": (3, 3, 1), "11": (3, 16, 3), "12": (16, 16, 3), "21": (16, 32, 3), "22": (32, 32, 3)}
WIDTHS |= {"31": (32, 64, 3), **dict.fromkeys(("32", "33", "34"), (64, 64, 3)), "41": (64, 128, 3)}


def write_spots(folder: Path, count: int = 2, shape: tuple[int, int] = (80, 90)) -> Path:
    """Write pictures of soft coloured spots, (h, w), into a folder that need not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(1)
    for number in range(count):
        coarse = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
        assert cv2.imwrite(str(folder / f"{number}.png"), picture)
    return folder


def squeezenet() -> dict[str, torch.Tensor]:
    """Weights of the shape of SqueezeNet 1.0 up to fire7, named and scaled as in this project."""
    forms = {"conv1": (3, 96, 7)}
    for name, (inputs, narrow, wide) in {**FIRES, "fire2": (96, *FIRES["fire2"][1:])}.items():
        forms[f"{name}.squeeze"] = (inputs, narrow, 1)
        forms |= {f"{name}.expand{k}x{k}": (narrow, wide, k) for k in (1, 3)}
    found = {}
    with torch.random.fork_rng():
        torch.manual_seed(1)
        for name, (inputs, outputs, k) in forms.items():
            found[f"{name}.weight"] = torch.randn(outputs, inputs, k, k) / (k * inputs**0.5)
            found[f"{name}.bias"] = torch.randn(outputs)
    return found


def write_squeezenet(path: Path) -> Path:
    """Write a file of the shape of squeezenet1_0-b66bff10.pth."""
    places = {name: place for place, name in PLACES.items()}
    state = {f"{places[n.split('.')[0]]}.{n.split('.', 1)[1]}": w for n, w in squeezenet().items()}
    torch.save({**state, "classifier.1.weight": torch.ones(2)}, path)
    return path


def write_encoder(path: Path) -> Path:
    """Write a file of the shape of wct_se_16x_e4.pth."""
    state = {}
    with torch.random.fork_rng():
        torch.manual_seed(2)
        for name in ("0", *LAYERS):
            inputs, outputs, size = WIDTHS[name]
            scale = (2 / (inputs * size * size)) ** 0.5
            state[f"conv{name}.weight"] = torch.randn(outputs, inputs, size, size) * scale
            state[f"conv{name}.bias"] = torch.zeros(outputs)
    torch.save({"model": state}, path)
    return path


@contextmanager
def left_as_it_is(folder: Path) -> Iterator[None]:
    """Expect that a training in a folder that holds one, a step long, is refused untouched."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UserError, match="a training is there already, at step 1; --resume"):
        yield
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def step_of_a_stop(train: Callable[..., object], folder: Path, weights: str) -> int:
    """Ctrl-C after the first step: expect the weights of a whole run after --resume.

    `train` takes changes to the options by name. Returns the step at which it was saved.
    """
    whole, asked = folder / "whole", folder / "asked"
    train(out=whole)
    train(out=asked, stop=iter([False, True]).__next__)
    step = int(torch.load(asked / "state.pt", weights_only=True)["step"])
    train(out=asked, resume=True)
    assert (whole / weights).read_bytes() == (asked / weights).read_bytes()
    return step
