"""The yardsticks see what they are for: a lattice, a flicker, a jump, a lost style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from vj.infer.protocol import Style
from vj.studio.perceptual import LAYERS, Perceptual
from vj.studio.pictures import Picture
from vj.studio.quality import Material, judge, lattice, speeds, warp_error


def _picture(seed: int, height: int = 96, width: int = 128) -> Picture:
    coarse = np.random.default_rng(seed).integers(0, 255, (7, 9, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


class Tint:
    """Blends the picture with the style's mean colour; strength in steps when told to."""

    multiple = 4

    def __init__(self, coarse: bool = False) -> None:
        self._coarse = coarse

    def prepare(self, image: Tensor) -> Style:
        return Style("", {"colour": image.mean((2, 3), keepdim=True)})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        if self._coarse:
            weights = (weights * 4).round() / 4
        colours = torch.stack([style.tensors["colour"] for style in styles])
        shares = weights.mean((1, 2)).view(-1, 1, 1, 1, 1)
        return content * (1 - 0.5 * shares.sum()) + 0.5 * (shares * colours).sum(0)


@pytest.fixture(scope="module")
def material() -> Material:
    torch.manual_seed(4)
    widths = {"0": (3, 3, 1), "11": (3, 8, 3), "41": (8, 8, 3)}
    state = {}
    for name in ("0", *LAYERS):
        inputs, outputs, size = widths.get(name, (8, 8, 3))
        state[f"conv{name}.weight"] = torch.randn(outputs, inputs, size, size) * 0.3
        state[f"conv{name}.bias"] = torch.zeros(outputs)
    film = [np.roll(_picture(9, 240, 320), 2 * n, axis=1) for n in range(4)]
    pictures = [_picture(n) for n in range(2)]
    styles = [np.full_like(_picture(0), 30), np.full_like(_picture(0), 220)]
    return Material(Perceptual(state), pictures, styles, [film], side=64)


def test_a_network_is_measured_in_every_respect(material: Material) -> None:
    said: list[str] = []
    smooth, steps = (judge(Tint(coarse), material, said.append) for coarse in (False, True))
    assert smooth["strength_jump"] < 4 < 20 < steps["strength_jump"]
    assert smooth["mix_jump"] < 4 < 20 < steps["mix_jump"]
    assert abs(smooth["lattice_flat_db"]) < 1e-6 and smooth["lattice_photo_db"] < 1
    assert smooth["style"] > 0 and 0 <= smooth["content"] < 0.5
    assert smooth["warp"] == pytest.approx(smooth["warp_of_films"] / 2, rel=0.3)
    assert "4 of 4 pictures" in said


def test_a_part_of_the_width_is_painted_and_the_whole_is_judged(material: Material) -> None:
    class Watched(Tint):
        def __init__(self) -> None:
            super().__init__()
            self.sizes: set[tuple[int, ...]] = set()

        def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
            self.sizes.add(tuple(content.shape[2:]))
            return super().paint(content, styles, weights)

    whole, half = Watched(), Watched()
    judge(whole, material, str)
    judge(half, replace(material, share=0.5, side=256), str)
    assert (256, 256) in whole.sizes and (256, 256) not in half.sizes
    assert (128, 128) in half.sizes


def test_a_lattice_stands_out() -> None:
    grey = torch.full((1, 3, 64, 96), 0.5)
    grey[:, :, :, ::4] += 0.02
    assert lattice(grey) > 10
    assert lattice(grey.transpose(2, 3)) > 10
    noise = 0.5 + 0.02 * torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(1))
    assert lattice(noise) < 3


def test_flicker_counts_and_motion_does_not() -> None:
    film = [np.roll(_picture(9, 240, 320), 2 * n, axis=1) for n in range(4)]
    count = iter(range(99))
    calm = warp_error(film, lambda picture: picture)
    wild = warp_error(
        film, lambda picture: np.asarray(picture * (0.8 + 0.2 * (next(count) % 2)), np.uint8)
    )
    assert calm < 0.02 < wild


def test_speeds_are_of_the_same_race() -> None:
    rates = speeds({"a": Tint(), "b": Tint(True)}, _picture(1), 0.05)
    assert set(rates) == {"a", "b"} and all(rate > 0 for rate in rates.values())
