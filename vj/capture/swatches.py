"""The colour a picture is remembered by, for the pads that choose styles.

Run as a child by the desk, which has no picture decoder: `python -m vj.capture.swatches FILE ...`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np

_SIDE = 48
_VIVID = 0.2


def swatch(path: Path) -> tuple[int, int, int] | None:
    """Return the mean of a picture's most colourful fifth as RGB 0..255, None if it is unreadable.

    The colour is brought to full light: a pad shows hue, not shade.
    """
    raw = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_REDUCED_COLOR_4) if raw.size else None
    if picture is None:
        return None
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    pixels = small.reshape(-1, 3)[:, ::-1].astype(np.float32)  # (n, 3) RGB 0..255
    chroma = pixels.max(1) - pixels.min(1)
    vivid = pixels[chroma >= np.quantile(chroma, 1.0 - _VIVID)].mean(0)
    full = vivid * (255.0 / max(float(vivid.max()), 1.0))
    red, green, blue = (round(float(part)) for part in full)
    return red, green, blue


def main(names: list[str]) -> None:
    """Write one JSON object, file -> [red, green, blue], to standard output."""
    found = {}
    for name in names:
        try:
            found[name] = swatch(Path(name))
        except (OSError, cv2.error):
            found[name] = None
    sys.stdout.write(json.dumps({name: rgb for name, rgb in found.items() if rgb}))


if __name__ == "__main__":
    main(sys.argv[1:])
