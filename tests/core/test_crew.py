"""Who runs: a process is told from a later one of its number, and leaves when nobody wants it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from vj.core.board import Board
from vj.core.crew import LOST, Adopted, alive, birth, listed, stay_while_wanted

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="births are Linux's")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_an_adopted_process_is_ended_and_seen_to_end(sleeper: subprocess.Popen[bytes]) -> None:
    process = Adopted(sleeper.pid, birth(sleeper.pid))
    assert process.exitcode is None
    process.join(0.05)
    assert process.exitcode is None, "waiting ends nothing"
    process.terminate()
    process.join(5)  # nobody has waited for it: a zombie is gone as well
    assert process.exitcode == LOST
    process.kill()
    sleeper.wait(5)
    assert sleeper.returncode == -signal.SIGTERM


@linux
def test_another_process_of_the_same_number_is_left_alone(
    sleeper: subprocess.Popen[bytes],
) -> None:
    other = Adopted(sleeper.pid, "1")
    assert other.exitcode == LOST
    other.kill()
    time.sleep(0.1)
    assert sleeper.poll() is None
    assert alive(sleeper.pid, birth(sleeper.pid))
    assert not alive(2**22 + 1, "")


def test_a_crew_lists_its_own() -> None:
    crew = {"people": {"stage": [17, "4"], "desk": [18, "5"]}}
    assert listed(crew, 18)
    assert not listed(crew, 4)
    assert not listed({}, 18)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr("vj.core.crew._LOOK", 0.01)
    monkeypatch.setattr("vj.core.crew._PATIENCE", 0.2)


def _post(crew: Board, guard: int, people: bool = True) -> None:
    me = {"desk": [os.getpid(), birth(os.getpid())]} if people else {}
    crew.post({"guard": [guard, birth(guard)], "people": me})


def _leaving(crew: Board, parent: int = 0) -> threading.Thread:
    thread = threading.Thread(target=stay_while_wanted, args=(crew, parent), daemon=True)
    thread.start()
    return thread


@pytest.mark.usefixtures("hurried")
def test_who_is_in_no_crew_leaves_at_once() -> None:
    empty, others, ended = (Board.create(512) for _ in range(3))
    others.post({"guard": [os.getpid(), ""], "people": {"desk": [1, ""]}})
    _post(ended, os.getpid(), people=False)
    for crew in (empty, others, ended):
        thread = _leaving(crew)
        thread.join(2)
        assert not thread.is_alive()


@pytest.mark.usefixtures("hurried")
def test_who_is_wanted_stays_while_there_is_a_guard_or_a_show() -> None:
    guarded, heard = Board.create(512), Board.create(512)
    _post(guarded, os.getpid())
    _post(heard, 2**22 + 1)
    child = _leaving(Board.create(64), os.getppid())
    threads = [_leaving(guarded), _leaving(heard)]
    for _ in range(10):
        time.sleep(0.06)
        _post(heard, 2**22 + 1)
    assert all(thread.is_alive() for thread in threads)
    assert child.is_alive(), "who has its parent asks nobody"
    # now its show falls silent, and the other's ends
    _post(guarded, os.getpid(), people=False)
    for thread in threads:
        thread.join(3)
        assert not thread.is_alive()
