"""A take while the show runs: the score, the source's pictures with their mattes, the gig.

Owned by the recorder process when the show was started with `--take DIR`.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from vj.core.house import House
from vj.core.take import SOURCE, keep_gig
from vj.core.types import Pixels
from vj.record.recording import Recording
from vj.record.score import Score

log = logging.getLogger(__name__)

_QUALITY = 8  # near lossless: networks exaggerate the blocks of a coarser one


class Take:
    """Keeps a performance; `step` is called as often as a source may bring pictures."""

    def __init__(self, house: House) -> None:
        self._house, self._folder = house, Path(house.options.take)
        self._score = Score(house, self._folder)
        self._source = Recording(house.sound, self._score.began, _QUALITY, matte=True)
        self._seq = 0
        self._out: Pixels | None = None
        threading.Thread(target=self._keep_gig, name="gig", daemon=True).start()

    @property
    def error(self) -> str:
        """What goes wrong, empty when all is well."""
        return self._score.error or self._source.error

    def status(self) -> dict[str, object]:
        """How far it is."""
        return {"pictures": self._source.frames, "lines": self._score.lines}

    def step(self, now: float) -> None:
        """Take in the source's newest picture; `now` in seconds."""
        frame = self._house.camera.latest(self._seq, self._out)
        if frame is not None:
            self._seq, self._out = frame.seq, frame.pixels
            self._source.write(frame, self._folder / SOURCE, now)

    def _keep_gig(self) -> None:
        try:
            keep_gig(self._house.gig, self._folder)
        except OSError as error:
            log.warning("the take lacks a part of the gig: %s", error)

    def close(self) -> None:
        """Finish all files; what the gig has learned since is kept, too."""
        self._score.close()
        self._source.close()
        self._keep_gig()
