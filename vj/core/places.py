"""Where the program keeps what it can make again, and what it must not lose, for this user.

Used by the desk for thumbnails and the certificate of `--tls`, by the show for its bookmark.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "vj-stage"


def cache_folder() -> Path:
    """Return the folder for things that may vanish at any time; it need not exist yet."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / _NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / _NAME / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _NAME


def state_folder() -> Path:
    """Return the folder for things that shall stay; it need not exist yet."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / _NAME
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / _NAME
