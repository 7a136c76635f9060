"""Drawings for training: every knob of the live chain occurs, and each drawing is the chain's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.studio.stylizing import picture
from vj.core.table import build_table
from vj.infer.edges import EdgeChain, Settings
from vj.studio.drawings import Hand, draw, noisy, random_hand

MANY = 400


@pytest.fixture(scope="module")
def hands() -> list[Hand]:
    dice = np.random.default_rng(4)
    return [random_hand(dice) for _ in range(MANY)]


def test_the_same_dice_draw_the_same_hand() -> None:
    first, second = (random_hand(np.random.default_rng(9)) for _ in range(2))
    assert first == second != random_hand(np.random.default_rng(10))


def test_hands_stay_on_the_knobs(hands: list[Hand]) -> None:
    """No setting that a player cannot reach is trained for at the cost of those he can."""
    knobs = build_table((), ()).params
    for hand in hands:
        for name in Settings.__slots__:
            value, knob = getattr(hand.settings, name), knobs[f"edges.{name}"]
            assert knob.low <= value <= knob.high, name


def test_every_kind_of_drawing_is_frequent(hands: list[Hand]) -> None:
    all_settings = [hand.settings for hand in hands]
    share = {
        "as the chain starts": sum((s.canny_low, s.canny_high) == (1, 10) for s in all_settings),
        "lines": sum(s.canny and not s.adaptive_thresh for s in all_settings),
        "pen": sum(s.adaptive_thresh and not s.canny for s in all_settings),
        "lines of pen": sum(s.adaptive_thresh and s.canny for s in all_settings),
        "tones": sum(not s.adaptive_thresh and not s.canny for s in all_settings),
        "wide medians": sum(s.pre_median >= 15 for s in all_settings),
        "strict lines": sum(s.canny and s.canny_low > 100 for s in all_settings),
        "trails": sum(hand.trail > 0 for hand in hands),
        "negatives": sum(hand.negative for hand in hands),
    }
    assert min(share.values()) > 0.02 * MANY, share
    assert share["lines"] > share["pen"] > share["tones"]


def test_a_plain_hand_draws_as_the_live_chain() -> None:
    rgb = picture((96, 128))
    live = np.dstack((rgb, np.zeros(rgb.shape[:2], np.uint8)))
    for settings in (Settings(), Settings(pre_median=3, canny_low=30, canny_high=90, post_blur=2)):
        drawn = draw(rgb, Hand(settings))
        assert np.array_equal(drawn, EdgeChain().run(live, settings)[..., :3])
        assert 0 < drawn.mean() < 128


@pytest.mark.parametrize(
    "hand",
    [
        Hand(Settings(), difference=4),
        Hand(Settings(), trail=0.6, trail_shift=(3, -2)),
        Hand(Settings(), negative=True),
        Hand(Settings(post_blur=4, post_thresh=60)),
        Hand(Settings(canny=False, pre_median=0)),
    ],
    ids=["difference", "trail", "negative", "threshold", "tones"],
)
def test_what_memory_and_paper_add_shows(hand: Hand) -> None:
    rgb = picture((96, 128))
    drawn = draw(rgb, hand)
    assert drawn.shape == rgb.shape and drawn.dtype == np.uint8
    assert not np.array_equal(drawn, draw(rgb, Hand(Settings())))


def test_a_threshold_comes_after_the_trail() -> None:
    rgb = picture((96, 128))
    hand = Hand(Settings(post_thresh=100), trail=0.5, trail_shift=(3, 3))
    assert set(np.unique(draw(rgb, hand))) == {0, 255}


def test_noise_is_small_and_even() -> None:
    grey = np.full((80, 80, 3), 120, np.uint8)
    seen = noisy(grey, np.random.default_rng(1)).astype(float)
    assert 0.3 < seen.std() < 5
    assert abs(seen.mean() - 120) < 1  # rounding down


def test_noise_alone_moves_a_drawing_but_little() -> None:
    """What the steadiness terms compare is the same scene, not another one."""
    rgb = np.full((96, 128, 3), 30, np.uint8)
    rgb[20:70, 30:90] = (220, 180, 140)
    dice = np.random.default_rng(1)
    hand = Hand(Settings(pre_median=2, canny_low=60, canny_high=150))

    first, second = (draw(noisy(rgb, dice), hand)[..., 0] for _ in range(2))
    assert not np.array_equal(first, second)
    near = cv2.dilate(second, np.ones((3, 3), np.uint8))
    assert 0.005 < (first > 0).mean() < 0.1
    assert near[first > 0].mean() > 0.95 * 255, "lines jump by a pixel at most"
