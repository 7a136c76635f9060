"""Gatys: the loss falls, pictures paint themselves in, changed ones are taken, regions, files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.infer.models import manners
from tests.infer.models.manners import apart, paintings, photo, saved, small_files, uniform
from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model, read_weights
from vj.infer.models.gatys import Gatys, Options, options_of
from vj.infer.protocol import Patient
from vj.infer.vgg import LAYERS, Encoder

ONE = uniform(1.0)


def gatys(**options: object) -> Gatys:
    """A Gatys with a tiny random encoder, one step a call, no sketches."""
    torch.manual_seed(3)
    widths = {name: 8 * int(name[0]) for name in LAYERS}
    given = {"seconds": 0.0, "sketch": 0, "iterations": 12, **options}
    encoder = Encoder(4, widths, {}, True)
    for part in encoder.parameters():
        if part.ndim == 4:
            torch.nn.init.kaiming_normal_(part, nonlinearity="relu")
    return Gatys(encoder, Options(**given), "cpu")  # type: ignore[arg-type]


def noise(*size: int, seed: int = 1) -> Tensor:
    coarse = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(seed))
    return functional.interpolate(coarse, size, mode="bilinear")


def stripes(height: int = 48, width: int = 64) -> Tensor:
    red = (torch.arange(width) // 4 % 2).float().expand(1, 1, height, width)
    return 0.2 + 0.6 * torch.cat([red, torch.zeros_like(red), 1 - red], 1)


def complete(model: Gatys, content: Tensor, image: Tensor) -> Tensor:
    return model.complete(content, [model.prepare(image)], ONE, lambda share: None)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("init", ["content", "noise", "style"])
def test_a_painting_nears_the_style_and_keeps_the_content(optimizer: str, init: str) -> None:
    model = gatys(optimizer=optimizer, init=init, iterations=40, tv_weight=0.0)
    content = noise(48, 64)
    painted = complete(model, content, stripes())
    eye = model._eye

    def style_gap(picture: Tensor) -> float:
        got, wanted = eye.measure(picture), eye.measure(stripes())
        return sum(float((got[n] - wanted[n]).norm() / wanted[n].norm()) for n in got)

    assert painted.shape == content.shape and 0 <= float(painted.min()) <= float(painted.max()) <= 1
    assert style_gap(painted) < 0.5 * style_gap(content)
    with torch.no_grad():
        deep = [eye.look(picture)[1].flatten() for picture in (content, painted, stripes())]
    assert (deep[1] - deep[0]).norm() < (deep[2] - deep[0]).norm()


def test_one_call_is_a_moment_and_many_are_the_whole() -> None:
    content, image = noise(48, 64), stripes()
    whole = complete(gatys(), content, image)
    model = gatys()
    style = model.prepare(image)
    pictures = [model.paint(content, [style], ONE) for _ in range(14)]
    ways = [apart(picture, whole) for picture in pictures]
    assert ways[0] > 0.01 and ways[5] > 0
    assert torch.equal(pictures[11], whole) and torch.equal(pictures[13], whole)


def test_progress_is_told_and_the_sketch_comes_first() -> None:
    model = gatys(sketch=64, iterations=8)
    said: list[float] = []
    content = noise(128, 256)
    model.complete(content, [model.prepare(stripes())], ONE, said.append)
    assert len(said) == 8 + 4 + 2 and said[-1] == 1 and said == sorted(said)


def test_a_held_picture_goes_on_and_another_one_is_taken() -> None:
    model = gatys(iterations=6)
    style = model.prepare(stripes())
    content = noise(48, 64)
    for _ in range(6):
        painted = model.paint(content, [style], ONE)
    # a camera's noise is no other picture
    assert torch.equal(painted, model.paint((content + 0.01).clamp(0, 1), [style], ONE))
    moved = content.clone()
    moved[..., 32:] = 1 - moved[..., 32:]
    after = model.paint(moved, [style], ONE)
    assert apart(after[..., :24], painted[..., :24]) < 0.3 * apart(
        after[..., 40:], painted[..., 40:]
    )
    assert apart(after[..., 40:], moved[..., 40:]) < 0.1
    fresh = gatys(iterations=6, follow=False, hold=0.0)
    fresh.paint(content, [style], ONE)
    assert torch.equal(fresh.paint(moved, [style], ONE), gatys().paint(moved, [style], ONE))


def test_a_moving_picture_is_held_until_something_is_painted() -> None:
    """On stage somebody always moves: taken anew at every look, nothing was ever painted."""
    model = gatys(iterations=8, hold=0.5, follow=False)
    style = model.prepare(stripes())
    content = noise(48, 64)
    still = [model.paint(content, [style], ONE) for _ in range(4)]
    model.forget()
    moving = [model.paint(noise(48, 64, seed=s), [style], ONE) for s in (1, 2, 3, 4)]
    assert all(torch.equal(a, b) for a, b in zip(still, moving, strict=True))
    taken = model.paint(noise(48, 64, seed=5), [style], ONE)
    assert torch.allclose(taken, noise(48, 64, seed=5), atol=1e-6)


def test_another_wish_is_followed_at_once() -> None:
    model = gatys(iterations=10)
    styles = [model.prepare(stripes()), model.prepare(1 - stripes().flip(1) * 0.9)]
    content = noise(48, 64)
    for _ in range(10):
        first = model.paint(content, styles, uniform(1.0, 0.0))
    assert torch.equal(first, model.paint(content, styles, uniform(1.0, 0.0)))
    model.paint(content, styles, uniform(0.5, 0.5))  # its first step is not judged yet
    assert not torch.equal(first, model.paint(content, styles, uniform(0.5, 0.5)))


def test_regions_get_their_own_style() -> None:
    model = gatys(iterations=30, style_weight=500.0)
    red, green = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    red[:, 0], green[:, 1] = 0.9, 0.9
    maps = torch.zeros(2, 12, 16)
    maps[0, :, :8], maps[1, :, 8:] = 1, 1
    styles = [model.prepare(red), model.prepare(green)]
    painted = model.complete(noise(48, 64), styles, maps, lambda share: None)
    colour = painted.mean(2)[0, :2]  # (red and green, width)
    lead = colour[0] - colour[1]
    assert float(lead[:20].mean()) > float(lead[44:].mean()) + 0.2


def test_no_share_is_the_picture_itself() -> None:
    content = noise(48, 64)
    model = gatys()
    style = model.prepare(stripes())
    assert model.paint(content, [style], uniform(0.0)) is content
    assert model.paint(content, [], torch.zeros(0, 1, 1)) is content


def test_a_painting_can_be_resumed() -> None:
    model = gatys(iterations=1)
    style = model.prepare(stripes())
    content, painted = noise(48, 64), noise(48, 64, seed=9)
    model.resume(content, painted)
    model.paint(content, [style], ONE)
    gone_on = model.paint(content, [style], ONE)
    assert apart(gone_on, painted) < 0.5 * apart(gone_on, content)
    assert isinstance(model, Patient)


def test_what_comes_from_inference_mode_is_painted_too() -> None:
    """The painter works in inference mode, whose tensors refuse to have gradients."""
    model = gatys(iterations=2)
    with torch.inference_mode():
        content, style = noise(48, 64), model.prepare(stripes() * 1.0)
        channels_last = content.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
        painted = model.paint(channels_last, [style], ONE * 1.0)
        assert torch.isfinite(model.paint(channels_last, [style], ONE * 1.0)).all()
    assert painted.shape == content.shape


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style_wieght": 3}, "'style_weight'"),
        ({"init": "nosie"}, "'noise'"),
        ({"iterations": 2.5}, "iterations: 2.5; a whole number"),
        ({"tv_weight": -1}, "tv_weight: -1; a number of 0 or more"),
        ({"content_weight": "much"}, "content_weight: 'much'"),
        ({"follow": 1}, "follow: 1; true or false"),
        ({"iterations": True}, "iterations: True"),
    ],
)
def test_wrong_options_are_said(options: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        options_of(Card.model_validate({"model": "gatys", "options": options}))


def test_options_are_read() -> None:
    given = {"style_weight": 7, "pooling": "avg", "follow": False, "style_size": 512}
    options = options_of(Card.model_validate({"model": "gatys", "options": given}))
    assert options == Options(style_weight=7, pooling="avg", follow=False)


def test_real_weights_paint(shared_data: Path, tmp_path: Path) -> None:
    path = import_weights(small_files(shared_data, "e5"), "g", "gatys", tmp_path)
    card = read_card(path)
    assert "aux51.weight" in {key.removeprefix("encoder.") for key in read_weights(card)}
    quick = card.model_copy(update={"options": {**card.options, "iterations": 15, "sketch": 0}})
    model = load_model(quick, "cpu")
    assert isinstance(model, Gatys)
    content, image = photo(shared_data), paintings(shared_data)[0]
    painted = complete(model, content, image)
    assert apart(painted.mean((2, 3)), image.mean((2, 3))) < apart(
        content.mean((2, 3)), image.mean((2, 3))
    )
    assert 0.05 < apart(painted, content) < 0.3
    style, ways = model.prepare(image), []
    for share in (0.1, 0.4, 0.7):
        model.forget()
        part = model.complete(content, [style], uniform(share), lambda _: None)
        ways.append(apart(part, content))
    assert 0 < ways[0] < ways[1] < ways[2] < apart(painted, content)
    again = import_weights([path.with_suffix(".safetensors")], "again", "gatys", tmp_path)
    assert read_card(again).sha256 == card.sha256


def torchvision() -> dict[str, Tensor]:
    """Random tensors shaped and named like torchvision's vgg19, the classifier cut short."""
    places = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)
    tensors = {"classifier.0.weight": torch.zeros(2, 2), "classifier.0.bias": torch.zeros(2)}
    chain = [manners.VGG[name] for name in manners.VGG if name != "conv0"]
    for place, shape in zip(places, chain, strict=True):
        tensors[f"features.{place}.weight"] = torch.randn(shape) * 0.05
        tensors[f"features.{place}.bias"] = torch.randn(shape[0]) * 0.05
    return tensors


def test_torchvision_s_vgg_is_known_and_sees_its_own_colours(tmp_path: Path) -> None:
    torch.manual_seed(4)
    tensors = torchvision()
    path = import_weights([saved(tensors, tmp_path / "vgg19.pth")], "vgg", None, tmp_path)
    card = read_card(path)
    assert card.model == "gatys" and card.options["padding"] == "zeros"
    model = load_model(card, "cpu")
    assert isinstance(model, Gatys)
    x = noise(32, 32)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    wanted = functional.relu(
        functional.conv2d(
            (x - mean) / std, tensors["features.0.weight"], tensors["features.0.bias"], padding=1
        )
    )
    got = model._eye.look(x)[0]["11"]
    # folded in, black is not what lies around the picture: only the rim differs
    assert torch.allclose(got[..., 1:-1, 1:-1], wanted[..., 1:-1, 1:-1], atol=1e-4)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t: t.pop("features.16.weight"), r"features\.16\.weight' is missing"),
        (lambda t: t.update({"features.5.weight": torch.zeros(1, 1, 3, 3)}), "has shape"),
    ],
)
def test_a_wrong_vgg_is_named(
    tmp_path: Path, spoil: Callable[[dict[str, Tensor]], object], said: str
) -> None:
    tensors = torchvision()
    spoil(tensors)
    with pytest.raises(UserError, match=said):
        import_weights([saved(tensors, tmp_path / "vgg19.pth")], "vgg", None, tmp_path)


def test_files_without_a_vgg_are_refused(tmp_path: Path) -> None:
    other = saved({"fc.weight": torch.ones(1)}, tmp_path / "other.pth")
    with pytest.raises(UserError, match="no VGG-19"):
        import_weights([other], "vgg", "gatys", tmp_path)
    normalised = saved(manners.random_vgg(), tmp_path / "vgg_normalised.pth")
    card = read_card(import_weights([normalised], "n", "gatys", tmp_path))
    assert card.model == "gatys" and card.options["padding"] == "reflect"
