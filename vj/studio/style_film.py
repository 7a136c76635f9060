"""A film as a style: picture n of what is painted takes picture n of it, and it begins again.
Used by looks whose style is a film; the shelf of styles sees a picture file that changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2

from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.studio import films


class StyleFilm:
    """A film and the one picture of it, in `still`, that is the style now."""

    def __init__(self, path: Path) -> None:
        """Open a film and show its first picture. Raises: UserError when there is none."""
        self._path, self._facts = path, films.facts_of(path)
        self._folder = tempfile.TemporaryDirectory(prefix="vj-style-")
        self.still = Path(self._folder.name, "still.bmp")
        self._pictures = _without_end(self._path, self._facts)
        self._shown = -1
        self.show(0)

    def show(self, number: int) -> None:
        """Go on to a picture; for an earlier one the film is begun again."""
        if number < self._shown:
            self._pictures, self._shown = _without_end(self._path, self._facts), -1
        while self._shown < number:
            self._shown += 1
            pixels = next(self._pictures)
            if self._shown == number:
                cv2.imwrite(str(self.still), cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGR))
                # the clock of files is too coarse to tell two pictures apart
                os.utime(self.still, ns=(number + 1, number + 1))


def _without_end(path: Path, facts: films.Facts) -> Iterator[Pixels]:
    while True:
        count = 0
        for frame in films.frames(path, facts):
            count += 1
            yield films.to_pixels(frame)
        if not count:
            raise UserError(f"style {path}: no picture in it can be read")
