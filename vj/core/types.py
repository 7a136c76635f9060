"""The few types that flow between processes: pictures and decisions.

Used by every folder; pictures travel in a Mailbox, decisions in a Ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(H, W, 4) uint8 RGBA, top row first, C-contiguous; alpha is the person matte (255 = person)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with its number and the moment the camera delivered it.

    `captured_at` is `time.perf_counter_ns()` of the capture and is kept through the model, so the
    camera-to-screen delay is one subtraction. Pictures of the same `take` follow each other; a new
    one means that what comes now is made by something else (another network) and may be faded in.
    """

    pixels: Pixels
    seq: int
    captured_at: int
    take: int = 0


@dataclass(frozen=True, slots=True)
class Set:
    """A hand gave a parameter a value (natural units, not yet clamped).

    `at`: perf_counter_ns when the hand moved, 0 when unknown; the ring fills it in.
    """

    param: str
    value: float
    hand: str = ""
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A hand asked for an action, for example `scene.next` or `scene.go` with an argument."""

    action: str
    argument: str | float | None = None
    hand: str = ""
    at: int = field(default=0, compare=False)


Event = Set | Trigger
