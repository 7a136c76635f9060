"""How long a loaded model takes for a picture here, from pixels to pixels.
Called by the studio for `vj bench models`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch

from vj.core.types import Pixels
from vj.infer.engine import Engine
from vj.infer.lanes import shares
from vj.infer.painter import Sketch, finish
from vj.infer.protocol import Mix

LEAST_TURNS = 3


def sample(size: tuple[int, int]) -> Pixels:
    """Make a picture of `size` (h, w) with a soft-edged person in the middle; always the same."""
    height, width = size
    tiles = np.random.default_rng(0).integers(0, 256, (9, 16, 4)).astype(np.uint8)
    pixels = np.asarray(cv2.resize(tiles, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    matte = np.zeros(size, np.uint8)
    centre, axes = (width // 2, height // 2), (width // 8, 2 * height // 5)
    cv2.ellipse(matte, centre, axes, 0, 0, 360, 255, cv2.FILLED)
    cv2.insertChannel(cv2.blur(matte, (9, 9)), pixels, 3)
    return pixels


def in_turns(works: Sequence[Callable[[], object]], device: str, seconds: float) -> list[float]:
    """Do each in turn until the time is up, three times at least; seconds of each, the median.

    As in a show, a processor works at several pictures side by side, and what is returned is the
    time per picture. What takes turns meets the same other work on the machine, so the ratios
    hold where the times do not.
    """
    lanes, threads = shares() if device == "cpu" else (1, torch.get_num_threads())
    times: list[list[float]] = [[] for _ in works]
    with ThreadPoolExecutor(
        lanes, "lane", initializer=torch.set_num_threads, initargs=(threads,)
    ) as pool:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(times[0]) < LEAST_TURNS:
            for work, taken in zip(works, times, strict=True):
                began = time.perf_counter()
                for made in [pool.submit(work) for _ in range(lanes)]:
                    made.result()
                taken.append((time.perf_counter() - began) / lanes)
    return [statistics.median(taken) for taken in times]


def seconds_per_picture(
    engine: Engine,
    styles: Sequence[str],
    size: tuple[int, int],
    seconds: float,
    texture: tuple[float, float],
    share: float = 1.0,
) -> tuple[float, float]:
    """Time pictures of (h, w) in one style, and with another for the background.

    styles: two names; the engine is warm; texture, share: as in `Sketch`. Returns two medians,
    seconds.
    """
    pixels = sample(size)
    person: Mix = ((styles[0], 1.0),)

    def run(background: Mix) -> Callable[[], object]:
        sketch = Sketch(pixels, person, background, texture=texture, share=share)
        return lambda: finish(sketch, engine.model, engine.shelf, engine.device)

    works = [run(person), run(((styles[1], 1.0),))]
    one, two = in_turns(works, engine.device, seconds)
    return one, two
