"""The guard on a clock of its own: a show hears that it is to end, may take its time, and ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vj import guard, show
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house

ASKED_AT = 2.0  # s


class Slow:
    """A show that goes on for so many seconds after it was told to end, or was killed.

    It hears nothing before `hears_at`, and its `people` run until it ends.
    """

    def __init__(self, house: House, takes: float, hears_at: float = 0.0) -> None:
        self.house, self.takes, self.hears_at = house, takes, hears_at
        self.people: dict[str, list[object]] = {}
        self.pid, self.recent_crashes = 4242, 0
        self.process: object = None
        self.exit_code: int | None = None
        self.now, self.killed_at = 0.0, 0.0
        self.heard_at, self.starts = 0.0, 0
        self.told: list[int] = []
        self.handlers: dict[int, Callable[[int, object], None]] = {}

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if ASKED_AT <= self.now < ASKED_AT + seconds:
            self.handlers[signal.SIGTERM](signal.SIGTERM, None)
        if self.told and self.now >= self.heard_at + self.takes and self.exit_code is None:
            self.house.crew.post({"over": 0})
            self.exit_code = 0

    @property
    def beating(self) -> bool:
        return self.now >= self.hears_at

    def tell(self, number: int) -> None:
        self.heard_at = self.heard_at if self.told else self.now
        self.told.append(number)

    def kill(self) -> None:
        self.killed_at, self.exit_code = self.now, -9

    def start(self, _: float) -> None:
        self.starts, self.process, self.exit_code = self.starts + 1, object(), None
        self.house.crew.post({"people": self.people})

    def watch(self, now: float) -> None:
        if self.process is None:
            self.start(now)
        elif self.exit_code is not None:
            self.process = None


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Slow, int]]:
    def run(takes: float, kind: type[Slow] = Slow, hears_at: float = 0.0) -> tuple[Slow, int]:
        house = build_house(open_gig(tmp_path), Options(headless=True))
        slow = kind(house, takes, hears_at)
        clock = SimpleNamespace(sleep=slow.sleep, monotonic=lambda: slow.now)
        monkeypatch.setattr(guard, "time", clock)
        monkeypatch.setattr(guard, "Keeper", lambda *_, **__: slow)
        monkeypatch.setattr(signal, "signal", lambda number, do: slow.handlers.update({number: do}))
        monkeypatch.setattr(os, "kill", lambda pid, number: slow.tell(number))
        return slow, guard.guard(house)

    return run


def test_a_show_may_end_as_slowly_as_its_processes(guarded: Any) -> None:
    """Killed before, it would leave a film without its end and processes without a master."""
    slow, code = guarded(show._PARTINGS + 1.0)
    assert (code, slow.killed_at, slow.starts) == (0, 0.0, 1)
    assert set(slow.told) == {signal.SIGTERM}


def test_a_show_that_does_not_end_is_ended(guarded: Any) -> None:
    slow, code = guarded(1e9)
    assert code == 1
    assert show._PARTINGS < slow.killed_at - ASKED_AT < 2 * show._PARTINGS


def test_a_show_that_is_only_being_born_hears_it_later(guarded: Any) -> None:
    """Ctrl-C in the first moments was lost: forty seconds of nothing, then all were killed."""
    slow, code = guarded(1.0, hears_at=ASKED_AT + 3.0)
    assert (code, slow.killed_at) == (0, 0.0)
    assert slow.now < ASKED_AT + 5.0


class Dies(Slow):
    """A show that dies in the moment it is told to end, and ends as it should the second time."""

    people_left = True

    def __init__(self, house: House, takes: float, hears_at: float) -> None:
        super().__init__(house, takes, hears_at)
        self.people = {"record": [4243, ""]} if self.people_left else {}

    def tell(self, number: int) -> None:
        if self.starts == 1:
            self.exit_code = -9
        else:
            super().tell(number)


class DiesAlone(Dies):
    """The same before it has started anybody."""

    people_left = False


def test_a_show_that_dies_while_it_is_to_end_comes_back_to_end_its_people(guarded: Any) -> None:
    """The guard left with it: the film had no end, there was no report and no last word."""
    slow, code = guarded(1.0, Dies)
    assert (code, slow.starts, slow.killed_at) == (0, 2, 0.0)


def test_a_show_that_dies_alone_while_it_is_to_end_is_not_begun_anew(guarded: Any) -> None:
    slow, code = guarded(1.0, DiesAlone)
    assert (code, slow.starts) == (1, 1)
