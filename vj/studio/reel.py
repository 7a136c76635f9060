"""A film being made: finished pieces in a folder beside the result, until they are joined.
Used by the stylising of films; opened again after an interruption it knows how far it was."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.studio.films import CODECS, Facts, Piece
from vj.studio.join import join

MOST_PICTURES, MOST_SECONDS = 250, 20.0  # a piece is closed then: what an interruption can cost
ORDER, OPEN, WHOLE = "order.json", "open.nut", "whole"


class Reel:
    """The folder `RESULT.part`: what was ordered, closed pieces, and one that is open.

    `done`: pictures in closed pieces; `last`: the result of the last of them, if it is kept.
    """

    def __init__(
        self, target: Path, order: Mapping[str, object], facts: Facts, codec: str = "h264"
    ) -> None:
        """Go on with the pieces that are there, or begin anew when another order made them.

        Raises: UserError when a folder of that name holds something else.
        """
        self._target, self._facts, self._codec = target, facts, codec
        self.folder = target.with_name(target.name + ".part")
        text = json.dumps({**order, "codec": codec}, indent=1, sort_keys=True)
        found = self.folder / ORDER
        if not found.is_file() or found.read_text(encoding="utf-8") != text:
            if self.folder.exists():
                if not found.is_file() and any(self.folder.iterdir()):
                    raise UserError(f"{self.folder}: in the way, and not made by vj; move it")
                shutil.rmtree(self.folder)
            self.folder.mkdir(parents=True)
            found.write_text(text, encoding="utf-8")
        self._pieces = sorted(self.folder.glob("[0-9]*.nut"))
        self.done = sum(int(path.stem.partition("-")[2]) for path in self._pieces)
        self._open: Piece | None = None
        self._opened = 0.0

    def last_result(self) -> Pixels | None:
        """Read the last picture of the last closed piece, as it was kept; (h, w, 4) uint8."""
        path = self._kept(self._pieces[-1]) if self._pieces else None
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) if path and path.is_file() else None
        return None if image is None else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA))

    def write(self, pixels: Pixels, pts: int, keep: bool) -> None:
        """Append a (h, w, 4) picture at `pts` ticks.

        keep: whether to keep the last picture of every piece unharmed, for `last_result`.
        Raises: OSError or ValueError when it cannot be written.
        """
        now = time.monotonic()
        if self._open is None:
            path, size = self.folder / OPEN, pixels.shape[:2]
            self._open, self._opened = Piece(path, size, self._facts, self._codec), now
        self._open.write(pixels, pts)
        if self._open.pictures >= MOST_PICTURES or now - self._opened >= MOST_SECONDS:
            self._close(pixels if keep else None)

    def _close(self, kept: Pixels | None) -> None:
        if self._open is None:
            return
        self._open.close()
        path = self.folder / f"{len(self._pieces):06d}-{self._open.pictures}.nut"
        if kept is not None:
            cv2.imwrite(str(self._kept(path)), cv2.cvtColor(kept, cv2.COLOR_RGBA2BGRA))
        # Only now does it count: a name with a number is a whole piece.
        settle(self.folder / OPEN, path)
        self._pieces.append(path)
        self._open = None

    def finish(self, source: Path | None) -> None:
        """Join everything, put the result into its place in one step and remove the folder.

        source: the film whose sound and subtitles are taken over, if there is one.

        Raises: OSError or ValueError when that cannot be done; the pieces stay.
        """
        self._close(None)
        whole = self.folder / (WHOLE + self._target.suffix)
        join(self._pieces, source, whole, self._facts, CODECS[self._codec].tag)
        settle(whole, self._target)
        shutil.rmtree(self.folder)

    @property
    def written(self) -> bool:
        """Whether there is any picture."""
        return bool(self._pieces) or self._open is not None

    @staticmethod
    def _kept(piece: Path) -> Path:
        return piece.with_suffix(".png")


def settle(path: Path, target: Path) -> None:
    """Rename a finished file, its data on the disk before its name: a power cut leaves no husk.

    Raises: OSError when that cannot be done.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(path, target)
