"""Who runs: the processes of a show by number, so that they outlive the show that started them.

The show writes it ten times a second, its processes read it when their parent is gone, the next
show reads it to go on with them. Only a show that is guarded (`vj.guard`) writes one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vj.core.board import Board

LOST = -1  # the exit code of a process nobody could wait for
_PROC = Path("/proc")
_LOOK = 0.5
_PATIENCE = 2.0  # seconds without a word from the show, when nobody is there to bring it back


def birth(pid: int) -> str:
    """Return what tells a process from a later one of the same number; "" where systems do not."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def alive(pid: int, born: str) -> bool:
    """Whether the process with this number and `birth` still runs."""
    if (_PROC / "self").exists():
        fields = _stat(pid)
        return bool(fields) and fields[0] not in "ZX" and fields[19] == born
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _stat(pid: int) -> list[str]:
    """What Linux says about a process from its state on, [] when there is none."""
    with contextlib.suppress(OSError):
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
        return text[text.rindex(")") + 1 :].split()
    return []


class Adopted:
    """A process that another show started, as far as one can know it; see `BaseProcess`."""

    def __init__(self, pid: int, born: str) -> None:
        self.pid, self._born = pid, born

    @property
    def exitcode(self) -> int | None:
        """None while it runs, LOST afterwards."""
        return None if alive(self.pid, self._born) else LOST

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def join(self, timeout: float) -> None:
        """Wait until it is gone, or `timeout` seconds."""
        end = time.monotonic() + timeout
        while self.exitcode is None and time.monotonic() < end:
            time.sleep(0.02)

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):
            if self.exitcode is None:
                os.kill(self.pid, number)


def listed(document: Mapping[str, Any], pid: int) -> bool:
    """Whether the show counts this process among its own."""
    return any(entry[0] == pid for entry in document.get("people", {}).values())


def stay_while_wanted(crew: Board, parent: int) -> None:
    """Return when this process has lost its parent and belongs to no show any more.

    A process stays that the crew lists, while its show can be heard or its guard is there to
    bring one back. parent: `os.getppid()` at birth.
    """
    while os.getppid() == parent:
        time.sleep(_LOOK)
    beat, beat_at = 0, time.monotonic()
    while True:
        found = crew.read()
        if found is None or not listed(found[1], os.getpid()):
            return
        if found[0] != beat:
            beat, beat_at = found[0], time.monotonic()
        elif time.monotonic() - beat_at > _PATIENCE and not alive(*found[1]["guard"]):
            return
        time.sleep(_LOOK)
