"""How a process is born and watched: spawn by name, die with the parent, restart with back-off.

The show starts every process through here; a Keeper is one watched process.
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
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from vj.core.board import Board
from vj.core.house import House

log = logging.getLogger(__name__)

_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.25, 5.0
_FORGIVE_AFTER = 300.0
_START_LEASE = 90.0
TERMINATED = 143


def born(target: str, house: House) -> None:
    """Run `module:function` with the house; the first thing a new process executes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not 0: only a stage whose window was closed ends by itself, anything else comes back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    faulthandler.enable()
    _die_with_parent(os.getppid())
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


def _die_with_parent(parent: int) -> None:
    """End this process within a second of its parent's death, on every system."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


@dataclass
class Keeper:
    """Keeps one process alive: starts it, notices death and standstill, restarts for ever.

    `board`: the process's status board, whose counter is its heartbeat; None = watched for death
    only. `hang_limit`: seconds without a beat before it is killed; a status document may ask for
    more with `"lease"` (seconds).
    """

    name: str
    target: str
    house: House
    board: Board | None = None
    hang_limit: float = 2.0
    restarts: int = 0
    process: BaseProcess | None = None
    _beat: int = 0
    _beat_at: float = 0.0
    _beating: bool = False
    _crashes: list[float] = field(default_factory=list)
    _start_at: float = 0.0

    def start(self, now: float) -> None:
        """Spawn the process; it gets the very same memory each time."""
        spawn = multiprocessing.get_context("spawn")
        self.process = spawn.Process(
            target=born, args=(self.target, self.house), name=f"vj-{self.name}", daemon=True
        )
        self.process.start()
        log.info("%s runs as %d", self.name, self.process.pid)
        self._beat = self.board.newest if self.board else 0
        self._beat_at, self._beating = now, False

    @property
    def exit_code(self) -> int | None:
        """None while running, else how it ended (negative: the signal)."""
        return self.process.exitcode if self.process else None

    @property
    def recent_crashes(self) -> int:
        """Crashes that are not forgiven yet."""
        return len(self._crashes)

    def watch(self, now: float) -> bool:
        """Look once (about 10 times a second); return True when the process was started again."""
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
            self._beat, self._beat_at, self._beating = newest, now, True
            return False
        limit = self.hang_limit if self._beating else _START_LEASE
        if now - self._beat_at < limit:
            return False
        found = self.board.read()
        lease = found[1].get("lease", 0.0) if found else 0.0
        return now - self._beat_at > max(limit, float(lease))

    def _bury(self, now: float, how: str) -> None:
        self._crashes.append(now)
        steps = len(self._crashes) - 1
        backoff = min(_FIRST_BACKOFF * 2**steps, _LONGEST_BACKOFF) * random.uniform(0.8, 1.2)
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
