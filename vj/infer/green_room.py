"""The green room: models of the set list wait here, loaded and warm, until their scene comes.
Filled in a thread of low priority beside the show; the infer loop takes from it and brings back."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping

import torch

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.infer.edits import state_of
from vj.infer.engine import Engine, build_engine

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds between looks at the set list
RESERVE = 2**30  # bytes of memory that stay free for everything else
_WORKING = 300 * 2**20  # bytes a network needs besides its weights
_COPIES = 4  # of the weights: the file's bytes, what is read, converted, and packed
_NICE = 15  # the show goes first

Stamp = tuple[tuple[str, int], ...]


class GreenRoom:
    """Engines by name that could play at once; at most what memory allows."""

    def __init__(self, gig: Gig, device: str, spare: Callable[[str], int] | None = None) -> None:
        """`device`: a torch device or "auto"; `spare` tells the bytes that are free on a device."""
        self._gig, self._device = gig, device
        self._spare = spare or free_memory
        self._ready: dict[str, Engine] = {}
        self._failed: dict[str, object] = {}
        self._lock = threading.Lock()
        self._size = (0, 0)
        self._playing = ""
        self._quiet = threading.Event()
        self._thread: threading.Thread | None = None
        self._stamp: Stamp = ()
        self._wanted: dict[str, list[str]] = {}

    @property
    def waiting(self) -> list[str]:
        """The names of the models that wait, in the order they came."""
        return list(self._ready)

    def look_after(self, playing: str, size: tuple[int, int], quiet: bool) -> None:
        """Say what plays, the size (h, w) of its pictures, and whether nothing else is loading."""
        self._playing, self._size = playing, size
        if not quiet:
            self._quiet.clear()
            return
        self._quiet.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="green room", daemon=True)
            self._thread.start()

    def call(self, name: str) -> Engine | None:
        """Take a model out if it is here and its files are what they were when it was loaded."""
        with self._lock:
            engine = self._ready.pop(name, None)
        return engine if engine is not None and self._is_current(engine) else None

    def bring(self, engine: Engine) -> None:
        """Let a model that has just played wait for its next scene."""
        with self._lock:
            self._ready[engine.name] = engine

    def prepare(self) -> bool:
        """Load the next model of the set list that is not here; False when there is none."""
        self._read_set_list()
        for name, styles in self._wanted.items():
            if name == self._playing or name in self._ready:
                continue
            mark = self._mark(name)
            if self._failed.get(name, self) == mark or not self._fits(name):
                continue
            self._load(name, styles, mark)
            return True
        return False

    def _load(self, name: str, styles: list[str], mark: object) -> None:
        try:
            engine = build_engine(self._gig, name, styles, self._size, self._device)
        except Exception as error:  # it is said when it is played; until then it is only missing
            log.info("model %r cannot wait in the green room: %s", name, error)
            self._failed[name] = mark
            return
        with self._lock:
            if name != self._playing:
                self._ready.setdefault(name, engine)
        log.info("model %s waits for its scene", name)

    def _read_set_list(self) -> None:
        stamp = tuple(
            (name, path.stat().st_mtime_ns)
            for name, path in self._gig.scene_files.items()
            if path.is_file()
        )
        if stamp == self._stamp:
            return
        self._stamp, wanted = stamp, dict[str, list[str]]()
        for name in self._gig.scene_files:
            try:
                scene = self._gig.scene(name)
            except UserError:
                continue  # the stage says so, and it is not playing this scene either
            styles = wanted.setdefault(scene.model, [])
            for style in (scene.styles.person, scene.styles.background):
                if style and style not in styles:
                    styles.append(style)
        self._wanted = wanted

    def _fits(self, name: str) -> bool:
        try:
            path = self._gig.card(name).weights_path()
            weights = path.stat().st_size if path else 0
        except (UserError, OSError):
            return True  # loading it says what is wrong
        return self._spare(self._device) - _COPIES * weights - _WORKING > RESERVE

    def _mark(self, name: str) -> object:
        try:
            return state_of(self._gig, name, self._gig.card(name).weights_path())
        except UserError as error:
            return str(error)

    def _is_current(self, engine: Engine) -> bool:
        return state_of(self._gig, engine.name, engine.origin.weights) == engine.origin.state

    def _run(self) -> None:
        with contextlib.suppress(OSError, AttributeError):  # only Linux has threads of low priority
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while True:
            self._quiet.wait()
            try:
                found = self.prepare()
            except Exception:  # the thread's top: without it every model is loaded when it plays
                log.exception("the green room stumbled")
                found = False
            time.sleep(0.2 if found else LOOK_EVERY)


def free_memory(device: str, meminfo: Mapping[str, int] | None = None) -> int:
    """Bytes that could be taken on a device now; 4 GB where the system does not say.

    `meminfo`: instead of the system's own, bytes by the names of Linux.
    """
    if device != "cpu" and torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    found = meminfo if meminfo is not None else _meminfo()
    return found.get("MemAvailable", 4 * 2**30)


def _meminfo() -> dict[str, int]:
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            rows = [line.split() for line in file]
    except OSError:
        return {}
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if len(row) > 1}
