"""How many pictures a second one model paints alone on this machine.
Called by `vj bench models`; the same picture, styles and person/background split for all."""

from __future__ import annotations

import time

import numpy as np

from vj.core.gig import Gig
from vj.infer.engine import build_engine
from vj.infer.painter import paint


def pictures_per_second(gig: Gig, name: str, size: tuple[int, int], seconds: float) -> float:
    """Paint a fixed noise picture of `size` (h, w) with two styles for about `seconds`.

    Raises: UserError when the card or its weights are wrong.
    """
    styles = list(gig.style_files)[:2]
    engine = build_engine(gig, name, styles, size, gig.rig.device)
    picture = np.random.default_rng(0).integers(0, 256, (*size, 4), np.uint8)
    picture[..., 3] = np.linspace(0, 255, size[1]).astype(np.uint8)
    person, background = ((styles[0], 1.0),), ((styles[-1], 1.0),)
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < 3:
        start = time.perf_counter()
        paint(engine.model, engine.shelf, engine.device, picture, person, background, 1.0)
        times.append(time.perf_counter() - start)
    return 1.0 / float(np.median(times))
