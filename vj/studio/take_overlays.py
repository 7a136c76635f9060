"""The second source and the logo of a take, shown again when they were seen.

Used by the rendering of takes: the layer comes from the films the recorder kept of it, the logo
from its own file, as sharp as it is.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vj.capture.layers import LINGER, NOTHING, covering, logo_spec
from vj.capture.reading import SourceLost, fit
from vj.capture.spec import RIG, module
from vj.core.errors import UserError
from vj.core.mailbox import Mailbox
from vj.core.take import LAYER, films_of
from vj.core.types import Pixels
from vj.studio.take_source import pictures

log = logging.getLogger(__name__)


class TakeOverlays:
    """Publishes what lay over the picture at a moment; time only goes forward."""

    def __init__(self, folder: Path, gig: Path, layer: Mailbox, logo: Mailbox) -> None:
        """`folder`: of the take; `gig`: of the gig kept in it."""
        self._gig, self._layer, self._logo = gig, layer, logo
        self._pictures = _numbered(folder)
        self._next = next(self._pictures, None)
        self._unwanted_since: dict[str, float] = {}
        self._shown = ""
        self._changes = 0

    def at(self, seconds: float, wanted: Mapping[str, Any]) -> None:
        """Show what was there `seconds` after the take began; `wanted`: the stage's state then."""
        moment = round(seconds * 1e9)
        found: tuple[int, Pixels] | None = None
        while self._next is not None and self._next[1] <= seconds:
            found = self._next[0], self._next[2]
            self._next = next(self._pictures, None)
        if found is not None:
            self._layer.publish(fit(found[1], self._layer.shape), moment, found[0])
        logo = str(wanted.get("logo") or "")
        if logo and logo != self._shown:
            self._changes += 1
            self._logo.publish(self._read(logo), moment, self._changes)
        self._shown = logo or self._shown
        if self._leaves("layer", seconds, wanted):
            self._layer.publish(NOTHING, moment, -1)
        if self._leaves("logo", seconds, wanted):
            self._logo.publish(NOTHING, moment, -1)
            self._shown = ""

    def _leaves(self, key: str, seconds: float, wanted: Mapping[str, Any]) -> bool:
        """True once when nobody has wanted one for so long that it goes, as in the show."""
        if wanted.get(key):
            self._unwanted_since.pop(key, None)
            return False
        since = self._unwanted_since.setdefault(key, seconds)
        if seconds - since < LINGER:
            return False
        self._unwanted_since[key] = math.inf
        return True

    def _read(self, logo: str) -> Pixels:
        height, width = self._logo.shape
        spec = {**logo_spec(logo)}
        given = {"folder": str(self._gig), "size": (height, width), "fps": 1.0}
        try:
            frames = module(spec).frames({**spec, RIG: given})
            return next(covering(frames, (height, width)))
        except (UserError, SourceLost, OSError) as error:
            log.warning("the take is rendered without its logo: %s", error)
            return np.zeros((1, 1, 4), np.uint8)


def _numbered(folder: Path) -> Iterator[tuple[int, float, Pixels]]:
    """Every picture of the layer: its film's number from 1, seconds, (h, w, 4)."""
    for number, film in enumerate(films_of(folder, LAYER), 1):
        for at, pixels in pictures([film]):
            yield number, at, pixels
