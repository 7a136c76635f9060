"""Cameras, streams and the dancer stylised into a film for a given time.
Called by the stylising of films for inputs that are no files."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType

from vj.capture.reading import SourceLost
from vj.capture.spec import RIG
from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.studio.films import Facts

log = logging.getLogger(__name__)

Spec = Mapping[str, object]
Shot = tuple[Pixels, float]  # a picture, and the seconds since the first one

CAMERA, DANCER = "camera", "dancer"
SIZE, RATE = (720, 1280), 30
TICK = Fraction(1, 90_000)
OPENING, SILENT = 20.0, 10.0  # seconds until the first picture, and between two


def spec_of(word: str) -> Spec | None:
    """Read an input that is no file: `camera`, `camera:NAME`, `dancer` or a stream's address.

    Returns what a scene would say of this source; None for anything else.
    """
    kind, colon, which = word.partition(":")
    if "://" in word:
        return {"kind": "stream", "url": word}
    if word == DANCER or (kind == CAMERA and not colon):
        return {"kind": kind}
    if kind == CAMERA and which:
        return {"kind": CAMERA, "name": int(which) if which.isdigit() else which}
    return None


def facts_of(seconds: float) -> Facts:
    """Say what a film of a live source will be like."""
    return Facts(round(seconds * RATE), Fraction(RATE), TICK, Fraction(1))


def shots(spec: Spec, seconds: float, size: tuple[int, int] | None) -> Iterator[Shot]:
    """Give the newest picture of a source again and again, for some seconds from the first one.

    The dancer waits for nobody: it gives all of its pictures, whatever time they take.
    Raises: UserError when the source does not exist or gives nothing.
    """
    rig = {"folder": str(Path.cwd()), "size": size or SIZE, "fps": float(RATE)}
    source = _source(str(spec["kind"]))
    whole = {**spec, RIG: rig}
    source.read(whole)
    if spec["kind"] == DANCER:
        for number, pixels in enumerate(source.frames(whole, *_no_time())):
            if number >= seconds * RATE:
                return
            yield pixels, number / RATE
    else:
        yield from _newest(lambda: source.frames(whole), str(spec["kind"]), seconds)


def _source(word: str) -> ModuleType:
    return importlib.import_module(f"vj.capture.sources.{word}")


def _no_time() -> tuple[Callable[[], float], Callable[[float], None]]:
    """Make a clock that stands still unless somebody sleeps."""
    now = [0.0]

    def sleep(span: float) -> None:
        now[0] += span

    return (lambda: now[0]), sleep


def _newest(
    open_source: Callable[[], Iterator[Pixels]], word: str, seconds: float
) -> Iterator[Shot]:
    slot = _Slot(open_source)
    taken, first = 0, 0.0
    try:
        while True:
            if not slot.ended and not slot.arrived.wait(SILENT if taken else OPENING):
                slot.ended = "it gives no picture"
            slot.arrived.clear()
            newest = slot.newest
            if newest is None or newest[2] == taken:
                if slot.ended:
                    break
                continue
            pixels, at, taken = newest
            first = first or at
            if at - first >= seconds:
                return
            yield pixels, at - first
    finally:
        slot.stop.set()
    if not taken:
        raise UserError(f"{word}: {slot.ended}")
    log.warning("%s: %s; the film ends there", word, slot.ended)


class _Slot:
    """A thread that reads a source and keeps its newest picture, its time and its number."""

    def __init__(self, open_source: Callable[[], Iterator[Pixels]]) -> None:
        self._open = open_source
        self.newest: tuple[Pixels, float, int] | None = None
        self.ended = ""
        self.arrived, self.stop = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def _run(self) -> None:
        try:
            for number, pixels in enumerate(self._open(), 1):
                self.newest = pixels, time.perf_counter(), number
                self.arrived.set()
                if self.stop.is_set():
                    return
            self.ended = "it gives no more pictures"
        except (SourceLost, UserError, OSError) as error:
            self.ended = str(error)
        self.arrived.set()
