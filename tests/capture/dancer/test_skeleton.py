"""The dancer moves like a person: bones keep their length, feet stay put, nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from vj.capture.dancer.choreography import feet, figures, landings
from vj.capture.dancer.skeleton import J, skeleton

RATE = 120.0
SEEDS = [0, 1, 7]


@pytest.fixture(scope="module", params=SEEDS)
def dance(request: pytest.FixtureRequest) -> np.ndarray:
    return skeleton(np.arange(0.0, 90.0, 1.0 / RATE), request.param)


@pytest.mark.parametrize(
    ("a", "b", "length"),
    [
        (J.HIP_L, J.KNEE_L, 0.445),
        (J.KNEE_R, J.ANKLE_R, 0.445),
        (J.SHOULDER_L, J.ELBOW_L, 0.285),
        (J.ELBOW_R, J.WRIST_R, 0.255),
    ],
)
def test_bones_keep_their_length(dance: np.ndarray, a: J, b: J, length: float) -> None:
    assert np.allclose(np.linalg.norm(dance[:, a] - dance[:, b], axis=1), length, atol=0.005)


def test_no_joint_moves_faster_than_a_dancer_can(dance: np.ndarray) -> None:
    speed = np.linalg.norm(np.diff(dance, axis=0), axis=-1) * RATE
    assert speed.max() < 8.0
    assert np.median(speed.max(axis=1)) > 0.8


def test_no_joint_jerks(dance: np.ndarray) -> None:
    push = np.linalg.norm(np.diff(dance, n=2, axis=0), axis=-1) * RATE**2
    assert push.max() < 450.0


def test_nothing_sinks_into_the_floor_or_leaves_the_stage(dance: np.ndarray) -> None:
    assert dance[..., 1].min() > 0.015
    assert dance[..., 1].max() < 2.3
    assert np.abs(dance[..., 0]).max() < 1.5


def test_a_standing_foot_stays_planted() -> None:
    times = np.arange(0.0, 60.0, 1.0 / RATE)
    beats = times * 110.0 / 60.0
    fall = landings(beats)
    asked = figures(np.concatenate([beats, fall.ravel() + 0.3]), 3)
    stand = feet(beats, fall, asked.channels(slice(beats.size, None)))
    joints = skeleton(times, 3)
    for side, ankle in ((0, J.ANKLE_L), (1, J.ANKLE_R)):
        planted = (stand.air[:, side] == 0.0) & (asked.lift[: beats.size, side] == 0.0)
        both = planted[1:] & planted[:-1]
        assert both.mean() > 0.4
        slip = np.linalg.norm(np.diff(joints[:, ankle], axis=0), axis=-1) * RATE
        assert slip[both].max() < 0.02


def test_there_is_always_a_foot_on_the_floor(dance: np.ndarray) -> None:
    lowest = np.minimum(dance[:, J.TOE_L, 1], dance[:, J.TOE_R, 1])
    assert lowest.max() < 0.12


def test_arms_are_raised_now_and_then_and_phrases_differ(dance: np.ndarray) -> None:
    over = np.maximum(dance[:, J.HAND_L, 1], dance[:, J.HAND_R, 1]) > dance[:, J.CROWN, 1] + 0.1
    assert 0.1 < over.mean() < 0.9
    bars = dance[: int(RATE * 8.7) * 8].reshape(8, -1, *dance.shape[1:])
    assert np.abs(bars[0] - bars[1]).max() > 0.3


def test_the_past_is_the_same_whenever_it_is_asked_for() -> None:
    alone = skeleton(np.array([12.34]), 5)
    among = skeleton(np.array([3.0, 12.34, 80.0]), 5)
    assert np.allclose(alone[0], among[1], atol=1e-9)
    assert not np.allclose(alone[0], skeleton(np.array([12.34]), 6)[0], atol=0.05)
