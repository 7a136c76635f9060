"""A scene's layer and logo: opaque or transparent, replaced, lost, hanging, killed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.layers import LINGER, RETRY, Slot, covering, logo_spec
from vj.core.child import Keeper
from vj.core.gig import Gig, Rig
from vj.core.house import House, Options, build_house
from vj.core.mailbox import Mailbox

RED = (0, 0, 255)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logo = np.zeros((30, 90, 4), np.uint8)
    logo[5:25, 5:85] = (0, 0, 200, 128)
    cv2.imwrite(str(tmp_path / "logo.png"), logo)
    for name, colour in (("red.png", RED), ("blue.png", (255, 0, 0))):
        cv2.imwrite(str(tmp_path / name), np.full((48, 64, 3), colour, np.uint8))
    return tmp_path


@pytest.fixture
def slot(folder: Path) -> Slot:
    rig = {"folder": str(folder), "size": (48, 64), "fps": 30.0}
    return Slot(Mailbox.create(48, 64, slots=3), rig, threading.Event(), whole=False)


def _next(slot: Slot, now: float) -> tuple[int, ...]:
    for _ in range(500):
        if slot.step(now):
            frame = slot._mailbox.latest()
            assert frame is not None
            return (*(int(v) for v in frame.pixels[20, 20]), frame.take)
        time.sleep(0.01)
    raise AssertionError(f"no picture: {slot.message}")


def test_colours_are_multiplied_by_the_alpha_and_unknown_is_opaque() -> None:
    def pictures() -> Iterator[np.ndarray]:
        yield np.full((2, 2, 4), (200, 100, 50, 128), np.uint8)
        yield np.full((2, 2, 4), (200, 100, 50, 0), np.uint8)
        yield np.full((40, 80, 4), (200, 100, 50, 255), np.uint8)

    half, unknown, large = covering(pictures(), (10, 10))
    assert np.abs(half[0, 0].astype(int) - (100, 50, 25, 128)).max() <= 1
    assert tuple(unknown[0, 0]) == (200, 100, 50, 255)
    assert large.shape == (5, 10, 4)


def test_one_source_takes_the_place_of_another(slot: Slot) -> None:
    slot.want({"kind": "image", "path": "red.png"}, 0.0)
    *red, first = _next(slot, 0.0)
    slot.want({"kind": "image", "path": "blue.png"}, 1.0)
    *blue, second = _next(slot, 1.0)
    assert red == [255, 0, 0, 255] and blue == [0, 0, 255, 255]
    assert first != second, "the stage dissolves from take to take"


def test_a_still_picture_is_handed_over_once(slot: Slot) -> None:
    slot.want({"kind": "image", "path": "red.png", "fps": 200}, 0.0)
    _next(slot, 0.0)
    time.sleep(0.1)
    assert not any(slot.step(0.1 + number / 100) for number in range(5))


def test_what_nobody_wants_any_more_plays_on_for_the_fade_and_then_is_gone(slot: Slot) -> None:
    slot.want({"kind": "testcard"}, 0.0)
    _next(slot, 0.0)
    slot.want({}, 1.0)
    for tenths in range(1, 50):
        _next(slot, 1.0 + tenths / 10)
    slot.step(1.1 + LINGER)
    frame = slot._mailbox.latest()
    assert frame is not None and not frame.pixels.any()


def test_a_wrong_layer_is_told_and_the_former_plays_on(slot: Slot) -> None:
    slot.want({"kind": "image", "path": "red.png", "fps": 1}, 0.0)
    _next(slot, 0.0)
    slot.want({"kind": "image", "path": "gone.png"}, 1.0)
    assert "gone.png" in slot.message
    slot.want({"kind": "nonsense"}, 2.0)
    assert "nonsense" in slot.message


def test_a_layer_that_comes_later_is_seen_and_its_forerunner_leaves(
    slot: Slot, folder: Path
) -> None:
    """The layer of the scene before stayed, though the right file was there for half a minute."""
    slot.want({"kind": "image", "path": "red.png"}, 0.0)
    assert _next(slot, 0.0)[0] == 255
    late = {"kind": "image", "path": "late.png"}
    slot.want(late, 1.0)
    assert "late.png" in slot.message
    slot.step(1.0 + LINGER)
    frame = slot._mailbox.latest()
    assert frame is not None and not frame.pixels.any()
    cv2.imwrite(str(folder / "late.png"), np.full((48, 64, 3), (255, 0, 0), np.uint8))
    slot.want(late, 1.0 + LINGER)
    assert slot.message == ""
    assert _next(slot, 2.0 + LINGER)[2] == 255
    assert RETRY < LINGER


def test_a_logo_is_a_picture_that_stays() -> None:
    assert logo_spec("a.png") == {"kind": "image", "path": "a.png", "fps": 1.0}
    assert logo_spec("") == {}


def _until(ready: object, keeper: Keeper, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        keeper.watch(time.monotonic())
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_process_comes_back_after_a_kill_and_a_source_that_hangs(folder: Path) -> None:
    """A film whose writer stalls blocks inside the library; the camera's process never knows."""
    house: House = build_house(
        Gig(folder, Rig.model_validate({"size": "64x48", "output": "64x48"})), Options()
    )
    os.mkfifo(folder / "stalls.mjpeg")
    writer = os.open(folder / "stalls.mjpeg", os.O_RDWR)
    logo = {"logo": "logo.png"}
    house.state.post({"layer": {"kind": "image", "path": "red.png"}, **logo})
    board = house.status["layers"]
    keeper = Keeper("layers", "vj.capture.layers:main", house, board, 3.0)
    keeper.start(time.monotonic())
    try:
        _until(lambda: house.layer.newest and house.logo.newest, keeper)
        frame = house.logo.latest()
        assert frame is not None and frame.pixels.shape == (21, 64, 4)
        assert np.abs(frame.pixels[10, 32].astype(int) - (100, 0, 0, 128)).max() <= 2
        assert keeper.process is not None
        keeper.process.kill()
        before = house.layer.newest
        _until(lambda: house.layer.newest > before, keeper)
        assert keeper.restarts == 1
        house.state.post({"layer": {"kind": "video", "path": "stalls.mjpeg"}, **logo})
        _until(lambda: keeper.restarts == 2, keeper)
        house.state.post({"layer": {"kind": "image", "path": "blue.png"}, **logo})
        frame = house.layer.latest()
        assert frame is not None and frame.pixels[20, 20, 0] == 255, "the last picture stays"
        _until(lambda: house.layer.latest().pixels[20, 20, 2] == 255, keeper)  # type: ignore[union-attr]
    finally:
        os.close(writer)
        keeper.kill()
