"""The camera of a phone or tablet, sent by the remote page that is open on it.

Chosen by `source: {kind: phone}`; keys: those of `framing`. Lost while no page sends pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.jpeg import is_plain_jpeg
from vj.capture.reading import SourceLost
from vj.capture.spec import RIG, Spec, Values, frame_size, read_keys
from vj.core.letterbox import Letterbox
from vj.core.types import Pixels

KEYS = FRAMING
PATIENCE = 1.0  # s without a picture until the phone counts as gone
COMING = 8.0  # s to wait for the first one; the line counts an opening of ten as hung
_LOOK = 0.005
_MOST_BROKEN = 30


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def decode(letter: bytes, framing: Framing) -> Pixels | None:
    """Unpack what a page sent; None unless it is a plain JPEG of a sensible size.

    The sender may be anybody who knows the token: nothing but a baseline JPEG reaches the decoder.
    """
    import cv2

    if not is_plain_jpeg(letter):
        return None
    try:
        image = cv2.imdecode(np.frombuffer(letter, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return framing.pixels(image)


def frames(
    spec: Spec,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Pixels]:
    """Yield the phone's pictures as they come.

    Raises: SourceLost when none comes, or what comes is no picture.
    """
    framing = Framing(read(spec), frame_size(spec))
    box = _box(spec)
    seq, broken = box.newest, 0  # what lies there already is from before
    heard_at, patience = clock(), COMING
    while True:
        found = box.take(seq)
        if found is None:
            if clock() - heard_at > patience:
                raise SourceLost("no phone sends its camera (remote page, Camera)")
            sleep(_LOOK)
            continue
        seq, letter = found
        pixels = decode(letter, framing)
        if pixels is None:
            broken += 1
            if broken > _MOST_BROKEN:
                raise SourceLost("what the phone sends is no picture")
            continue
        heard_at, patience, broken = clock(), PATIENCE, 0
        yield pixels


def _box(spec: Spec) -> Letterbox:
    rig = spec.get(RIG)
    box = rig.get("phone") if isinstance(rig, dict) else None
    if not isinstance(box, Letterbox):
        raise SourceLost("only a show has a remote page for phones")
    return box
