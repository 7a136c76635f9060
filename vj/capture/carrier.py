"""Beside the capture loop: tells the stage how the camera has moved since the last painting.

Started by the capture process; a thread, because OpenCV works without Python's lock.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from vj.capture.motion import Motion
from vj.capture.reading import fit
from vj.capture.tones import tones
from vj.core.house import House
from vj.core.motion import packed
from vj.core.types import Pixels

log = logging.getLogger(__name__)

POLL = 0.004  # s: a new painting is waited for by the stage until its field is there
REST = 0.2
TONES_EVERY = 1_000_000_000  # ns of camera time
RECENT = 8  # paintings by which it is judged whether carrying is worth while


class Carrier:
    """Publishes what the last painting was made from, and a field for every camera picture.

    The `take` of both is the moment of the picture that was painted, by which the stage knows what
    belongs together.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._motion = Motion()
        self._painted = self._wanted = False
        self.tones: list[list[list[int]]] = []
        self._tones_at = -TONES_EVERY
        self._new: deque[tuple[Pixels, int]] = deque(maxlen=90)
        self._came = threading.Event()
        self._styled_seq = 0
        self._gaps: deque[int] = deque(maxlen=RECENT)  # camera pictures from painting to painting
        self._since = 0

    def start(self) -> Carrier:
        """Begin in a thread of its own."""
        threading.Thread(target=self._run, name="carrier", daemon=True).start()
        return self

    def want(self, state: Mapping[str, Any]) -> None:
        """Read from the stage's state document whether paintings are to be carried."""
        values = state.get("values", {})
        self._painted = bool(state.get("model")) and shows_camera(values)
        carries = bool(state.get("carries", True)) and values.get("style.carry", 0.0) > 0.0
        self._wanted = self._painted and carries

    def see(self, pixels: Pixels, captured_at: int) -> None:
        """Take in a camera picture that was just published; returns at once."""
        if self._painted:
            self._new.append((pixels, captured_at))
            self._came.set()

    def document(self) -> dict[str, object]:
        """What the stage's shader look needs, for the status: empty before the first painting."""
        return {"tones": self.tones} if self.tones else {}

    @property
    def idle(self) -> bool:
        """True while nobody wants it, or nearly every camera picture is painted anyway."""
        often = len(self._gaps) == RECENT and sum(self._gaps) <= 1.25 * RECENT
        return often or not self._wanted

    def step(self) -> bool:
        """Work on what came; False when that was nothing."""
        if not self._painted:
            self._new.clear()
            self._motion.forget()
            return False
        fresh = False
        while self._new:
            pixels, captured_at = self._new.popleft()
            self._motion.see(fit(pixels, self._house.gig.rig.size), captured_at)
            self._since += 1
            fresh = True
        if self._house.styled.newest != self._styled_seq:
            fresh |= self._take_painting()
        if not fresh or self.idle:
            return fresh
        found = self._motion.field()
        if found is not None:
            field, captured_at, painted_at = found
            self._house.motion.publish(packed(field), captured_at, painted_at)
        return True

    def _take_painting(self) -> bool:
        self._gaps.append(self._since)
        self._since = 0
        styled = self._house.styled
        tones_due = abs(styled.newest_captured_at - self._tones_at) >= TONES_EVERY
        if self.idle and not tones_due:
            self._styled_seq = styled.newest
            return False
        frame = styled.latest(self._styled_seq)
        if frame is None:
            return False
        self._styled_seq = frame.seq
        origin = self._motion.painted(frame.pixels, frame.captured_at)
        if origin is None:
            return False
        if tones_due and self._motion.base:
            self._tones_at = frame.captured_at
            self.tones = tones(self._motion.base.pixels, frame.pixels)
        self._house.origin.publish(origin, frame.captured_at, frame.captured_at)
        return True

    def _run(self) -> None:
        said = ""
        while True:
            try:
                worked = self.step()
            except Exception as error:  # a thread's loop top: without it pictures only stand still
                worked = False
                self._motion.forget()
                if str(error) != said:
                    said = str(error)
                    log.exception("paintings are not carried along")
            if not worked:
                self._came.wait(REST if self.idle else POLL)
                self._came.clear()


def shows_camera(values: Mapping[str, float]) -> bool:
    """Whether a painting shows what the camera sees, where the camera sees it."""
    if values.get("edges.enabled", 0.0) < 0.5:
        return True
    turned = ("edges.freeze", "edges.flip_h", "edges.flip_v", "edges.frame_diff")
    return not any(values.get(name, 0.0) >= 0.5 for name in turned)
