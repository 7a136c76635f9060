"""The guard on a clock of its own: how long a show may take to end, and that it ends then."""

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
    """A show that goes on for so many seconds after it was asked to end, or was killed."""

    def __init__(self, house: House, takes: float) -> None:
        self.house, self.ends_at = house, ASKED_AT + takes
        self.process, self.pid, self.recent_crashes = object(), 4242, 0
        self.exit_code: int | None = None
        self.now, self.killed_at = 0.0, 0.0
        self.told: list[int] = []
        self.handlers: dict[int, Callable[[int, object], None]] = {}

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if ASKED_AT <= self.now < ASKED_AT + seconds:
            self.handlers[signal.SIGTERM](signal.SIGTERM, None)
        if self.now >= self.ends_at and self.exit_code is None:
            self.house.crew.post({"over": 0})
            self.exit_code = 0

    def kill(self) -> None:
        self.killed_at, self.exit_code = self.now, -9

    def start(self, _: float) -> None: ...

    def watch(self, _: float) -> None:
        assert self.now < ASKED_AT + 1.0, "it is not begun anew while it ends"


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], tuple[Slow, int]]:
    def run(takes: float) -> tuple[Slow, int]:
        house = build_house(open_gig(tmp_path), Options(headless=True))
        slow = Slow(house, takes)
        clock = SimpleNamespace(sleep=slow.sleep, monotonic=lambda: slow.now)
        monkeypatch.setattr(guard, "time", clock)
        monkeypatch.setattr(guard, "Keeper", lambda *_, **__: slow)
        monkeypatch.setattr(signal, "signal", lambda number, do: slow.handlers.update({number: do}))
        monkeypatch.setattr(os, "kill", lambda pid, number: slow.told.append(number))
        return slow, guard.guard(house)

    return run


def test_a_show_may_end_as_slowly_as_its_processes(guarded: Any) -> None:
    """Killed before, it would leave a film without its end and processes without a master."""
    slow, code = guarded(show._PARTINGS + 1.0)
    assert (code, slow.killed_at, slow.told) == (0, 0.0, [signal.SIGTERM])


def test_a_show_that_does_not_end_is_ended(guarded: Any) -> None:
    slow, code = guarded(1e9)
    assert code == 1
    assert show._PARTINGS < slow.killed_at - ASKED_AT < 2 * show._PARTINGS
