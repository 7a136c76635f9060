"""One way to find the person per file; the file name is its word. Loaded by vj.infer.mattes_ready.
A file offers `make() -> Matte`, or `load(card, device) -> Finder` when it needs weights."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Matte(Protocol):
    """Something that says where the person is in a picture; may remember earlier pictures."""

    def matte(self, pixels: NDArray[np.uint8], values: Mapping[str, Any]) -> NDArray[np.uint8]:
        """Find the person.

        pixels: (h, w, 4) uint8 RGBA, alpha = the source's own matte (0 where unknown).
        values: parameter name -> number; reads `matte.*`, missing ones at their defaults.
        Returns (h, w) uint8, 255 = person.
        """


class Finder(Protocol):
    """A network that finds the person in one picture and knows no time; see `NetMatte`."""

    def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Look at one picture; called by one thread at a time.

        pixels: (h, w, 4) uint8 RGBA of any size.
        Returns (h', w') float32, the log odds of a person, stretched over the whole picture; h' and
        w' are the network's own.
        """
