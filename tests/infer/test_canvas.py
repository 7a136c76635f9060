"""A painting in progress: its sizes, how many steps they take, and that it never gets lost."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from vj.infer.canvas import Canvas, Size, levels


class Grey:
    """Wants every pixel to be 0.5; `broken` calls say so with a number that is none."""

    def __init__(self, size: Size, broken: tuple[int, ...] = ()) -> None:
        self.size, self._broken, self._calls = size, broken, 0

    def judge(self, canvas: Tensor) -> Tensor:
        assert canvas.shape[2:] == self.size
        self._calls += 1
        loss = (canvas - 0.5).square().sum()
        (canvas.grad,) = torch.autograd.grad(loss, canvas)
        return loss.detach() * (math.nan if self._calls in self._broken else 1)


@pytest.mark.parametrize(
    ("size", "sketch", "wanted"),
    [
        ((360, 640), 320, [(180, 320), (360, 640)]),
        ((1080, 1920), 320, [(135, 240), (270, 480), (540, 960), (1080, 1920)]),
        ((360, 640), 0, [(360, 640)]),
        ((100, 90), 320, [(100, 90)]),
        ((40, 1600), 320, [(40, 1600)]),  # its sketch would be a line
    ],
)
def test_sizes_double_from_the_sketch_on(size: Size, sketch: int, wanted: list[Size]) -> None:
    assert levels(size, sketch) == wanted


def test_larger_sizes_take_fewer_steps_and_the_end_is_full_size() -> None:
    asked: list[Size] = []

    def judge(size: Size) -> Grey:
        asked.append(size)
        return Grey(size)

    canvas = Canvas(torch.rand(1, 3, 40, 60), [(20, 30), (40, 60)], judge, 9)  # type: ignore[arg-type]
    assert canvas.total == 9 + 5 and not canvas.done
    while not canvas.done:
        canvas.step()
    assert asked == [(20, 30), (40, 60)] and canvas.steps == 14
    assert float((canvas.picture((40, 60)) - 0.5).abs().max()) < 0.01
    assert canvas.picture((10, 10)).shape == (1, 3, 10, 10)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_steps_that_lead_nowhere_are_taken_back(optimizer: str) -> None:
    judge = Grey((8, 8), broken=(4, 5, 9))
    start = torch.zeros(1, 3, 8, 8)
    canvas = Canvas(start, [(8, 8)], lambda _: judge, 40, optimizer, 0.1)  # type: ignore[arg-type, return-value]
    gaps = []
    while not canvas.done:
        canvas.step()
        gaps.append(float((canvas.picture((8, 8)) - 0.5).abs().max()))
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 0.05


def test_a_sketch_shows_the_fine_lines_until_they_are_painted_over() -> None:
    start = torch.rand(1, 3, 32, 32)
    start[:, :, ::2] = 0.0
    canvas = Canvas(start, [(16, 16), (32, 32)], lambda size: Grey(size), 8)  # type: ignore[arg-type, return-value]

    def lines() -> float:
        rows = canvas.picture((32, 32)).mean((0, 1, 3))
        return float((rows[1::2] - rows[::2]).mean())

    shown = []
    for _ in range(8):
        canvas.step()
        shown.append(lines())
    assert shown[0] > 0.2 and shown == sorted(shown, reverse=True) and abs(shown[-1]) < 0.02


def test_a_painting_that_is_done_needs_no_judge() -> None:
    start = torch.rand(1, 3, 8, 8)
    canvas = Canvas(start, [(8, 8)], None, 0)
    assert canvas.done and torch.equal(canvas.picture((8, 8)), start)
