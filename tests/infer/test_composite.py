"""Networks with one look: shares, ranges and channel orders around them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.composite import (
    back_to_rgb,
    check_ranges,
    from_network,
    from_range,
    in_order,
    one_look,
    to_network,
    to_range,
)
from vj.infer.protocol import Style

STYLE = Style("", {})


def white(content: Tensor) -> Tensor:
    return torch.full_like(content, 3.0)  # clamped to 1


def test_shares_say_how_much_of_the_look_is_seen() -> None:
    content = torch.rand(1, 3, 8, 8) * 0.5
    assert one_look(content, [STYLE], torch.zeros(1, 2, 2), white) is content
    assert one_look(content, [], torch.zeros(0, 1, 1), white) is content
    assert torch.equal(
        one_look(content, [STYLE], torch.ones(1, 1, 1), white), torch.ones(1, 3, 8, 8)
    )
    half = one_look(content, [STYLE, STYLE], torch.full((2, 1, 1), 0.25), white)
    assert torch.allclose(half, (content + 1) / 2)


def test_shares_may_differ_per_pixel() -> None:
    content = torch.rand(1, 3, 8, 8) * 0.5
    shares = torch.zeros(2, 8, 8)
    shares[0, :, :3], shares[1, :4, :3] = 0.5, 0.5
    out = one_look(content, [STYLE, STYLE], shares, white)
    assert torch.equal(out[..., 3:], content[..., 3:])
    assert bool((out[..., :4, :3] == 1).all())
    assert torch.allclose(out[..., 4:, :3], (content[..., 4:, :3] + 1) / 2)


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (0.0, 255.0), (-1.0, 1.0), (1.0, 0.0)])
def test_ranges_go_there_and_back(bounds: tuple[float, float]) -> None:
    ends = to_range(torch.tensor([0.0, 1.0]), bounds)
    assert tuple(ends.tolist()) == bounds
    assert from_range(ends, bounds).tolist() == [0, 1]


def test_channels_go_there_and_back() -> None:
    rgb = torch.rand(1, 3, 2, 2)
    assert torch.equal(in_order(rgb, "bgr")[:, 0], rgb[:, 2])
    for channels in ("rgb", "bgr"):
        assert torch.equal(back_to_rgb(in_order(rgb, channels), channels), rgb)
    gray = in_order(torch.ones(1, 3, 2, 2), "gray")
    assert gray.shape == (1, 1, 2, 2) and torch.allclose(gray, torch.ones(1))
    assert back_to_rgb(gray, "gray").shape == (1, 3, 2, 2)


def test_a_card_that_cannot_be_is_refused() -> None:
    with pytest.raises(UserError, match="range_out"):
        check_ranges(Card(model="exported", range_out=(1.0, 1.0)))


def test_a_network_may_want_imagenet_s_colours() -> None:
    """Cards could name a range but no mean and deviation, as most exported networks want."""
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    card = Card(model="exported", mean_in=mean, std_in=std, mean_out=mean, std_out=std)
    rgb = torch.rand(1, 3, 4, 5)
    x = to_network(rgb, card)
    for channel in range(3):
        wanted = (rgb[:, channel] - mean[channel]) / std[channel]
        assert torch.allclose(x[:, channel], wanted, atol=1e-6)
    assert torch.allclose(from_network(x, card), rgb, atol=1e-6)


def test_means_are_in_the_network_s_own_order_and_range() -> None:
    """As the networks of Caffe want it: BGR, 0..255, each channel's mean taken away."""
    card = Card(model="exported", channels="bgr", range_in=(0, 255), mean_in=(103.9, 116.8, 123.7))
    x = to_network(torch.ones(1, 3, 1, 1) * torch.tensor([1.0, 0.5, 0.0]).view(1, 3, 1, 1), card)
    assert x.flatten().tolist() == pytest.approx([-103.9, 127.5 - 116.8, 255 - 123.7], abs=1e-3)
    gray = Card(model="exported", channels="gray", mean_in=(0.5,), std_in=(0.5,))
    assert to_network(torch.ones(1, 3, 1, 1), gray).tolist() == [[[[1.0]]]]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"std_in": (0.0,)}, "std_in: 0"),
        ({"std_out": (1.0, 0.0, 1.0)}, "std_out: 0"),
        ({"channels": "gray", "mean_in": (0.1, 0.2, 0.3)}, "mean_in: one number"),
    ],
)
def test_means_and_deviations_that_make_no_sense_are_said(
    facts: dict[str, object], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        check_ranges(Card.model_validate({"model": "exported", **facts}))
