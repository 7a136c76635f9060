"""The capture process: what the scene wants to see becomes frames in the camera mailbox.

Started by the show; a reader that hangs in a driver never stops its loop or its heartbeat.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable

from vj.capture.reading import prepare

prepare()  # before the player imports cv2, which reads these settings once

import cv2  # noqa: E402

from vj.capture.carrier import Carrier  # noqa: E402
from vj.capture.line import Opened  # noqa: E402
from vj.capture.player import Player  # noqa: E402
from vj.capture.spec import RIG, Spec, module  # noqa: E402
from vj.core.house import House  # noqa: E402
from vj.core.memory import keep_memory  # noqa: E402

log = logging.getLogger(__name__)

BEAT = 0.1  # s between status documents
WAIT = 0.02  # s to wait for a picture before looking around again
SICK = 75  # exit code: a driver holds a thread for ever, start a fresh process


def main(house: House) -> None:
    """Play what is wanted until killed."""
    keep_memory()
    cv2.setNumThreads(1)
    arrived = threading.Event()
    player = Player(opener(house), house.gig.rig.filmed, arrived)
    carrier = Carrier(house).start()
    frames, beats, seen, next_beat = 0, 0, 0, 0.0
    moments: deque[float] = deque(maxlen=60)
    wanted: Spec = dict(house.options.source or house.gig.rig.source)
    while True:
        now = time.monotonic()
        found = house.state.read(seen)
        if found is not None:
            seen, state = found
            wanted = state.get("source") or wanted
            carrier.want(state)
        player.want(wanted, now)
        shot = player.step(now)
        if shot is not None:
            house.camera.publish(shot.pixels, shot.captured_at)
            carrier.see(shot.pixels, shot.captured_at)
            frames += 1
            moments.append(now)
        if now >= next_beat:
            next_beat, beats = now + BEAT, beats + 1
            status = report(player, moments, now)
            house.status["capture"].post(
                {"beat": beats, "frames": frames, **status, **carrier.document()}
            )
        if player.stuck(now):
            log.error("%s; starting afresh", player.message)
            # A thread in a driver cannot be ended and would hold up any orderly exit.
            os._exit(SICK)
        if shot is None:
            arrived.wait(WAIT)
            arrived.clear()


def opener(house: House) -> Callable[[Spec], Opened]:
    """Return the function that finds out how to read a spec, given this house's rig."""
    rig = house.gig.rig
    given: dict[str, object] = {
        "folder": str(house.gig.folder),
        "size": rig.filmed,
        "fps": float(rig.fps),
        "phone": house.phone,
    }

    def open_source(spec: Spec) -> Opened:
        source = module(spec)
        full = {**spec, RIG: given}
        values = source.read(full)
        live = getattr(source, "LIVE", False) and not values.given("still")
        return Opened(str(spec["kind"]), lambda: source.frames(full), live)

    return open_source


def report(player: Player, moments: deque[float], now: float) -> dict[str, object]:
    """What the process is doing, for its status board."""
    recent = [moment for moment in moments if now - moment < 2.0]
    span = recent[-1] - recent[0] if len(recent) > 1 else 0.0
    return {
        "fps": round((len(recent) - 1) / span, 2) if span else 0.0,
        "source": player.playing,
        "wanted": str(player.wanted.get("kind", "")),
        "lost": player.lost,
        "message": player.message,
        "error": player.error,
    }
