"""The audio hand: listens to one input by name and writes what it hears for the stage to follow and
for the recorder to keep.

Made by the desk process when the rig names an input; `run` is its thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vj.core.gauges import Gauges
from vj.core.soundbox import Soundbox
from vj.desk.audio_ports import Hearing, NoSound, Open, look_again, open_input
from vj.desk.complaints import Complaints
from vj.desk.sound import Analyser

log = logging.getLogger(__name__)

_SILENT_S = 2.0  # a driver that gives nothing for so long has lost its input
_RETRY_S = (2.0, 4.0, 8.0)  # a look for inputs stops the others for a moment: not too often
_BLOCKS = 32


@dataclass(frozen=True, slots=True)
class Ports:
    """How inputs are opened and looked for; the tests have their own."""

    open: Callable[[str, Hearing], Open] = open_input
    look_again: Callable[[], None] = look_again


class AudioHand:
    """One input, reopened for ever when it is lost."""

    def __init__(
        self,
        word: str,
        gauges: Gauges,
        ports: Ports | None = None,
        sound: Soundbox | None = None,
    ) -> None:
        self._word, self._gauges, self._ports = word, gauges, ports or Ports()
        self._sound = sound
        self._blocks: deque[tuple[NDArray[np.float32], int]] = deque(maxlen=_BLOCKS)
        self._came = threading.Event()
        self._complaints = Complaints(log)
        self._onsets = 0
        self._values: Mapping[str, float] = {}
        self.input, self.error = "", ""

    def status(self) -> dict[str, object]:
        """Which input is heard, and the levels of now."""
        levels = {name: round(value, 2) for name, value in self._values.items()}
        return {"input": self.input, "levels": levels, "onsets": self._onsets}

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop`."""
        tries = 0
        while not stop.is_set():
            try:
                if tries:
                    self._ports.look_again()
                tries += 1
                if self._listen(stop):
                    tries = 1
            except NoSound as reason:
                self._say(str(reason))
            except Exception as error:  # a loop top: sound that fails must not end the desk
                self._complaints.tell("audio", error)
                self.error = f"audio: {error}"
            stop.wait(_RETRY_S[min(max(tries, 1), len(_RETRY_S)) - 1])

    def _say(self, text: str) -> None:
        if text != self.error:
            log.warning("%s", text)
        self.error = text

    def _listen(self, stop: threading.Event) -> bool:
        """Hear the input until it is lost or the desk stops; True when anything was heard."""
        self._blocks.clear()
        found = self._ports.open(self._word, self._heard)
        try:
            analyser = Analyser(found.rate)
            self.input, self.error, before = found.name, "", self._onsets
            log.info("sound input %s", found.name)
            began = heard_at = time.monotonic()
            while not stop.is_set():
                self._came.wait(0.1)
                self._came.clear()
                if not self._blocks and (
                    time.monotonic() - heard_at > _SILENT_S or not found.alive
                ):
                    self._say(f"sound input {found.name!r} is gone; it is looked for")
                    break
                while self._blocks:
                    heard_at = time.monotonic()
                    block, at = self._blocks.popleft()
                    if self._sound is not None:
                        self._sound.write(block, round(found.rate), at)
                    heard = analyser.hear(np.mean(block, axis=1, dtype=np.float32))
                    self._values, self._onsets = heard.values, before + heard.onsets
                    self._gauges.publish(heard.values, count=self._onsets)
            return heard_at > began
        finally:
            self.input, self._values = "", {}
            if self._sound is not None:
                self._sound.silence()
            found.close()

    def _heard(self, block: NDArray[np.float32]) -> None:
        """Take a block in the driver's thread; when we are late the oldest is let go."""
        self._blocks.append((block, time.perf_counter_ns()))
        self._came.set()
