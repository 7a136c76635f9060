"""Opens one source, waits for its first picture and says what it is like: a short-lived process.

Started by the soundcheck as `python -m vj.studio.soundcheck_source SPEC`; 0 when a picture came.
"""

from __future__ import annotations

import json
import os
import sys
import time

from vj.capture.reading import SourceLost, prepare
from vj.capture.spec import module
from vj.core.errors import UserError


def look(spec: dict[str, object]) -> str:
    """Return size and delay of a source's first picture.

    Raises: UserError for a wrong spec; SourceLost when there is no picture.
    """
    prepare()
    began = time.perf_counter()
    pictures = module(spec).frames(spec)
    first = next(pictures, None)
    if first is None:
        raise SourceLost("it has no picture")
    height, width = first.shape[:2]
    return f"{width}x{height}, first picture after {time.perf_counter() - began:.1f} s"


def main() -> None:
    """Look at the source of the first argument and end."""
    spec = json.loads(sys.argv[1])
    spec["rig"]["size"] = tuple(spec["rig"]["size"])
    try:
        said, code = look(spec), 0
    except (SourceLost, UserError, OSError) as error:
        said, code = str(error), 1
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
    os._exit(code)  # a driver's thread that hangs must not keep us


if __name__ == "__main__":
    main()
