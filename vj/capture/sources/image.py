"""One picture, shown for ever; a transparent background becomes the matte.

Chosen by `source: {kind: image, path: FILE}`; keys: `fps`, `mirror`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.reading import SourceLost, to_pixels
from vj.capture.spec import Key, Spec, Values, read_keys
from vj.core.types import Pixels

KEYS = {
    "path": Key("path"),
    "fps": Key("number", low=0.1, high=240),
    "mirror": Key("switch", False),
}


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def load(path: str, mirror: bool = False) -> Pixels | None:
    """Read a picture file upright, None when it is none."""
    import cv2

    try:
        image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
        if image is None or image.ndim == 2 or image.shape[2] != 4 or image.dtype != "uint8":
            image = cv2.imread(path, cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return to_pixels(image, mirror)


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the same picture `fps` times a second, so that what is done to it stays alive.

    Raises: SourceLost when the file holds no picture.
    """
    values = read(spec)
    path = values.path("path")
    pixels = load(str(path), bool(values.given("mirror")))
    if pixels is None:
        raise SourceLost(f"{path.name} is no picture that can be read")
    for _ in ticks(values.number("fps"), clock, sleep):
        yield pixels
