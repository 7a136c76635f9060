"""Measures this machine with the real program: a whole show, hands, the mailbox.

Called by `vj bench WHAT`; figures that belong together come from one run on the same work.
"""

from __future__ import annotations

import socket
import struct
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import House, Options
from vj.core.mailbox import Mailbox
from vj.show import Show

_SETTLE = 3.0
_HAND_EVERY = 0.21  # not a multiple of any frame time, so that every phase is hit


def bench(what: str, gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Run one benchmark and return its figures.

    Raises: UserError when the show could not be measured.
    """
    if what == "mailbox":
        return bench_mailbox()
    if what == "hands":
        return bench_hands(gig, seconds, scene)
    return bench_show(gig, seconds, scene)


def _quiet(gig: Gig) -> Gig:
    """The same gig on free ports, so that a running show is not disturbed."""
    return replace(gig, rig=replace_rig(gig, osc_port=0, remote_port=0, feedback_port=0))


def replace_rig(gig: Gig, **changes: object) -> Any:
    """Return the gig's rig with some fields changed."""
    return gig.rig.model_copy(update=changes)


def bench_show(gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Run the show off-screen on the dancer and return its report.

    Rates are means from the first stylised picture on; delays are from the camera's time stamp.
    """
    options = Options(scene=scene, source={"kind": "dancer"}, headless=True, seconds=seconds)
    show = Show(_quiet(gig), options, lambda line: None)
    if show.run() != 0:
        raise UserError("bench show: the stage showed nothing; try: vj show --headless")
    return show.figures


def bench_hands(gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Send OSC packets to a running show and time them to the changed output picture, in ms.

    `sent` blackout packets from another thread over UDP; the output picture is read back for
    every frame (as when recording), which costs a little of what it measures.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = str(Path(folder) / "hands.mp4")
        source = {"kind": "dancer"}
        options = Options(scene, source, headless=True, seconds=seconds + _SETTLE, record=record)
        show = Show(_quiet(gig), options, lambda line: None)
        delays: list[float] = []
        hand = threading.Thread(target=_press, args=(show.house, delays), daemon=True)
        hand.start()
        code = show.run()
    if code != 0 or not delays:
        raise UserError("bench hands: no packet reached the picture")
    p50, p95 = (round(float(ms), 1) for ms in np.percentile(delays, (50, 95)))
    figures: dict[str, Any] = {"osc_to_picture_ms": {"p50": p50, "p95": p95}}
    return {**figures, "presses": len(delays), **show.figures}


def _press(house: House, delays: list[float]) -> None:
    """Toggle blackout by OSC and wait until the output picture shows it."""
    port = 0
    while not port:
        found = house.status["desk"].read()
        port = int(found[1].get("osc", {}).get("port") or 0) if found else 0
        time.sleep(0.05)
    while house.styled.newest < 20:
        time.sleep(0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        black, seq = False, 0
        while True:
            time.sleep(_HAND_EVERY)
            black = not black
            sent = time.perf_counter()
            out.sendto(osc_message("/blackout", float(black)), ("127.0.0.1", port))
            while time.perf_counter() - sent < 1.0:
                frame = house.screen.latest(seq)
                if frame is not None:
                    seq = frame.seq
                    if (int(frame.pixels[..., :3].max()) == 0) == black:
                        # Its time stamp is when it was presented; reading back came after.
                        delays.append((frame.captured_at / 1e9 - sent) * 1e3)
                        break
                time.sleep(0.0005)


def osc_message(address: str, value: float) -> bytes:
    """Build an OSC message with one float argument."""
    name = address.encode() + b"\0" * (4 - len(address) % 4)
    return name + b",f\0\0" + struct.pack(">f", value)


def bench_mailbox(pictures: int = 10_000) -> dict[str, Any]:
    """Publish and read 720p pictures beside each other; times in ms, and torn pictures seen."""
    box = Mailbox.create(720, 1280)
    levels = [np.full((720, 1280, 4), level, np.uint8) for level in (3, 200)]
    out = np.empty_like(levels[0])
    publish, read = [], []
    for number in range(300):
        start = time.perf_counter()
        box.publish(levels[number % 2], number)
        middle = time.perf_counter()
        box.latest(out=out)
        publish.append(middle - start)
        read.append(time.perf_counter() - middle)
    torn, reads = _count_torn(box, pictures)
    return {
        "publish_ms_median": round(float(np.median(publish)) * 1e3, 3),
        "read_ms_median": round(float(np.median(read)) * 1e3, 3),
        "reads": reads,
        "torn": torn,
    }


def _write(box: Mailbox) -> None:
    levels = [np.full((720, 1280, 4), level, np.uint8) for level in (3, 77, 150, 200)]
    number = 0
    while True:
        box.publish(levels[number % 4], number)
        number += 1


def _count_torn(box: Mailbox, pictures: int) -> tuple[int, int]:
    """Read beside another process that writes as fast as it can."""
    import multiprocessing

    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(box,), daemon=True)
    writer.start()
    torn = reads = seq = 0
    out = np.empty((720, 1280, 4), np.uint8)
    while reads < pictures:
        frame = box.latest(seq, out)
        if frame is not None:
            seq, reads = frame.seq, reads + 1
            torn += frame.pixels.min() != frame.pixels.max()
    writer.kill()
    writer.join()
    return int(torn), reads
