"""Keeps sound libraries from writing to the terminal while they look for what is not there.

Used around the calls of MIDI and sound ports; our own words still get out, they have a copy.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_ONE_AT_A_TIME = threading.RLock()  # two threads would hand each other the wrong stderr back


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send what C code writes to stderr nowhere."""
    with _ONE_AT_A_TIME:
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
