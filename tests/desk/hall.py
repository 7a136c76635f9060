"""A house without a stage: the test posts what the stage would and drains what it would get."""

from __future__ import annotations

import time
from dataclasses import dataclass

from vj.core.gig import Gig
from vj.core.house import House
from vj.core.ring import Ring
from vj.core.types import Event
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender


@dataclass
class Hall:
    """A house, its gig, and the mirror and sender a hand needs; the test is the stage."""

    house: House
    mirror: Mirror
    sender: Sender

    @property
    def gig(self) -> Gig:
        return self.house.gig

    @property
    def events(self) -> Ring:
        return self.house.events

    def play(self, scene: str = "01_ink", **values: float) -> None:
        """Post a state document as the stage would (`edges__canny_low` for `edges.canny_low`)."""
        known = {param.name: param.default for param in self.gig.table}
        known |= {name.replace("__", "."): value for name, value in values.items()}
        self.house.state.post({"values": known, "scene": scene})
        self.mirror.poll(time.monotonic())


def drained(ring: Ring, found: list[Event]) -> list[Event]:
    """Add what the ring holds to `found` and return it."""
    found.extend(ring.drain())
    return found
