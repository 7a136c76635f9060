"""The layers process: the scene's second source and its logo, as pictures that may be transparent.

Started by the show when a scene first wants one; what hangs here never reaches the camera.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator

from vj.capture.reading import contain, prepare

prepare()  # before OpenCV is imported, which reads these settings once

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from vj.capture.line import Line, Opened  # noqa: E402
from vj.capture.spec import RIG, Spec, module  # noqa: E402
from vj.core.errors import UserError  # noqa: E402
from vj.core.house import House  # noqa: E402
from vj.core.mailbox import Mailbox  # noqa: E402
from vj.core.memory import keep_memory  # noqa: E402
from vj.core.types import Pixels  # noqa: E402

log = logging.getLogger(__name__)

BEAT = 0.1  # s between status documents
WAIT = 0.02  # s to wait for a picture before looking around again
LINGER = 8.0  # s a source nobody wants any more plays on, while a scene fades out
RETRY = 2.0  # s until a source that cannot be had is tried again
SICK = 75  # exit code: a driver holds a thread for ever, start a fresh process
NOTHING: Pixels = np.zeros((1, 1, 4), np.uint8)


def main(house: House) -> None:
    """Play what the scene wants over the picture until killed."""
    keep_memory()
    cv2.setNumThreads(1)
    arrived = threading.Event()
    rig = house.gig.rig
    given = {"folder": str(house.gig.folder), "size": rig.size, "fps": float(rig.fps)}
    layer, logo = (
        Slot(mailbox, given, arrived, whole)
        for mailbox, whole in ((house.layer, False), (house.logo, True))
    )
    beats, seen, next_beat = 0, 0, 0.0
    while True:
        now = time.monotonic()
        found = house.state.read(seen)
        if found is not None:
            seen, state = found
            layer.want(state.get("layer") or {}, now)
            logo.want(logo_spec(str(state.get("logo") or "")), now)
        fresh = [slot.step(now) for slot in (layer, logo)]
        if now >= next_beat:
            next_beat, beats = now + BEAT, beats + 1
            error = layer.message or logo.message
            house.status["layers"].post({"beat": beats, "error": error})
        if layer.stuck(now) or logo.stuck(now):
            log.error("a source hangs for good; starting afresh")
            # A thread in a driver cannot be ended and would hold up any orderly exit.
            os._exit(SICK)
        if not any(fresh):
            arrived.wait(WAIT)
            arrived.clear()


def logo_spec(path: str) -> Spec:
    """What shows a picture file for as long as it is wanted."""
    return {"kind": "image", "path": path, "fps": 1.0} if path else {}


class Slot:
    """One mailbox and the source that feeds it; `whole`: its pictures keep their form.

    A source that is lost leaves its last picture where it is.
    """

    def __init__(
        self, mailbox: Mailbox, rig: dict[str, object], arrived: threading.Event, whole: bool
    ) -> None:
        self._mailbox, self._rig, self._arrived, self._whole = mailbox, rig, arrived, whole
        self._wanted: Spec = {}
        self._line: Line | None = None
        self._take = 0
        self._leaves_at: float | None = None
        self._shown: Pixels | None = None
        self._wrong = ""
        self._retry_at = 0.0

    @property
    def message(self) -> str:
        """Why the wanted source is not seen, empty when all is well."""
        return self._wrong or (self._line.message if self._line else "")

    def stuck(self, now: float) -> bool:
        """Whether a driver holds a thread for good, so that only a fresh process helps."""
        return self._line is not None and self._line.stuck(now)

    def want(self, spec: Spec, now: float) -> None:
        """Play another source; none lets the former one play on for a while.

        What cannot be had now is tried again as long as it is wanted.
        """
        if spec == self._wanted and not (self._wrong and now >= self._retry_at):
            return
        if spec != self._wanted:
            self._wanted, self._wrong, self._leaves_at = dict(spec), "", now + LINGER
        if not spec:
            return
        try:
            opened = self._opened(spec)
        except UserError as error:
            if str(error) != self._wrong:
                log.warning("%s", error)
            self._wrong, self._retry_at = str(error), now + RETRY
            return
        self._wrong = ""
        self._close()
        size = None if self._whole else self._mailbox.shape
        self._line = Line(opened, size, self._arrived, now)

    def step(self, now: float) -> bool:
        """Publish the source's new picture; True when there was one."""
        if self._line is None:
            return False
        if self._leaves_at is not None and now >= self._leaves_at:
            self._close()
            self._mailbox.publish(NOTHING, time.perf_counter_ns(), self._take)
            return False
        shot = self._line.step(now)
        if shot is None or shot.pixels is self._shown:
            return False
        self._shown = shot.pixels
        self._mailbox.publish(shot.pixels, shot.captured_at, self._take)
        return True

    def _opened(self, spec: Spec) -> Opened:
        source = module(spec)
        full = {**spec, RIG: self._rig}
        source.read(full)
        room = self._mailbox.shape if self._whole else None
        return Opened(str(spec["kind"]), lambda: covering(source.frames(full), room))

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._leaves_at, self._shown = None, None, None
        self._take = time.perf_counter_ns()  # another number in every life of this process


def covering(pictures: Iterable[Pixels], room: tuple[int, int] | None) -> Iterator[Pixels]:
    """Turn pictures into layers: opaque where nothing is known, colours multiplied by the alpha.

    `room`: (height, width) that a picture is made small enough for, keeping its form.
    A still picture that comes again and again is turned once.
    """
    before, layer = NOTHING, NOTHING
    for pixels in pictures:
        if pixels is not before:
            before = pixels
            layer = contain(pixels, room) if room else pixels
            alpha = layer[..., 3:]
            if not alpha.any():
                layer = layer.copy() if layer is before else layer
                layer[..., 3] = 255
            elif alpha.min() < 255:
                rgb = (layer[..., :3].astype(np.uint16) * alpha + 127) // 255
                layer = np.concatenate([rgb.astype(np.uint8), alpha], axis=2)
        yield layer
