"""The few types that flow between processes: pictures and decisions.

Used by every folder; pictures travel in a Mailbox, decisions in a Ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(H, W, 4) uint8 RGBA, top row first, C-contiguous; alpha is the person matte (255 = person)."""


FACES = 8
Faces = NDArray[np.float32]
"""(FACES, 5) float32, a row per face that keeps its place from picture to picture: centre x,
centre y, half width, half height, each 0..1 of the picture, and how present it is (0 = no face)."""


def no_faces() -> Faces:
    """Return rows without a face."""
    return np.zeros((FACES, 5), np.float32)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with its number and the moment the camera delivered it.

    `captured_at` is `time.perf_counter_ns()` of the capture and is kept through the model, so the
    camera-to-screen delay is one subtraction. Pictures of the same `take` follow each other; a new
    one means that what comes now is made by something else (another network) and may be faded in.
    `faces`: where faces are in this very picture, as far as somebody wants to know.
    """

    pixels: Pixels
    seq: int
    captured_at: int
    take: int = 0
    faces: Faces = field(default_factory=no_faces, compare=False)


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
