"""Shares of a paint call: what sums to 1, what lets the picture through, regions measured alone."""

from __future__ import annotations

import torch
from torch import Tensor

from vj.infer.shares import Shares, regional, restyled

CPU = torch.device("cpu")


def uniform(*shares: float) -> Tensor:
    return torch.tensor(shares)[:, None, None]


def test_what_is_missing_is_the_picture_s_own() -> None:
    shares = Shares(uniform(0.2, 0.5), CPU)
    assert shares.own and not shares.nothing
    assert torch.allclose(shares.at((3, 4)), uniform(0.2, 0.5, 0.3))
    full = Shares(uniform(0.4, 0.6), CPU)
    assert not full.own and full.at((3, 4)).shape == (2, 1, 1)
    assert Shares(torch.zeros(2, 3, 3), CPU).nothing


def test_more_than_everything_is_everything() -> None:
    assert torch.allclose(Shares(uniform(1.0, 3.0), CPU).at((1, 1)), uniform(0.25, 0.75))


def test_maps_come_in_any_size_and_sum_to_one() -> None:
    maps = Shares(torch.rand(3, 5, 7) / 3, CPU).at((11, 4))
    assert maps.shape == (4, 11, 4)
    assert torch.allclose(maps.sum(0), torch.ones(11, 4), atol=1e-5)


def test_mixed_numbers_follow_the_maps() -> None:
    weights = torch.zeros(2, 1, 2)
    weights[0, 0, 0] = weights[1, 0, 1] = 1
    numbers = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    mixed = Shares(weights, CPU).mixed(numbers, (1, 2))
    assert mixed.shape == (1, 2, 1, 2)
    assert torch.equal(mixed[0, :, 0, 0], numbers[0]) and torch.equal(mixed[0, :, 0, 1], numbers[1])


def test_little_strength_shows_the_picture() -> None:
    content, painted = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4)
    shown = [float(Shares(uniform(s), CPU).over(content, painted).mean()) for s in (0.05, 0.2, 0.9)]
    assert 0 < shown[0] < 0.2 < shown[1] < 1 == shown[2]


def test_restyled_features_have_the_style_s_statistics() -> None:
    torch.manual_seed(1)
    features, style = torch.rand(1, 5, 12, 16), torch.rand(2, 5) + 0.5
    shares = Shares(uniform(1.0), CPU)
    made = restyled(features, regional(features, shares), [style], shares)
    assert torch.allclose(made.mean((0, 2, 3)), style[0], atol=1e-3)
    assert torch.allclose(made.std((0, 2, 3)), style[1], atol=1e-3)


def test_each_region_gets_its_style_s_statistics() -> None:
    """Two halves that differ in brightness, each measured by itself."""
    torch.manual_seed(2)
    features = torch.rand(1, 5, 12, 16)
    features[..., 8:] += 3
    maps = torch.zeros(2, 12, 16)
    maps[0, :, :8], maps[1, :, 8:] = 1, 1
    shares, styles = Shares(maps, CPU), [torch.rand(2, 5) + 0.5, torch.rand(2, 5) + 2]
    made = restyled(features, regional(features, Shares(maps, CPU)), styles, shares)
    whole = restyled(features, regional(features, Shares(uniform(0.5, 0.5), CPU)), styles, shares)

    def gap(x: Tensor) -> float:
        halves = zip((x[..., :8], x[..., 8:]), styles, strict=True)
        return max(float((half.mean((0, 2, 3)) - style[0]).abs().max()) for half, style in halves)

    assert gap(made) < 0.3 < gap(whole)


def test_only_the_places_of_a_style_need_work() -> None:
    maps = torch.zeros(2, 4, 6)
    maps[0, 1:3, 2:5], maps[1] = 1, 1
    maps[1, 1:3, 2:5] = 0
    shares = Shares(maps, torch.device("cpu"))
    places = shares.places(0, (4, 6))
    assert places is not None and places.tolist() == [8, 9, 10, 14, 15, 16]
    assert shares.box(0, (4, 6)) == (slice(1, 3), slice(2, 5))
    assert shares.box(1, (4, 6)) == (slice(0, 4), slice(0, 6))
    none = Shares(torch.stack([torch.ones(4, 6), torch.zeros(4, 6)]), torch.device("cpu"))
    assert none.places(0, (4, 6)) is None and none.places(1, (4, 6)).tolist() == []  # type: ignore[union-attr]
    assert none.box(1, (4, 6)) == (slice(0, 0), slice(0, 0))
    even = Shares(torch.full((2, 1, 1), 0.5), torch.device("cpu"))
    assert even.places(1, (4, 6)) is None
    assert even.box(1, (4, 6)) == (slice(0, 4), slice(0, 6))
