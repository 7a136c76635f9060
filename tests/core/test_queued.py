"""Waiting for a processor is told apart from waiting for anything else."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from vj.core.queued import queued_s

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/schedstat"), reason="this system does not say"
)
BUSY = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(flush=True)
while True: pass
"""
IDLE = "import time; print(flush=True); time.sleep(600)"


def _waited(*programs: str) -> float:
    """How long the first of these waits within half a second beside the others."""
    running = [
        subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE) for text in programs
    ]
    try:
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        pid = running[0].pid
        before = queued_s(pid)[str(pid)]
        time.sleep(0.5)
        return queued_s(pid)[str(pid)] - before
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_who_shares_a_processor_waits_for_it() -> None:
    assert _waited(BUSY, BUSY, BUSY) > 0.1


def test_who_sleeps_does_not() -> None:
    assert _waited(IDLE, BUSY) < 0.05


def test_of_nobody_nothing_is_known() -> None:
    assert queued_s(0) == {}
