"""The part of capture, stage and show around one infer loop, played by the tests themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.infer.fakes import half_person
from vj.core.house import House
from vj.infer.live import Infer


class Booth:
    """Real mailboxes and boards, an Infer, and someone who feeds them."""

    def __init__(self, house: House) -> None:
        self.house, self.infer = house, Infer(house)
        self.moment = 0

    def want(self, model: str = "colour", person: str = "red", **more: Any) -> None:
        styles = {"person": [[person, 1.0]], "background": [["blue", 1.0]]}
        document = {"values": {}, "model": model, "matte": "source", "styles": styles, **more}
        self.house.state.post(document)

    def capture(self, height: int = 40, width: int = 64) -> int:
        self.moment += 1000
        self.house.camera.publish(half_person(height, width), self.moment)
        return self.moment

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Step the loop, a new camera picture before each step, until something is true."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.infer.status()
            self.capture()
            if not self.infer.step():
                time.sleep(0.001)
        self.settle()

    def settle(self) -> None:
        """Step the loop until nothing is being painted any more."""
        end = time.monotonic() + 20
        while self.infer._lanes.busy:
            assert time.monotonic() < end
            self.infer.step()

    def paint(self) -> bool:
        """Take the picture that was captured and wait for what becomes of it."""
        begun = self.infer.step()
        self.settle()
        return begun

    def picture(self) -> np.ndarray[Any, Any]:
        """The newest stylised picture; black where there is none."""
        frame = self.house.styled.latest()
        return frame.pixels if frame else np.zeros((40, 64, 4), np.uint8)

    def take(self) -> int:
        """The take of the newest stylised picture, which tells the stage to fade."""
        frame = self.house.styled.latest()
        return frame.take if frame else 0

    def shows(self, person: tuple[int, int, int]) -> Callable[[], bool]:
        return lambda: tuple(self.picture()[20, 5, :3].tolist()) == person
