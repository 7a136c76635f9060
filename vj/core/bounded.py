"""Reading a file that a stranger may have put there: a regular one, and no more of it than allowed.

Used by whoever reads scenes, rigs, cards and weights. A pipe would make them wait for ever, and a
link to a device would fill the memory.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from vj.core.errors import UserError

_READ_ONLY = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CHUNK = 65_536


def read_bounded(path: Path, limit: int) -> bytes:
    """Return what is in a regular file of at most `limit` bytes, also behind a link.

    Raises: UserError when it is none, is larger or cannot be read.
    """
    try:
        handle = os.open(path, _READ_ONLY)
    except (OSError, ValueError) as error:  # ValueError: a NUL in its name
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path}: cannot be read ({reason})") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise UserError(f"{path}: cannot be read (no regular file)")
        if found.st_size > limit:
            raise UserError(f"{path}: {found.st_size} bytes; at most {limit} are read")
        with open(handle, "rb", closefd=False) as file:
            data = file.read(found.st_size + 1)  # no more than that is taken from memory at once
            while len(data) <= limit and (more := file.read(_CHUNK)):
                data += more
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    finally:
        os.close(handle)
    if len(data) > limit:
        raise UserError(f"{path}: it grows; at most {limit} bytes are read")
    return data
