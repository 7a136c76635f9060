"""Pictures between two processes: how fast they are written and read, and whether any is torn.

Called by `vj bench mailbox`.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from vj.core.mailbox import Mailbox


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
