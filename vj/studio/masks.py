"""First masks of the people in pictures and films, to be mended by hand and trained with.
Called by `vj masks`; `vj train matte --pictures` reads what it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from vj.infer.mattes import Matte
from vj.studio.drawings import Picture
from vj.studio.pages import Say, Tally, walk, write

CRISP = {"matte.feather": 0.0}


def make_masks(
    inputs: Sequence[Path],
    out: Path,
    every: int,
    new_matte: Callable[[], Matte],
    say: Say,
    force: bool = False,
) -> Tally:
    """Write picture (JPEG) and mask (PNG of its name, white where people are) of every picture.

    Of films every n-th. A mask that is there already is kept unless forced: a hand may have mended
    it. A file that fails is left out.
    Raises: UserError when inputs are missing or hold nothing.
    """

    def make(picture: Picture, title: str) -> None:
        alone = new_matte()  # which knows of no picture before
        found = alone.matte(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA), np.uint8), CRISP)
        write(picture, out / f"{title}.jpg")
        write(found, out / f"{title}.png")

    return walk(
        inputs, out, every, say, lambda title: not force and (out / f"{title}.png").exists(), make
    )
