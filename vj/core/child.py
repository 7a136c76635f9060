"""How a process is born and watched: spawn by name, leave with the show, restart with back-off.

The show starts every process through here, and its guard the show; a Keeper is one watched process.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import multiprocessing
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from vj.core.board import Board
from vj.core.crew import Adopted, alive, stay_while_wanted
from vj.core.house import House
from vj.core.queued import queued_s

log = logging.getLogger(__name__)

FIRST_BACKOFF, _LONGEST_BACKOFF = 0.25, 5.0
_FORGIVE_AFTER = 300.0
_START_LEASE = 90.0
_ABSENT = 1.0
_LATE = 0.5  # seconds without a beat: is it starved?
_STARVED = 0.9  # so much of the time, at most, counts as spent in line for a processor
TERMINATED = 143


def born(target: str, house: House) -> None:
    """Run `module:function` with the house; the first thing a new process executes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):  # a terminal that is closed is the guard's business
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    faulthandler.enable()
    leave = threading.Thread(target=_leave, args=(house, os.getppid()), daemon=True)
    leave.start()
    # On a copy: where sound libraries are kept from talking to stderr, our own words still get out.
    out = open(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    logging.basicConfig(
        stream=out, level=logging.INFO, format=f"%(levelname)s {target.split(':')[0]}: %(message)s"
    )
    # torch tells its cache statistics at exit; nobody on stage wants them.
    logging.getLogger("torch").setLevel(logging.WARNING)
    module, function = target.split(":")
    code = _ran(lambda: getattr(importlib.import_module(module), function)(house))
    # Out at once: a thread still busy inside torch aborts the interpreter's own way out.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _end(*_: object) -> None:
    """Leave at SIGTERM, in order: when a service is stopped, it comes from the system and the show.

    Not with 0: only a stage whose window was closed ends by itself, anything else comes back.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(TERMINATED)


def _ran(work: Callable[[], None]) -> int:
    """Run and return the exit code; what goes wrong is logged."""
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # the top of a process
        logging.getLogger(__name__).exception("ended by an error")
        return 1
    return 0


def _leave(house: House, parent: int) -> None:
    """End this process soon after its show is gone for good, on every system."""
    stay_while_wanted(house.crew, parent)
    os._exit(1)


@dataclass
class Keeper:
    """Keeps one process alive: starts it, notices death and standstill, restarts for ever.

    `board`: the process's status board, whose counter is its heartbeat; None = watched for death
    only. `hang_limit`: seconds without a beat before it is killed, those in line for a processor
    not counted; a status document may ask for more with `"lease"` (seconds). `way`: how
    multiprocessing starts it; `parent`: whether it may start processes of its own;
    `longest_backoff`: seconds before it is started again, at most.
    """

    name: str
    target: str
    house: House
    board: Board | None = None
    hang_limit: float = 2.0
    restarts: int = 0
    process: BaseProcess | Adopted | None = None
    way: str = "spawn"
    parent: bool = False
    longest_backoff: float = _LONGEST_BACKOFF
    _beat: int = 0
    _beat_at: float = 0.0
    _beating: bool = False
    _queued: dict[str, float] | None = None
    _crashes: list[float] = field(default_factory=list)
    _start_at: float = 0.0
    _watched_at: float = 0.0

    def start(self, now: float) -> None:
        """Spawn the process; it gets the very same memory each time."""
        process = multiprocessing.get_context(self.way).Process(  # type: ignore[attr-defined]
            target=born,
            args=(self.target, self.house),
            name=f"vj-{self.name}",
            daemon=not self.parent,
        )
        process.start()
        log.info("%s runs as %d", self.name, process.pid)
        self._take(process, now)

    def adopt(self, pid: int, born: str, now: float, beating: bool) -> bool:
        """Go on with a process that another show started; False when it is no longer there.

        `beating`: whether that show had heard of it, so that nobody waits for it to load.
        """
        if not alive(pid, born):
            return False
        self._take(Adopted(pid, born), now)
        self._beating = beating
        return True

    def _take(self, process: BaseProcess | Adopted, now: float) -> None:
        self.process = process
        self._beat = self.board.newest if self.board else 0
        self._beat_at, self._beating, self._queued = now, False, None

    @property
    def exit_code(self) -> int | None:
        """None while running, else how it ended (negative: the signal)."""
        return self.process.exitcode if self.process else None

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        return self.process.pid if self.process else None

    @property
    def beating(self) -> bool:
        """Whether the process has been heard of since it started."""
        return self._beating

    @property
    def recent_crashes(self) -> int:
        """Crashes that are not forgiven yet."""
        return len(self._crashes)

    def watch(self, now: float) -> bool:
        """Look once (about 10 times a second); return True when the process was started again."""
        if now - self._watched_at > _ABSENT:
            # Who watches stood still as well: all of a program that was paused.
            self._beat_at, self._queued = now, None
        self._watched_at = now
        self._crashes = [at for at in self._crashes if now - at < _FORGIVE_AFTER]
        if self.process is None:
            if now >= self._start_at:
                self.restarts += 1
                self.start(now)
                return True
            return False
        if self.process.exitcode is not None:
            self._bury(now, f"ended with {self.process.exitcode}")
        elif self._hangs(now):
            self.kill()
            self._bury(now, "stood still and was killed")
        return False

    def _hangs(self, now: float) -> bool:
        if self.board is None:
            return False
        newest = self.board.newest
        if newest != self._beat:
            self._beat, self._beat_at, self._beating, self._queued = newest, now, True, None
            return False
        late = now - self._beat_at
        if late > _LATE and self._queued is None:
            self._queued = queued_s(self.pid or 0)
        limit = self.hang_limit if self._beating else _START_LEASE
        if late < limit:
            return False
        found = self.board.read()
        lease = found[1].get("lease", 0.0) if found else 0.0
        limit = max(limit, float(lease))
        return late > limit and late - self._starved(late) > limit

    def _starved(self, late: float) -> float:
        """Seconds of these that one of its threads stood in line for a processor.

        Not all of them together: many that are busy in vain would wait a long time for each other.
        """
        before = self._queued or {}
        now = queued_s(self.pid or 0)
        longest = max((queued - before.get(name, 0.0) for name, queued in now.items()), default=0.0)
        return min(max(longest, 0.0), _STARVED * late)

    def _bury(self, now: float, how: str) -> None:
        self._crashes.append(now)
        steps = len(self._crashes) - 1
        backoff = min(FIRST_BACKOFF * 2**steps, self.longest_backoff) * random.uniform(0.8, 1.2)
        log.warning("%s %s; again in %.1f s", self.name, how, backoff)
        self.process = None
        self._start_at = now + backoff

    def kill(self) -> None:
        """End the process at once and reap it (this pid only, never its group)."""
        if self.process is not None and self.process.exitcode is None:
            self.process.kill()
            self.process.join(5)

    def stop(self, seconds: float) -> None:
        """Ask the process to end, wait, then end it."""
        if self.process is None:
            return
        if self.process.exitcode is None:
            self.process.terminate()
            self.process.join(seconds)
        self.kill()
