"""A video file at its own pace, looping; a slow machine drops pictures and keeps the tempo.

Chosen by `source: {kind: video, path: FILE}`; keys: `start` (s), `speed`, `loop`, and
those of `framing`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.reading import SourceLost, open_ffmpeg, prepare
from vj.capture.spec import Key, Spec, Values, frame_size, read_keys
from vj.core.types import Pixels

KEYS = {
    "path": Key("path"),
    "start": Key("number", 0.0, high=86_400),
    "speed": Key("number", 1.0, low=0.05, high=8),
    "loop": Key("switch", True),
    **FRAMING,
}
_MOST_DROPPED = 8


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the file's pictures when they are due, from `start` on, again and again.

    Raises: SourceLost when the file cannot be opened or gives no picture.
    """
    prepare()
    import cv2

    values = read(spec)
    path, framing = values.path("path"), Framing(values, frame_size(spec))
    capture = open_ffmpeg(str(path), path.name)
    try:
        fps = capture.get(cv2.CAP_PROP_FPS)
        fps = fps if 0.5 <= fps <= 480.0 else 30.0
        first = round(values.number("start") * fps)
        if first:
            capture.set(cv2.CAP_PROP_POS_FRAMES, first)
        taken, since_start = -1, 0
        for number in ticks(fps * values.number("speed"), clock, sleep):
            for _ in range(min(number - taken - 1, _MOST_DROPPED)):
                capture.grab()
            taken = number
            pixels = framing.pixels(capture.read()[1])
            if pixels is None:
                if not since_start:
                    raise SourceLost(f"{path.name} gives no picture")
                if not values.given("loop"):
                    raise SourceLost(f"{path.name} is over")
                capture.set(cv2.CAP_PROP_POS_FRAMES, first)
                since_start = 0
                pixels = framing.pixels(capture.read()[1])
                if pixels is None:
                    raise SourceLost(f"{path.name} cannot be played again from {first / fps:g} s")
            since_start += 1
            yield pixels
    finally:
        capture.release()
