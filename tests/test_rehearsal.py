"""A rehearsal waits for what is a scene's own: painting, flashes, the size it settles on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vj import rehearsal
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.rehearsal import Played, _time, _until_painted, _Watch


@pytest.fixture
def house(root: Path) -> House:
    gig = open_gig(root)
    small = gig.rig.model_copy(update={"size": (16, 16), "output": (16, 16)})
    return build_house(replace(gig, rig=small), Options(headless=True))


class _Playing:
    """A stage and a network that do at every moment what `act` says (seconds since it began)."""

    def __init__(self, house: House, act: Callable[[House, float], None]) -> None:
        self._house, self._act, self._over = house, act, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        began = time.perf_counter()
        while not self._over.wait(0.02):
            self._act(self._house, time.perf_counter() - began)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _paint(house: House, captured_at: int) -> None:
    house.styled.publish(np.zeros((16, 16, 4), np.uint8), captured_at)


def _timed(house: House, act: Callable[[House, float], None], known: float | None) -> Played:
    found = Played("01_ink")
    with _Playing(house, act):
        time.sleep(0.1)
        _time(house, _Watch(house, 0), 0.5, known, found)
    return found


def _paints(house: House, at: float, share: float, rate: float) -> None:
    house.status["infer"].post({"share": share})
    house.status["stage"].post({"frames_shown": round(at * 50)})
    while house.styled.newest < at * rate:
        _paint(house, time.perf_counter_ns())


def test_a_slow_network_is_timed_at_the_size_the_show_finds_for_it(house: House) -> None:
    def act(house: House, at: float) -> None:
        smaller = at > 2.0
        _paints(house, at + (3 * (at - 2.0) if smaller else 0.0), 0.5 if smaller else 1.0, 2.0)

    found = _timed(house, act, None)
    assert found.share == 0.5
    assert 6.0 < found.painted < 10.0, "eight a second since it paints at half the width"


def test_a_network_that_was_timed_before_is_not_waited_for(house: House) -> None:
    began = time.perf_counter()
    found = _timed(house, lambda house, at: _paints(house, at, 1.0, 1.0), 3.5)
    assert time.perf_counter() - began < 4.0
    assert found.painted == 3.5


@pytest.mark.parametrize(("until", "flashes"), [(1.0, False), (10.0, True)])
def test_flashes_of_the_scene_before_are_not_counted(
    house: House, until: float, flashes: bool
) -> None:
    """The limiter's last second reaches back into the scene before."""

    def act(house: House, at: float) -> None:
        house.status["stage"].post({"frames_shown": round(at * 50), "flashing": at < until})

    assert _timed(house, act, 10.0).flashes is flashes


def test_a_painting_of_the_scene_before_is_not_taken_for_its_own(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that was on its way when the scene came is published after it."""
    house.state.post({"model": "brush", "scene": "01_ink"})
    before = time.perf_counter_ns()

    def act(house: House, at: float) -> None:
        house.status["infer"].post({"model": "brush"})
        _paint(house, before if at < 0.6 else time.perf_counter_ns())

    found, began = Played("01_ink"), time.perf_counter()
    with _Playing(house, act):
        problems = _until_painted(house, _Watch(house, 0), began, found, "")
    assert problems == []
    assert 0.5 < found.ready_s < 3.0
    monkeypatch.setattr(rehearsal, "_LOADS", 0.5)
    with _Playing(house, lambda house, at: _paint(house, before)):
        problems = _until_painted(house, _Watch(house, 0), began, found, "")
    assert problems == ["its network did not paint in time"]
