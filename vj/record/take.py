"""A take while the show runs: the score, the pictures of source and layer, the gig.

Owned by the recorder process when the show was started with `--take DIR`.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from vj.core.house import House
from vj.core.take import LAYER, SOURCE, keep_gig
from vj.core.types import Pixels
from vj.record.recording import Recording
from vj.record.score import Score

log = logging.getLogger(__name__)

_FOLLOW = 30.0  # seconds between looks at the gig
_QUALITY = 8  # near lossless: networks exaggerate the blocks of a coarser one


class Take:
    """Keeps a performance; `step` is called as often as a source may bring pictures."""

    def __init__(self, house: House) -> None:
        self._house, self._folder = house, Path(house.options.take)
        self._score = Score(house, self._folder)
        self._source = Recording(house.sound, self._score.began, _QUALITY, matte=True)
        self._layer = Recording(None, self._score.began, _QUALITY, matte=True)
        self._seq = self._layer_seq = self._layer_take = 0
        self._out: Pixels | None = None
        self._layer_out: Pixels | None = None
        self._lacks = ""
        self._stop = threading.Event()
        self._gig = threading.Thread(target=self._follow_gig, name="gig", daemon=True)
        self._gig.start()

    @property
    def error(self) -> str:
        """What goes wrong, empty when all is well."""
        return self._score.error or self._source.error or self._layer.error or self._lacks

    def status(self) -> dict[str, object]:
        """How far it is."""
        return {"pictures": self._source.frames, "lines": self._score.lines}

    def step(self, now: float) -> None:
        """Take in the newest picture of the source and of the layer; `now` in seconds."""
        frame = self._house.camera.latest(self._seq, self._out)
        if frame is not None:
            self._seq, self._out = frame.seq, frame.pixels
            self._source.write(frame, self._folder / SOURCE, now)
        layer = self._house.layer.latest(self._layer_seq, self._layer_out)
        if layer is None:
            return
        self._layer_seq, self._layer_out = layer.seq, layer.pixels
        if layer.take != self._layer_take:  # another layer, another film: one gives way to the next
            self._layer.close()
            self._layer_take = layer.take
        if layer.pixels.shape[:2] == self._house.layer.shape:  # else there is none any more
            self._layer.write(layer, self._folder / LAYER, now)

    def _follow_gig(self) -> None:
        """Keep what the gig has and what comes to it, now and then and at the end."""
        last = False
        while True:
            self._keep_gig()
            if last:
                return
            last = self._stop.wait(_FOLLOW)

    def _keep_gig(self) -> None:
        lacks = ""
        try:
            keep_gig(self._house.gig, self._folder, self._score.saved)
        except OSError as error:
            lacks = f"the take lacks a part of the gig: {error}"[:200]
        if lacks and lacks != self._lacks:
            log.warning("%s", lacks)
        self._lacks = lacks

    def close(self) -> None:
        """Finish all files; what the gig has learned since is kept, too."""
        self._source.close()
        self._layer.close()
        self._stop.set()
        self._gig.join()
        self._score.close()
