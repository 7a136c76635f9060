"""The built-in dancer: demo, test source and fallback, drawn live at any size with its true matte.

Chosen by `source: {kind: dancer}`; keys: `size`, `fps`, `seed` (another dance, other lights).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.spec import Key, Spec, Values, read_keys
from vj.core.types import Pixels

KEYS = {
    "size": Key("size"),
    "fps": Key("number", low=1, high=240),
    "seed": Key("whole", 0, high=1_000_000),
}


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the dance from its beginning; picture n is the moment n / fps, with the true matte."""
    # OpenCV comes in only where pictures are made: specs are also checked in the show's process.
    from vj.capture.dancer.picture import Dancer

    values = read(spec)
    dancer = Dancer(*values.size("size"), seed=values.whole("seed"))
    fps = values.number("fps")
    for number in ticks(fps, clock, sleep):
        yield dancer.draw(number / fps)
