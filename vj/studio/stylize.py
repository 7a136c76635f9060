"""Pictures and films repainted, file after file, every result put into place in one step.
Called by `vj stylize`."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from vj.capture.reading import fit, to_pixels
from vj.core.amounts import in_words
from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.studio import films, live
from vj.studio.easel import Easel
from vj.studio.framed import squared
from vj.studio.inputs import Job
from vj.studio.look import Brush, Look
from vj.studio.reel import Reel, settle
from vj.studio.see_through import filled
from vj.studio.side_by_side import Order, at_a_time, develop
from vj.studio.steady import Steady
from vj.studio.upright import upright

log = logging.getLogger(__name__)

KEEPS_ALPHA = (".png", ".webp", ".tif", ".tiff")
QUALITY = {
    ".jpg": [cv2.IMWRITE_JPEG_QUALITY, 95],
    ".jpeg": [cv2.IMWRITE_JPEG_QUALITY, 95],
    ".webp": [cv2.IMWRITE_WEBP_QUALITY, 95],
}
SAY_EVERY = 0.5  # seconds

Say = Callable[[str], None]


def stylize(jobs: Sequence[Job], look: Look, say: Say, batch: int = 0) -> dict[Path, str]:
    """Make every result; a file that fails is left out and the others are made.

    say: shown a line of progress now and then. batch: pictures of a film painted at a time, 0 = as
    many as are good.
    Returns source -> what was wrong, empty when all went well.
    """
    failures: dict[Path, str] = {}
    for number, job in enumerate(jobs, 1):
        count = f"{number}/{len(jobs)} " if len(jobs) > 1 else ""
        if isinstance(look.model, Easel):
            look.model.said = partial(_tell, say, f"{count}{job.source.name}")
        try:
            job.target.parent.mkdir(parents=True, exist_ok=True)
            if job.live is not None:
                paint_live(job, look, say, batch)
            elif job.film:
                paint_film(job, look, say, count, batch)
            else:
                say(f"{count}{job.source.name}")
                paint_picture(job, look)
        except Exception as error:  # a loop top: one broken file must not cost the others
            known = isinstance(error, (UserError, OSError))
            log.debug("%s failed", job.source, exc_info=None if known else error)
            failures[job.source] = str(error) if known else f"{type(error).__name__}: {error}"
    return failures


def _tell(say: Say, name: str, share: float) -> None:
    say(f"{name} {share:.0%}")


def read_picture(path: Path) -> tuple[Pixels, bool]:
    """Read a picture upright: (h, w, 4) uint8, and whether alpha is its own (else it is 0).

    Raises: UserError when it cannot be read.
    """
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
        if image is not None and (image.ndim == 2 or image.shape[2] != 4):
            image = cv2.imdecode(data, cv2.IMREAD_COLOR)  # turned as EXIF says, 8 bits
        elif image is not None and image.dtype == np.uint16:
            image = cv2.convertScaleAbs(image, alpha=1 / 257)
    except (OSError, cv2.error) as error:
        raise UserError(f"{path}: cannot be read ({error})") from error
    pixels = to_pixels(image)
    if pixels is None:
        raise UserError(f"{path}: no picture OpenCV can read")
    assert image is not None
    transparent = image.ndim == 3 and image.shape[2] == 4
    # Only with transparency OpenCV leaves a picture as it lies, see above.
    return upright(pixels, data.tobytes()) if transparent else pixels, transparent


def _whole(pixels: Pixels, look: Look) -> Pixels:
    """Fill what is transparent, unless alpha is only the matte and a background lies under it."""
    return pixels if look.matte == "source" else filled(pixels)


def paint_picture(job: Job, look: Look) -> None:
    """Repaint one picture; transparency is kept where the kind of file can hold it.

    Not where it was only the matte by which the background got a style: that is to be seen.
    Raises: UserError when it cannot be read, OSError when it cannot be written; what the network
    itself raises.
    """
    pixels, transparent = read_picture(job.source)
    pixels = _whole(pixels, look)
    brush = Brush(look)
    seen = brush.look_at(pixels)
    brush.begin(seen)
    brush.turn(0)
    painted = brush.paint(seen, brush.draw(seen))
    if look.person != look.background and not seen[..., 3].any():
        log.warning("%s: nobody found in it, all of it is background", job.source)
    suffix = job.target.suffix.lower()
    shown = look.matte == "source" and look.background
    if transparent and not shown and suffix in KEEPS_ALPHA:
        image = cv2.cvtColor(painted, cv2.COLOR_RGBA2BGRA)
        image[..., 3] = brush.sized(pixels)[..., 3]
    else:
        image = cv2.cvtColor(painted, cv2.COLOR_RGBA2BGR)
    _, data = cv2.imencode(suffix, image, QUALITY.get(suffix, []))
    beside = job.target.with_name(f".{job.target.name}.part")
    try:
        beside.write_bytes(data.tobytes())
        settle(beside, job.target)
    finally:
        beside.unlink(missing_ok=True)


def paint_film(job: Job, look: Look, say: Say, count: str = "", batch: int = 0) -> None:
    """Repaint a film: same times, same sound; goes on where an earlier run was interrupted.

    count: which of several files it is, shown before the progress. batch: how many pictures are
    painted at a time, 0 = as many as are good.
    Raises: UserError when it cannot be read, OSError or ValueError when it cannot be written; what
    the network itself raises. What is done by then stays beside the result, in `RESULT.part`.
    """
    facts = films.facts_of(job.source)
    shape = Fraction(1) if look.size is None else facts.aspect  # a size is one of square pixels
    aspect = facts.aspect / shape
    facts = replace(facts, aspect=1 / aspect if look.framed.on_its_side else aspect)
    stamp = job.source.stat()
    origin = [str(job.source.resolve()), stamp.st_size, stamp.st_mtime_ns]
    reel = Reel(job.target, {**look.facts, "source": origin}, facts, job.codec)
    brush, steady = Brush(look), Steady() if look.steady else None
    kept = look.steady or brush.goes_on
    progress = Progress(job.source.name, facts.pictures)
    if reel.done:
        say(f"{count}{job.source.name} goes on after {reel.done} pictures")

    def orders(done: int) -> Iterator[Order]:
        size = None
        for number, frame in enumerate(films.frames(job.source, facts)):
            if 0 < number < done - 1 and not look.remembers:
                continue
            pixels = _whole(films.to_pixels(frame), look)
            size = size or pixels.shape[:2]
            seen = brush.look_at(squared(fit(pixels, size), shape))
            drawn = brush.draw(seen)
            if number == 0:
                brush.begin(seen)
            if number >= done:
                brush.turn(number)
                yield Order(number, frame.pts or 0, seen, partial(brush.paint, drawn=drawn))
            elif number == done - 1 and kept:
                result = reel.last_result()
                if result is not None:
                    brush.resume(drawn, result)
                    if steady:
                        steady.resume(seen, result)

    def tell(made: int) -> None:
        line = progress.line(made, time.monotonic())
        if line:
            say(count + line)

    batch = 1 if brush.alone else at_a_time(batch)
    if not develop(orders(reel.done), reel, steady, kept, batch, tell) and not reel.done:
        raise UserError(f"{job.source}: no picture in it can be read")
    reel.finish(job.source)


def paint_live(job: Job, look: Look, say: Say, batch: int = 0) -> None:
    """Repaint a camera, a stream or the dancer for `job.seconds`; Ctrl-C ends the film early.

    Raises: UserError when the source gives nothing, OSError or ValueError when the film cannot be
    written; what the network itself raises.
    """
    assert job.live is not None
    facts = live.facts_of(job.seconds)
    order = {**look.facts, "source": [dict(job.live), time.time()]}
    reel = Reel(job.target, order, facts, job.codec)
    brush, steady = Brush(look), Steady() if look.steady else None
    progress = Progress(str(job.source), 0)

    def orders() -> Iterator[Order]:
        size = None
        wanted = look.size if isinstance(look.size, tuple) else None
        assert job.live is not None
        for number, (pixels, at) in enumerate(live.shots(job.live, job.seconds, wanted)):
            size = size or pixels.shape[:2]
            seen = brush.look_at(fit(pixels, size))
            if number == 0:
                brush.begin(seen)
            brush.turn(number)
            paint = partial(brush.paint, drawn=brush.draw(seen))
            yield Order(number, round(at / facts.tick), seen, paint)

    def tell(made: int) -> None:
        line = progress.line(made, time.monotonic())
        if line:
            say(line)

    batch = 1 if brush.alone else at_a_time(batch)
    with contextlib.suppress(KeyboardInterrupt):
        develop(orders(), reel, steady, False, batch, tell)
    with _undisturbed():
        if not reel.written:
            raise UserError(f"{job.source}: not a single picture of it was painted")
        reel.finish(None)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let further Ctrl-C pass: nobody can film again what the first one wanted to keep."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the other one
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Progress:
    """How far a film is, how fast it goes, how long it will take; time comes from outside."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._began: float | None = None
        self._said = float("-inf")

    def line(self, made: int, now: float) -> str:
        """Return a line about `made` pictures at `now` seconds, or nothing when it is too early."""
        if self._began is None:
            self._began = now  # the first picture is slow (everything warms up): it does not count
            self._done = made
        if now - self._said < SAY_EVERY:
            return ""
        self._said = now
        total = f"/{self._total}" if self._total >= made else ""
        text = f"{self._name} {made}{total}"
        if now > self._began and made > self._done:
            rate = (made - self._done) / (now - self._began)
            text += f", {rate:.1f} pictures/s"
            if self._total >= made:
                text += f", {in_words((self._total - made) / rate)} left"
        return text
