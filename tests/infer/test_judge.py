"""The loss of an optimised painting: exact over tiles, by hand on small cases, steady when flat."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vj.infer import gram as grams
from vj.infer.gram import Eye, gram, mixed, tiles
from vj.infer.judge import Judge, Weights
from vj.infer.vgg import LAYERS, Encoder

ONE = torch.ones(1, 1, 1)


@pytest.fixture(scope="module")
def eye() -> Eye:
    torch.manual_seed(3)
    encoder = Encoder(3, {name: 4 * int(name[0]) for name in LAYERS}, {}, True)
    return Eye(encoder.requires_grad_(False))


def picture(height: int, width: int, seed: int) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("regions", [False, True])
@pytest.mark.parametrize("size", [(144, 208), (131, 203)])
def test_tiles_change_neither_loss_nor_gradient(
    eye: Eye, regions: bool, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grams, "HALO", 32)
    content = picture(*size, 1)
    styles = [eye.measure(picture(48, 48, seed)) for seed in (2, 3)]
    maps = torch.tensor([0.7, 0.3])[:, None, None]
    if regions:
        left = torch.linspace(0, 1, 20).expand(14, 20)
        maps = torch.stack([left, 0.5 * (1 - left), 0.5 * (1 - left)])  # the last: its own look
    found = []
    for tile in (1024, 64):
        canvas = picture(*size, 4).requires_grad_()
        judge = Judge(eye, Weights(1.0, 20.0, 3.0), content, styles, maps, tile)
        found.append((judge.judge(canvas), canvas.grad))
    assert len(tiles(size, 64)) > 4
    (loss, gradient), (loss_tiled, tiled) = found
    assert gradient is not None and tiled is not None
    assert float(loss_tiled) == pytest.approx(float(loss), rel=1e-4)
    assert float((gradient - tiled).norm() / gradient.norm()) < 1e-3


def test_the_content_itself_costs_no_content_and_its_own_look_no_style(eye: Eye) -> None:
    content = picture(40, 56, 1)
    own = eye.measure(content)
    still = Judge(eye, Weights(1.0, 0.0, 0.0), content, [own], ONE)
    assert float(still.judge(content.clone().requires_grad_())) == 0
    look = Judge(eye, Weights(0.0, 1.0, 0.0), content, [own], ONE)
    assert float(look.judge(content.clone().requires_grad_())) < 1e-9
    # nothing of the style, all of the picture's own look
    maps = torch.tensor([0.0, 1.0])[:, None, None]
    other = eye.measure(picture(40, 40, 8))
    mine = Judge(eye, Weights(0.0, 1.0, 0.0), content, [other], maps)
    assert float(mine.judge(content.clone().requires_grad_())) < 1e-9


def test_the_terms_are_what_they_say(eye: Eye) -> None:
    content, canvas = picture(40, 56, 1), picture(40, 56, 5)
    style = eye.measure(picture(40, 40, 2))
    judge = Judge(eye, Weights(0.0, 3.0, 0.0), content, [style], ONE)
    with torch.no_grad():
        got = eye.measure(canvas)
    gaps = [
        float((got[name] - style[name]).square().sum() / style[name].square().sum())
        for name in eye.style
    ]
    assert float(judge.judge(canvas.requires_grad_())) == pytest.approx(sum(gaps), rel=1e-4)
    calm = Judge(eye, Weights(0.0, 0.0, 2.0), content, [style], ONE)
    flat = torch.zeros(1, 3, 40, 56)
    flat[..., 28:] = 1.0
    assert float(calm.judge(flat.requires_grad_())) == pytest.approx(2 / 55)
    fence = Judge(eye, Weights(0.0, 0.0, 0.0), content, [style], ONE)
    assert float(fence.judge((flat.detach() * 1.5).requires_grad_())) == pytest.approx(
        10 * 0.25 / 2
    )


def test_a_flat_picture_and_a_flat_style_are_no_trouble(eye: Eye) -> None:
    black = torch.zeros(1, 3, 40, 56)
    judge = Judge(eye, Weights(1.0, 50.0, 1.0), black, [eye.measure(black)], ONE)
    canvas = picture(40, 56, 1).requires_grad_()
    assert torch.isfinite(judge.judge(canvas))
    assert canvas.grad is not None and torch.isfinite(canvas.grad).all()


def test_guided_grams_add_up_to_the_whole() -> None:
    features = torch.rand(1, 4, 5, 6)
    maps = torch.rand(1, 5, 6)
    parts = gram(features, torch.cat([maps, 1 - maps]))
    assert torch.allclose(parts.sum(0), gram(features, None)[0], atol=1e-5)
    halves = mixed([{"a": torch.ones(2, 2)}, {"a": 3 * torch.ones(2, 2)}], torch.tensor([0.5, 0.5]))
    assert torch.equal(halves["a"], 2 * torch.ones(2, 2))
