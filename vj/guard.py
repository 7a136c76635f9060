"""The guard of a show: starts it, waits, and starts it again should it die; nothing else.

Called by `vj show`, whose process it is. The show that comes back goes on with the stage and all
that still runs (`vj.core.crew`), so the audience sees nothing of it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import Any

from vj.core.child import FIRST_BACKOFF, Keeper
from vj.core.crew import birth
from vj.core.house import House

_LOOK = 0.1
_HANG_LIMIT = 10.0  # seconds: the show speaks ten times a second
_PARTING = 40.0  # seconds, more than the show takes to end all of its processes
_HOPELESS = 4  # deaths of a show that never said a word
# A copy of this process is there at once, and on a starved machine too; macOS forbids it.
_WAY = "fork" if sys.platform.startswith("linux") else "spawn"


def guard(house: House) -> int:
    """Keep the show running until it ends by itself or by a signal; return its exit code."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.append(number))
    if hasattr(signal, "SIGHUP"):
        # The terminal was closed: a show on a display goes on and is ended there.
        ends = house.options.headless
        signal.signal(
            signal.SIGHUP, (lambda *_: asked.append(signal.SIGTERM)) if ends else signal.SIG_IGN
        )
    house.crew.post({"guard": [os.getpid(), birth(os.getpid())]})
    show = Keeper(
        "show",
        "vj.show:main",
        house,
        house.crew,
        _HANG_LIMIT,
        way=_WAY,
        parent=True,
        longest_backoff=FIRST_BACKOFF,
    )
    show.start(time.monotonic())
    ends_at = 0.0
    while True:
        time.sleep(_LOOK)
        now = time.monotonic()
        gone = show.process is None or show.exit_code is not None
        crew = _crew(house)  # after that, for its last word
        nobody = not crew.get("people") or now > ends_at
        if gone and ("over" in crew or (ends_at and nobody)):
            return int(crew.get("over", 1))
        if asked:
            ends_at = ends_at or now + _PARTING
            _hand_on(show, asked[0])
        if ends_at and now > ends_at:
            show.kill()
        else:  # one that died with its people still there comes back to end them in order
            show.watch(now)
        if show.recent_crashes >= _HOPELESS and not crew.get("people"):
            return 1


def _hand_on(show: Keeper, number: int) -> None:
    """Tell the show to end, again and again; one that is only being born does not hear it."""
    with contextlib.suppress(OSError):
        if show.pid and show.beating:
            os.kill(show.pid, number)


def _crew(house: House) -> dict[str, Any]:
    found = house.crew.read()
    return found[1] if found else {}
