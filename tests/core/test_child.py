"""Keepers: what dies or stands still is started again, later and later, with the same memory."""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from vj.core.child import Keeper
from vj.core.crew import Adopted, birth
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house


def beats(house: House) -> None:
    """A process that is alive and says so."""
    while True:
        house.status["desk"].post({"pid": os.getpid()})
        time.sleep(0.02)


def stands_still(house: House) -> None:
    """A process that beats once and then hangs."""
    house.status["desk"].post({"pid": os.getpid(), "lease": 0.0})
    time.sleep(600)


def ends(house: House) -> None:
    """A process that is done at once."""


@pytest.fixture
def house(root: Path) -> House:
    gig = open_gig(root)
    small = gig.rig.model_copy(update={"size": (16, 16), "output": (16, 16)})
    return build_house(replace(gig, rig=small), Options())


def _keeper(house: House, what: str, hang_limit: float = 5.0) -> Keeper:
    return Keeper("desk", f"tests.core.test_child:{what}", house, house.status["desk"], hang_limit)


def _watch_until(keeper: Keeper, restarts: int, seconds: float = 20.0) -> float:
    start = time.monotonic()
    while keeper.restarts < restarts:
        assert time.monotonic() - start < seconds, f"only {keeper.restarts} restarts"
        keeper.watch(time.monotonic())
        time.sleep(0.02)
    return time.monotonic() - start


def _beating_pid(house: House) -> int:
    end = time.monotonic() + 20
    seq = house.status["desk"].newest
    while time.monotonic() < end:
        found = house.status["desk"].read(seq)
        if found:
            return int(found[1]["pid"])
        time.sleep(0.02)
    raise AssertionError("no beat")


def test_a_killed_process_comes_back_with_the_same_memory(house: House) -> None:
    keeper = _keeper(house, "beats")
    keeper.start(time.monotonic())
    first = _beating_pid(house)
    os.kill(first, signal.SIGKILL)
    _watch_until(keeper, 1)
    assert _beating_pid(house) != first
    keeper.stop(2.0)
    assert keeper.exit_code is not None


def test_a_process_that_stands_still_is_killed_and_replaced(house: House) -> None:
    keeper = _keeper(house, "stands_still", hang_limit=0.3)
    keeper.start(time.monotonic())
    first = _beating_pid(house)
    _watch_until(keeper, 1)
    assert _beating_pid(house) != first
    keeper.stop(1.0)


def test_who_was_paused_with_all_others_kills_nobody(house: House) -> None:
    """SIGSTOP and SIGCONT of a whole show, or a paused virtual machine, restarted everything."""
    keeper = _keeper(house, "stands_still", hang_limit=2.0)
    keeper._take(Adopted(os.getpid(), birth(os.getpid())), 100.0)
    house.status["desk"].post({})
    for now in (100.1, 100.2, 160.0, 160.9, 161.8):
        keeper.watch(now)
        assert keeper.pid, f"it was given up at {now}"
    assert not keeper._hangs(161.9)
    assert keeper._hangs(162.1), "from then on it counts"


def _late(house: House, monkeypatch: pytest.MonkeyPatch, queued: float) -> float:
    """How many seconds late one may be that waits this share of the time for a processor."""
    keeper = _keeper(house, "stands_still", hang_limit=2.0)
    keeper._take(Adopted(os.getpid(), birth(os.getpid())), 100.0)
    house.status["desk"].post({})
    now = 100.0
    monkeypatch.setattr(
        "vj.core.child.queued_s", lambda _: {"1": 7.0 + queued * now, "2": 9.0, "3": 0.0}
    )
    keeper.watch(now)
    while not keeper._hangs(now):
        now += 0.1
    return now - 100.0


def test_who_waits_for_a_processor_does_not_hang(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine with too much to do stage and network were started over and over."""
    assert _late(house, monkeypatch, queued=0.0) == pytest.approx(2.0, abs=0.2)
    assert _late(house, monkeypatch, queued=-0.1) == pytest.approx(2.0, abs=0.2)
    assert _late(house, monkeypatch, queued=0.8) == pytest.approx(8.0, abs=0.5)
    assert _late(house, monkeypatch, queued=20.0) == pytest.approx(20.0, abs=0.5), "not for ever"


def test_restarts_come_later_and_later(house: House) -> None:
    keeper = _keeper(house, "ends")
    keeper.start(time.monotonic())
    _watch_until(keeper, 3, 60.0)
    assert keeper.recent_crashes == 3
    waits = []
    for crashes in (1, 2, 3, 4, 9):
        keeper._crashes = [0.0] * (crashes - 1)
        keeper._bury(0.0, "test")
        waits.append(keeper._start_at)
    assert waits == pytest.approx([0.25, 0.5, 1.0, 2.0, 5.0], rel=0.21)
    keeper.stop(1.0)


def test_only_a_clean_return_has_exit_code_zero(house: House) -> None:
    """A stage ended by SIGTERM once looked like a closed window and took the whole show along."""
    keeper = _keeper(house, "beats")
    keeper.start(time.monotonic())
    _beating_pid(house)
    assert keeper.process is not None
    keeper.process.terminate()
    keeper.process.join(5)
    assert keeper.exit_code == 143


def takes_its_time(house: House) -> None:
    """A process that has something to finish when it is told to end."""
    try:
        beats(house)
    finally:
        house.status["desk"].post({"ends": True})
        time.sleep(0.5)
        house.status["desk"].post({"finished": True})


def test_told_twice_a_process_finishes_what_it_has_to(house: House) -> None:
    """A stopped service told the recorder itself and through the show: a film without its end."""
    keeper = _keeper(house, "takes_its_time")
    keeper.start(time.monotonic())
    _beating_pid(house)
    assert keeper.process is not None
    keeper.process.terminate()
    end = time.monotonic() + 20
    while "ends" not in (house.status["desk"].read() or (0, {}))[1]:
        assert time.monotonic() < end
        time.sleep(0.01)
    keeper.stop(20.0)
    assert keeper.exit_code == 143
    assert (house.status["desk"].read() or (0, {}))[1] == {"finished": True}


def fails(house: House) -> None:
    """A process that ends by an error while torch works in a thread of its own."""
    import threading

    import torch

    grid = torch.rand(600, 600)

    def work() -> None:
        while True:
            torch.mm(grid, grid)

    threading.Thread(target=work, daemon=True).start()
    house.status["desk"].post({"pid": os.getpid()})
    raise ValueError("no way on")


def test_an_error_ends_a_process_at_once_with_code_one(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    keeper = _keeper(house, "fails")
    keeper.start(time.monotonic())
    assert keeper.process is not None
    keeper.process.join(30)
    assert keeper.process.exitcode == 1
    said = capfd.readouterr().err
    assert "no way on" in said and "terminate called" not in said


def speaks_while_silenced(house: House) -> None:
    """A process whose stderr a thread has turned away for a moment, to keep a library quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    logging.getLogger("hand").info("listening on 7000")


def test_what_is_logged_is_seen_while_a_library_is_kept_quiet(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """The line that names OSC's port was lost now and then while MIDI ports were opened."""
    keeper = _keeper(house, "speaks_while_silenced")
    keeper.start(time.monotonic())
    assert keeper.process is not None
    keeper.process.join(30)
    assert "listening on 7000" in capfd.readouterr().err
