"""A performance rendered again: every picture painted, every effect drawn, at any size.

Called by `vj take`. The same take and order give the same file, however long a picture takes:
painting happens here, drawing in a darkroom process, one picture at a time.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from vj.capture.reading import fit
from vj.core.child import Keeper
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import House, Options, build_house
from vj.core.mailbox import Mailbox
from vj.core.take import Head, kept_gig, read_head, source_films
from vj.core.types import Pixels
from vj.studio.films import CODECS, Facts, Piece
from vj.studio.join import join
from vj.studio.reel import settle
from vj.studio.take_cast import check_cast
from vj.studio.take_overlays import TakeOverlays
from vj.studio.take_painter import Instead, TakePainter
from vj.studio.take_score import TakeScore, length
from vj.studio.take_sound import write_sound
from vj.studio.take_source import pictures

log = logging.getLogger(__name__)

_FINER = 2  # how much larger than the source the network paints, at most
_PATIENCE = 120.0
_GAP = 5.0  # seconds without a picture at the end that are more than a source's own wait


@dataclass(frozen=True)
class TakeOrder:
    """What a take shall become. Sizes are (height, width); None, 0 or "" = as it was performed.

    `paint`: what the network sees; `instead`: model and styles in place of those performed.
    """

    folder: Path
    target: Path
    size: tuple[int, int] | None = None
    fps: float = 0.0
    paint: tuple[int, int] | None = None
    instead: Instead = field(default_factory=Instead)
    codec: str = "h264"
    device: str = "auto"


def render(order: TakeOrder, said: Callable[[int, int], None]) -> int:
    """Write the film of a take and return its number of pictures; `said` hears (done, of).

    Raises: UserError for anything wrong with the take or the order; OSError when the film cannot
    be written.
    """
    head = read_head(order.folder)
    kept = kept_gig(order.folder)
    gig = _sized(kept, order, head)
    check_cast(order.folder, gig, order.instead)
    score = TakeScore(order.folder, gig.table)
    begin, end = length(order.folder)
    fps = order.fps or head.fps
    count = max(int((end - begin) * fps + 1e-6), 1)
    films = source_films(order.folder)
    shots = _Shots(order.folder, films, gig.rig.size, end)
    finer = gig.rig.size[0] / head.size[0]
    painter = TakePainter(gig, order.instead, finer, order.device)
    rate = Fraction(fps).limit_denominator(1001)
    facts = Facts(count, rate, 1 / rate, Fraction(1))
    with tempfile.TemporaryDirectory(dir=order.target.parent, prefix=".take-") as folder:
        piece = Piece(Path(folder) / "pictures.nut", gig.rig.output, facts, order.codec)
        with Darkroom(gig, kept.rig.filmed) as darkroom:
            overlays = TakeOverlays(order.folder, gig.folder, *darkroom.overlays)
            for number in range(count):
                at = begin + number / fps
                wanted = score.at(at)
                overlays.at(at, wanted)
                seen = shots.at(at)
                if seen is not None:
                    styled, faces = painter.paint(seen, at, wanted)
                    darkroom.show(shots.pixels, styled, number + 1, painter.take, faces)
                now = head.began / 1e9 + at  # the show's own clock: some effects go by it
                drawn = darkroom.draw(number + 1, wanted, now, 1 / fps, score.panicked())
                piece.write(drawn, number)
                said(number + 1, count)
        piece.close()
        whole = Path(folder) / f"whole{order.target.suffix}"
        sound: Path | None = Path(folder) / "sound.wav"
        if not write_sound(films, begin, count / fps, Path(folder) / "sound.wav"):
            sound = None
        join([Path(folder) / "pictures.nut"], sound, whole, facts, CODECS[order.codec].tag)
        settle(whole, order.target)
    return count


def _sized(gig: Gig, order: TakeOrder, head: Head) -> Gig:
    """The gig drawn and painted at the sizes wanted."""
    output = order.size or gig.rig.output
    paint = order.paint or _painted(head.size, output)
    return replace(gig, rig=gig.rig.model_copy(update={"output": output, "size": paint}))


def _painted(source: tuple[int, int], output: tuple[int, int]) -> tuple[int, int]:
    """The size to paint at: that of the result, as far as the source has something to show."""
    scale = min(max(output[0] / source[0], 1.0), _FINER)
    return round(source[0] * scale), round(source[1] * scale)


class _Shots:
    """The source as time goes on: `pixels` is what it shows."""

    def __init__(
        self, folder: Path, films: Sequence[Path], size: tuple[int, int], end: float
    ) -> None:
        """Open the source's films of the take in `folder`, which ends after `end` seconds.

        Raises: UserError when there is no picture in them.
        """
        self._folder, self._size, self._end = folder, size, end
        self._source = pictures(films)
        self._next = next(self._source, None)
        if self._next is None:
            raise UserError(f"{folder}: the source's film is missing or has no picture in it")
        self.pixels: Pixels = np.zeros((*size, 4), np.uint8)

    def at(self, seconds: float) -> Pixels | None:
        """The picture seen then, in the size to paint at, if it is another than before."""
        found = None
        while self._next is not None and self._next[0] <= seconds:
            found, self._next = self._next[1], next(self._source, None)
        if found is None:
            return None
        missing = self._end - seconds
        if self._next is None and missing > _GAP:
            log.warning(
                "%s: the source's film ends %.0f s before the performance; its last picture stays",
                self._folder,
                missing,
            )
        self.pixels = found
        return fit(found, self._size)


class Darkroom:
    """The process that draws, and what it is handed; use it in a `with` statement."""

    def __init__(self, gig: Gig, source: tuple[int, int]) -> None:
        house = build_house(gig, Options(headless=True))
        self._house: House = replace(house, camera=Mailbox.create(*source))
        self._keeper = Keeper("darkroom", "vj.stage.darkroom:main", self._house)
        self._seq = 0

    @property
    def overlays(self) -> tuple[Mailbox, Mailbox]:
        """Where the layer's and the logo's pictures are handed over."""
        return self._house.layer, self._house.logo

    def __enter__(self) -> Darkroom:
        self._keeper.start(time.monotonic())
        return self

    def __exit__(self, *_: object) -> None:
        self._keeper.stop(2.0)

    def show(self, dry: Pixels, styled: Pixels, at: int, take: int, faces: Any) -> None:
        """Hand over a source picture and its painting; `at` is their moment, any unit."""
        self._house.camera.publish(dry, at)
        self._house.styled.publish(styled, at, take, faces)

    def draw(
        self, number: int, wanted: dict[str, Any], now: float, dt: float, fresh: bool
    ) -> Pixels:
        """Return the output picture number `number` (from 1) of what is wanted; (h, w, 4) uint8.

        `now`: its moment, `dt`: the time since the one before, in seconds.

        Raises: UserError when the drawing process ends or stands still.
        """
        self._house.state.post(
            {
                "order": number,
                "values": wanted["values"],
                "chain": wanted.get("chain", []),
                "beat": wanted.get("beat", 0.0),
                "time": now,
                "dt": dt,
                "fresh": fresh,
            }
        )
        end = time.monotonic() + _PATIENCE
        while True:
            frame = self._house.screen.latest(self._seq)
            if frame is not None and frame.captured_at == number:
                self._seq = frame.seq
                return frame.pixels
            if self._keeper.exit_code is not None or time.monotonic() > end:
                raise UserError("the drawing process ended; try a smaller --size")
            time.sleep(0.0005)
