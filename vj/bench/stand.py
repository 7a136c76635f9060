"""Where a benchmark stands while a show runs: it sees the picture, the state and who restarted.

Used by `vj bench hands`; knows nothing about hands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vj.core.errors import UserError
from vj.show import Show

_LOOK_S = 0.002  # pictures bring their time along
_SPARSE = 16
_READY_S = 90.0
_STYLED, _STYLED_S = 5, 40.0


class Stand:
    """A running show, watched from its own program."""

    def __init__(self, show: Show) -> None:
        self.show, self.house = show, show.house
        height, width = self.house.screen.shape
        self._pixels = np.empty((height, width, 4), np.uint8)
        self._seq = 0

    def status(self, process: str) -> Mapping[str, Any]:
        """Return a process's newest status."""
        found = self.house.status[process].read()
        return found[1] if found else {}

    def wait(self, look: Callable[[], Any], what: str, seconds: float = _READY_S) -> Any:
        """Wait until `look` gives something.

        Raises: UserError when it does not in time.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.02)
        raise UserError(f"bench hands: {what} did not come within {seconds:.0f} s")

    def ready(self) -> None:
        """Wait until the show is up: pictures, hands, and the network's first if it has one."""
        self.wait(lambda: self.status("desk").get("remote", {}).get("url"), "the remote")
        self.wait(lambda: self.status("desk").get("osc", {}).get("port"), "OSC")
        self.wait(lambda: self.house.screen.newest > 30, "the picture")
        end = time.monotonic() + _STYLED_S  # a scene may do without a network
        while self.house.styled.newest < _STYLED and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(2.0)

    def turned(self, black: bool, seconds: float = 2.0) -> int | None:
        """Wait until the output picture is black, or not; return when it was presented (ns)."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            frame = self.house.screen.latest(self._seq, self._pixels)
            if frame is not None:
                self._seq = frame.seq
                seen = frame.pixels[::_SPARSE, ::_SPARSE, :3]
                if (int(seen.max()) == 0) == black:
                    # Its time stamp is when it was presented; reading back came after.
                    return frame.captured_at
            time.sleep(_LOOK_S)
        return None

    def values(self) -> dict[str, float]:
        """Return where every knob stands or goes, without those that move by themselves."""
        document = self.document()
        found = {**document.get("values", {}), **document.get("goals", {})}
        scene = self.house.gig.scene(document["scene"])
        return {name: value for name, value in found.items() if name not in scene.modulate}

    def document(self) -> dict[str, Any]:
        """Return the stage's newest state document."""
        found = self.house.state.read()
        return found[1] if found else {}

    def restarts(self) -> int:
        """Return how often any process was started again."""
        return sum(keeper.restarts for keeper in self.show.keepers.values())
