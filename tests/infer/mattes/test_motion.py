"""The motion matte: who is found against a learned background, and its manners over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.infer.fakes import half_person
from vj.infer.mattes.motion import make

HEIGHT, WIDTH = 180, 320


class Room:
    """A fixed camera in a textured room with sensor noise; somebody may stand in it."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(3)
        tiles = self.random.integers(60, 200, (12, 20, 3)).astype(np.float32)
        self.wall = cv2.resize(tiles, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)

    def picture(self, x: int | None, light: float = 1.0, swing: int = 0) -> NDArray[np.uint8]:
        scene = self.wall.copy()
        if x is not None:
            cv2.ellipse(scene, (x, 110), (28, 70), 0, 0, 360, (30, 24, 90), -1)
            cv2.circle(scene, (x + swing, 30), 18, (210, 160, 140), -1)
        scene = scene * light + self.random.normal(0, 2.0, scene.shape)
        out = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        out[..., :3] = scene.clip(0, 255)
        return out

    def truth(self, x: int) -> NDArray[np.bool_]:
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.ellipse(mask, (x, 110), (28, 70), 0, 0, 360, 255, -1)
        cv2.circle(mask, (x, 30), 18, 255, -1)
        return mask > 0


def overlap(matte: NDArray[np.uint8], truth: NDArray[np.bool_]) -> float:
    """Intersection over union of a matte and the true shape."""
    found = matte > 127
    return float(np.sum(found & truth) / np.sum(found | truth))


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def learned(room: Room) -> Any:
    """A motion matte that has seen the empty room."""
    matte = make()
    for _ in range(40):
        assert not matte.matte(room.picture(None), {}).any()
    return matte


def test_motion_finds_who_walks_in(room: Room, learned: Any) -> None:
    for x in range(0, 160, 5):
        found = learned.matte(room.picture(x), {"matte.smooth": 0.0})
    assert found.shape == (HEIGHT, WIDTH) and found.dtype == np.uint8
    assert overlap(found, room.truth(155)) > 0.85


def test_who_keeps_nearly_still_stays(room: Room, learned: Any) -> None:
    for n in range(300):
        found = learned.matte(room.picture(160, swing=n % 3), {})
    assert overlap(found, room.truth(160)) > 0.85


def test_the_place_somebody_left_becomes_empty(room: Room, learned: Any) -> None:
    for n in range(60):
        learned.matte(room.picture(160, swing=n % 3), {})
    for _ in range(12):
        found = learned.matte(room.picture(None), {})
    assert not (found > 127).any()


def test_automatic_exposure_is_not_a_person(room: Room, learned: Any) -> None:
    for n in range(60):
        light = 1.0 - 0.25 * min(n / 20, 1)
        found = learned.matte(room.picture(160, light, n % 3), {})
    assert overlap(found, room.truth(160)) > 0.8


def test_a_moved_camera_is_learned_anew(room: Room, learned: Any) -> None:
    room.wall = np.ascontiguousarray(room.wall[::-1, ::-1])
    for _ in range(150):
        found = learned.matte(room.picture(None), {})
    assert not (found > 127).any()


def test_smooth_slows_the_outline_down(room: Room, learned: Any) -> None:
    first = learned.matte(room.picture(160), {"matte.smooth": 0.9})
    for _ in range(40):
        later = learned.matte(room.picture(160), {"matte.smooth": 0.9})
    assert first.max() < 127 and later.max() == 255


def test_feather_widens_the_outline(room: Room, learned: Any) -> None:
    between = []
    for feather in (0.0, 1.0):
        for _ in range(15):
            found = learned.matte(room.picture(160), {"matte.feather": feather})
        between.append(int(np.sum((found > 20) & (found < 235))))
    assert between[1] > 2 * between[0] > 0


def test_threshold_asks_for_more_difference(room: Room, learned: Any) -> None:
    faint = room.picture(None)
    faint[60:120, 100:160, :3] = np.clip(faint[60:120, 100:160, :3].astype(int) + 22, 0, 255)
    seen = [
        int(np.sum(learned.matte(faint, {"matte.threshold": sure, "matte.smooth": 0.0}) > 127))
        for sure in (0.2, 1.0)
    ]
    assert seen[0] > 1500 and seen[1] == 0


def test_a_new_size_starts_afresh(learned: Any) -> None:
    assert learned.matte(half_person(40, 64), {}).shape == (40, 64)


def test_people_in_a_real_room(shared_data: Path) -> None:
    """The video shows the empty room, then people who come in, stand and go."""
    video = cv2.VideoCapture(str(shared_data / "videos" / "intel_one-by-one-person.mp4"))
    matte = make()
    parts: dict[int, float] = {}
    for number in range(321):
        ok, bgr = video.read()
        assert ok
        small = cv2.resize(bgr, (320, 180), interpolation=cv2.INTER_AREA)
        found = matte.matte(cv2.cvtColor(small, cv2.COLOR_BGR2RGBA), {})
        parts[number] = float(np.mean(found > 127))
    empty = [parts[n] for n in (30, 40, 225)]
    somebody = [parts[n] for n in (110, 140, 170, 260, 290, 320)]
    assert max(empty) == 0.0, parts
    assert min(somebody) > 0.04 and max(somebody) < 0.15, somebody


def test_every_third_picture_is_looked_at_and_the_others_hold(room: Room, learned: Any) -> None:
    values = {"matte.every": 3, "matte.smooth": 0.0}
    found = [learned.matte(room.picture(20 * n), values) for n in range(9)]
    fresh = [n for n in range(1, 9) if found[n] is not found[n - 1]]
    assert fresh in ([2, 5, 8], [1, 4, 7], [3, 6])
    assert overlap(found[fresh[-1]], room.truth(20 * fresh[-1])) > 0.85
