"""One way to find the person per file, each with `make() -> Matte`; the file name is its word.
Loaded by vj.infer.load: a new matte is a new file here and nothing else."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Matte(Protocol):
    """Something that says where the person is in a picture; may remember earlier pictures."""

    def matte(self, pixels: NDArray[np.uint8], values: Mapping[str, Any]) -> NDArray[np.uint8]:
        """Find the person.

        pixels: (h, w, 4) uint8 RGBA, alpha = the source's own matte (0 where unknown).
        values: parameter name -> number; reads `matte.threshold`, `matte.feather` and
        `matte.smooth`, each 0..1, missing ones at their defaults.
        Returns (h, w) uint8, 255 = person.
        """
