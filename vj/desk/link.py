"""Ableton Link: tempo and bar shared with other programs on the network, both ways.

Made by the desk process when the rig says `link: on`; needs `vj[link]`, which is under the GPL and
therefore never comes by itself.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any

from vj.core.types import Set, Trigger
from vj.desk.complaints import Complaints
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

_HAND = "link"
_LOOK_S = 0.02
_ALIGN_S = 0.25
_RETRY_S = 5.0
_STEP = 0.01  # bpm
_BPM, _BAR = "tempo.bpm", "tempo.beats_per_bar"


class LinkHand:
    """A member of the session; what changes the tempo last wins, here or there."""

    def __init__(self, mirror: Mirror, sender: Sender) -> None:
        self._mirror, self._sender = mirror, sender
        self._complaints = Complaints(log)
        self._ours = self._theirs = 0.0
        self._aligned_at = float("-inf")
        self.peers, self.playing, self.error = 0, False, ""

    def status(self) -> dict[str, object]:
        """How many other programs there are, their tempo, and whether they play."""
        return {"peers": self.peers, "bpm": round(self._theirs, 2), "playing": self.playing}

    def run(self, stop: threading.Event) -> None:
        """Follow the session until `stop`."""
        try:
            import aalink
        except ImportError:
            self.error = "Ableton Link needs one more package: pip install aalink (GPL)"
            log.warning("%s", self.error)
            stop.wait()
            return
        while not stop.is_set():
            try:
                asyncio.run(self._belong(aalink, stop))
            except Exception as error:  # a loop top: the other hands do not depend on Link
                self.error = f"Ableton Link: {error}"
                self._complaints.tell("Ableton Link", error)
                stop.wait(_RETRY_S)

    async def _belong(self, aalink: Any, stop: threading.Event) -> None:
        session = aalink.Link(self._mirror.value(_BPM))
        self._ours = self._theirs = self._mirror.value(_BPM)
        session.start_stop_sync_enabled = True
        session.enabled = True
        try:
            while not stop.is_set():
                self.follow(session, time.monotonic())
                await asyncio.sleep(_LOOK_S)
        finally:
            session.enabled = False

    def follow(self, session: Any, now: float) -> None:
        """Carry the tempo across in the direction it changed, and the place in the bar over here.

        `session`: tempo, phase, quantum, num_peers and playing, as aalink's Link has them; `now`:
        time.monotonic().
        """
        ours, theirs = self._mirror.value(_BPM), float(session.tempo)
        session.quantum = self._mirror.value(_BAR)
        if abs(theirs - self._theirs) >= _STEP:
            self._ours = self._theirs = theirs
            self._sender.send(Set(_BPM, round(theirs, 3), _HAND))
        elif abs(ours - self._ours) >= _STEP and self._settled(ours):
            session.tempo = self._ours = self._theirs = ours
        started = bool(session.playing) and not self.playing
        joined = session.num_peers > 0 and not self.peers
        self.peers, self.playing = int(session.num_peers), bool(session.playing)
        if self.peers and (started or joined or now - self._aligned_at >= _ALIGN_S):
            self._aligned_at = now
            at = time.perf_counter_ns()
            self._sender.send(Trigger("tempo.align", float(session.phase), _HAND, at))

    def _settled(self, ours: float) -> bool:
        """Whether a tempo that differs here is a hand's, not ours still on its way to the stage."""
        hand, at = self._sender.mover(_BPM)
        return hand != _HAND or time.monotonic() - at > 0.5
