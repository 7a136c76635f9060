"""A folder of pictures as a slide show, by file name, cross-faded, looping.

Chosen by `source: {kind: folder, path: FOLDER}`; keys: `seconds` each, `fade` (s), `fps`, `size`,
and those of `framing`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.reading import SourceLost, fit
from vj.capture.sources.image import load
from vj.capture.spec import Key, Spec, Values, read_keys
from vj.core.errors import UserError
from vj.core.folders import PICTURES, listed
from vj.core.types import Pixels

log = logging.getLogger(__name__)

KEYS = {
    "path": Key("path"),
    "seconds": Key("number", 5.0, low=0.1, high=86_400),
    "fade": Key("number", 1.0, high=3600),
    "fps": Key("number", low=0.1, high=240),
    "size": Key("size"),
    **FRAMING,
}


def pictures(folder: Path) -> list[Path]:
    """The picture files of a folder, by name."""
    return listed(folder, PICTURES)


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError, also when there is no picture in the folder."""
    values = read_keys(spec, KEYS)
    folder = values.path("path")
    if not folder.is_dir():
        raise UserError(f"source folder: path: {folder} is not a folder")
    if not pictures(folder):
        raise UserError(f"source folder: path: {folder} holds no picture ({', '.join(PICTURES)})")
    return values


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the slides; the folder is read anew every round, so pictures may come and go.

    Raises: SourceLost when no file in the folder holds a picture.
    """
    import cv2

    values = read(spec)
    fps, seconds = values.number("fps"), values.number("seconds")
    fade = min(values.number("fade"), seconds)
    slides = _slides(values.path("path"), values)
    old, new, shown = None, next(slides), 0
    for number in ticks(fps, clock, sleep):
        turn = int(number / fps / seconds)
        if turn != shown:
            old, new, shown = new, next(slides), turn
        age = number / fps - turn * seconds
        if old is None or age >= fade:
            yield new
        else:
            share = age / fade
            mixed = cv2.addWeighted(new, share, old, 1.0 - share, 0.0)
            yield np.asarray(mixed, dtype=np.uint8)


def _slides(folder: Path, values: Values) -> Iterator[Pixels]:
    """Every picture of the folder in turn, fitted to (height, width), for ever."""
    told: set[Path] = set()
    size = values.size("size")
    while True:
        found = False
        for path in pictures(folder):
            pixels = load(str(path), Framing(values, size))
            if pixels is not None:
                found = True
                yield fit(pixels, size)
            elif path not in told:
                told.add(path)
                log.warning("%s is no picture that can be read", path.name)
        if not found:
            raise SourceLost(f"{folder.name} holds no picture that can be read")
