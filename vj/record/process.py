"""The recorder: keeps the stage's output picture as a film or as single pictures, when asked to.

Started by the show, idle until a recording is on; trouble with disk or encoder never leaves here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vj.core.house import House
from vj.core.types import Frame, Pixels
from vj.record.recording import Recording, reason
from vj.record.snapshot import write_png
from vj.record.take import Take
from vj.record.writer import free_name

log = logging.getLogger(__name__)

FOLDER = "recordings"  # of the gig
_POLL, _IDLE, _BEAT = 0.002, 0.05, 0.1
_TOLD = 20.0  # seconds that what went wrong is told when nothing more is tried


def main(house: House) -> None:
    """Record until the process is told to end."""
    recorder = Recorder(house)
    try:
        while True:
            busy = recorder.step(time.perf_counter())
            time.sleep(_POLL if busy else _IDLE)
    finally:
        recorder.close()


class Recorder:
    """Follows the stage's wish to record and hands its newest pictures on."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._recording = Recording(house.sound)
        self._take = Take(house) if house.options.take else None
        self._wish: Mapping[str, Any] = {"on": bool(house.options.record)}
        self._scene = ""
        self._state_seq = self._seq = 0
        self._snapshots: int | None = None
        self._out: Pixels | None = None
        self._beat_at = 0.0
        self._snapshot, self._error = "", ""
        self._recorded_at = self._missed_at = -_TOLD

    def step(self, now: float) -> bool:
        """Do what there is to do at `now` (seconds); False while nothing is to be recorded."""
        if now - self._beat_at >= _BEAT:
            self._beat_at = now
            self._post(now)
        if self._take:
            self._take.step(now)
        self._read_state()
        on, wanted = bool(self._wish.get("on")), int(self._wish.get("snapshots", 0))
        if on:
            self._recorded_at = now
        if self._snapshots is None:  # what was asked for before this process lived is over
            self._snapshots = wanted
        if not on:
            self._recording.close()
            if wanted == self._snapshots:
                self._seq = self._house.screen.newest
                return self._take is not None
        frame = self._house.screen.latest(self._seq, self._out)
        if frame is not None:
            self._seq, self._out = frame.seq, frame.pixels
            if on:
                self._recording.write(frame, self._film(), now)
            if wanted != self._snapshots:
                self._snapshots = wanted
                self._keep(frame, now)
        return True

    def _read_state(self) -> None:
        found = self._house.state.read(self._state_seq)
        if found is not None:
            self._state_seq, document = found
            self._wish = document.get("record", {})
            self._scene = str(document.get("scene", ""))

    def _film(self) -> Path:
        return Path(self._house.options.record or self._named(".mp4"))

    def _named(self, suffix: str) -> Path:
        moment = time.strftime("%Y-%m-%d-%H%M%S")
        return self._house.gig.folder / FOLDER / f"{moment}-{self._scene}{suffix}"

    def _keep(self, frame: Frame, now: float) -> None:
        path = self._named(".png")
        try:
            path.parent.mkdir(exist_ok=True)
            path = free_name(path)
            write_png(frame.pixels, path)
            self._snapshot, self._error = str(path), ""
        except (OSError, ValueError) as error:
            self._error, self._missed_at = f"no snapshot: {reason(error, path)}", now
            log.warning("%s", self._error)

    def _post(self, now: float) -> None:
        status = {
            "recording": bool(self._wish.get("on")),
            "frames": self._recording.frames,
            "file": self._recording.file,
            "snapshot": self._snapshot,
            "take": self._take.status() if self._take else {},
            "error": (self._recording.error if now - self._recorded_at < _TOLD else "")
            or (self._error if now - self._missed_at < _TOLD else "")
            or (self._take.error if self._take else ""),
        }
        self._house.status["record"].post(status)

    def close(self) -> None:
        """Finish the files that are open, if any."""
        self._recording.close()
        if self._take:
            self._take.close()
