"""A process that takes more and more memory is found within the hour, others are left in peace."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from vj.core import growth
from vj.core.growth import Growth, Growths, private_mib

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
_EVERY_S = 20.0


def _after(minutes: int, mib: Callable[[float], float]) -> Growth:
    """A process that had `mib(minute)` of memory, with the noise of a working one."""
    life, noise = Growth(1, 0.0), random.Random(4)
    for second in range(0, minutes * 60, int(_EVERY_S)):
        life.take(float(second), mib(second / 60) + noise.uniform(0, 8))
    return life


def test_a_leak_of_a_mebibyte_a_minute_is_found_after_80_minutes() -> None:
    assert _after(79, lambda minute: 500 + minute).an_hour == 0, "too early to be sure"
    life = _after(81, lambda minute: 500 + minute)
    assert life.an_hour == pytest.approx(60, abs=5)
    assert life.most == pytest.approx(585, abs=5)


@pytest.mark.parametrize(
    "mib",
    [
        lambda minute: 500.0,
        lambda minute: 300 + 20 * min(minute, 10),  # warming up
        lambda minute: 500 + 100 * (minute // 30),  # a scene's network every half an hour
        lambda minute: 500 + 90 * (minute % 15) / 15,  # a cache that is emptied
        lambda minute: 500 + 0.05 * minute,  # 3 MiB an hour: no evening is long enough
        lambda minute: 900 - minute,
    ],
)
@pytest.mark.parametrize("minutes", [75, 130, 240])
def test_what_comes_and_goes_is_no_leak(mib: Callable[[float], float], minutes: int) -> None:
    assert _after(minutes, mib).an_hour == 0


def test_a_leak_that_ends_is_forgotten() -> None:
    assert _after(200, lambda minute: 500 + min(minute, 100)).an_hour == 0


def test_growth_is_told_once_and_forgotten_with_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory = {1: 100.0, 2: 50.0}
    monkeypatch.setattr(growth, "private_mib", lambda pid: memory.get(pid))
    growths, told = Growths(), []
    for second in range(0, 10_000, 5):
        memory[1] += 0.05 if second < 9_000 else 0.0
        told += growths.look(float(second), {"infer": 1, "stage": 2, "record": None, "gone": 3})
    assert told == ["infer takes 40 MiB more than an hour ago"]
    assert growths.growing == told
    assert growths.most == {"infer": pytest.approx(190, abs=1), "stage": 50.0}
    memory[4] = 60.0
    assert growths.look(10_005.0, {"infer": 4, "stage": 2}) == []
    assert growths.growing == []
    assert growths.most["infer"] == pytest.approx(190, abs=1), "the most of all its lives"


@linux
def test_memory_of_a_real_process_is_its_own() -> None:
    code = (
        "b = bytearray(64 << 20); b[::4096] = b'x' * len(b[::4096]); print(1, flush=True); input()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.readline()
        found = private_mib(process.pid)
        process.communicate(b"\n")
    assert found is not None and 64 < found < 100
    assert private_mib(process.pid) is None, "it is gone"
    assert private_mib(os.getpid())
