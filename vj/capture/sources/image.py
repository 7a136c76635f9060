"""One picture, shown for ever; a transparent background becomes the matte.

Chosen by `source: {kind: image, path: FILE}`; keys: `fps`, and those of `framing`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.reading import SourceLost
from vj.capture.spec import Key, Spec, Values, frame_size, read_keys
from vj.core.types import Pixels

KEYS = {
    "path": Key("path"),
    "fps": Key("number", low=0.1, high=240),
    **FRAMING,
}


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def load(path: str, framing: Framing) -> Pixels | None:
    """Read a picture file upright, None when it is none."""
    import cv2

    try:
        image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
        if image is not None and image.dtype == "uint16":
            image = (image // 257).astype("uint8")
        if image is None or image.ndim == 2 or image.shape[2] != 4 or image.dtype != "uint8":
            image = cv2.imread(path, cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return framing.pixels(image)


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the same picture `fps` times a second, so that what is done to it stays alive.

    Raises: SourceLost when the file holds no picture.
    """
    values = read(spec)
    path = values.path("path")
    pixels = load(str(path), Framing(values, frame_size(spec)))
    if pixels is None:
        raise SourceLost(f"{path.name} is no picture that can be read")
    for _ in ticks(values.number("fps"), clock, sleep):
        yield pixels
