"""`vj take`: a performance kept with `vj show --take DIR`, rendered again into a film.
Called by vj.cli; the work is done in vj.studio."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from vj.cli.line import Line
from vj.core.errors import UserError
from vj.core.folders import check_writable
from vj.core.words import size as read_size

HELP = "render a kept performance again, at any size"


def add(take: argparse.ArgumentParser) -> None:
    """Add the options of `vj take`."""
    take.add_argument("folder", type=Path, metavar="DIR", help="what vj show --take DIR has kept")
    take.add_argument("out", type=Path, metavar="OUT", help="the film, for example show.mp4")
    take.add_argument("--size", default="", metavar="WxH", help="of the film; default: as it was")
    take.add_argument("--fps", type=float, default=0.0, help="pictures per second of the film")
    take.add_argument("--paint", default="", metavar="WxH", help="what the network sees")
    take.add_argument("--model", default="", metavar="NAME", help="in place of every scene's")
    take.add_argument("--style", default="", metavar="NAME", help="in place of every style")
    take.add_argument("--person-style", default="", metavar="NAME", help="for people only")
    take.add_argument("--background-style", default="", metavar="NAME", help="for all the rest")
    take.add_argument("--codec", default="", help="h264, h265, vp9")
    take.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    take.add_argument("--force", action="store_true", help="overwrite OUT")
    take.set_defaults(run=_take)


def _take(arguments: argparse.Namespace) -> int:
    target: Path = arguments.out.resolve()
    if not target.parent.is_dir():
        raise UserError(f"{arguments.out}: its folder does not exist")
    check_writable(target.parent)
    if target.is_dir():
        raise UserError(f"{arguments.out}: is a folder; name the film in it, for example show.mp4")
    if target.exists() and not arguments.force:
        raise UserError(f"{arguments.out}: exists already; --force overwrites it")
    if arguments.fps and not 1 <= arguments.fps <= 240:
        raise UserError(f"--fps {arguments.fps:g}: allowed: 1 to 240")
    size, paint = _size("--size", arguments.size), _size("--paint", arguments.paint)
    from vj.studio.films import codec_for
    from vj.studio.join import FORMATS

    if target.suffix.lower() not in FORMATS:
        raise UserError(f"{arguments.out}: no film; allowed endings: {', '.join(FORMATS)}")
    codec = codec_for(target.suffix, arguments.codec)
    from vj.studio.take import TakeOrder, render
    from vj.studio.take_painter import Instead

    order = TakeOrder(
        folder=arguments.folder.resolve(),
        target=target,
        size=size,
        fps=arguments.fps,
        paint=paint,
        instead=Instead(
            arguments.model,
            arguments.person_style or arguments.style,
            arguments.background_style or arguments.style,
        ),
        codec=codec,
        device=arguments.device,
    )
    line = Line()
    try:
        pictures = render(order, Told(line.say))
    except (OSError, ValueError) as error:
        raise UserError(f"{arguments.out}: cannot be written ({error})") from error
    finally:
        line.end()
    print(f"done: {arguments.out}, {pictures} pictures")
    return 0


class Told:
    """Says how far it is and, from the second picture on, how long it will take.

    The first one waits until the networks are loaded, which says nothing of the others.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._first = say, 0.0

    def __call__(self, done: int, of: int) -> None:
        """Hear that `done` of so many pictures are made."""
        now = time.monotonic()
        if done == 1:
            self._first = now
            self._say(f"picture 1 of {of}")
        else:
            left = (now - self._first) / (done - 1) * (of - done)
            self._say(f"picture {done} of {of}, {left / 60:.0f} min left")


def _size(option: str, text: str) -> tuple[int, int] | None:
    if not text:
        return None
    try:
        found = read_size(text)
    except ValueError as error:
        raise UserError(f"{option}: {error}") from error
    assert isinstance(found, tuple)
    if not all(64 <= side <= 8192 for side in found):
        raise UserError(f"{option} {text}: allowed: 64 to 8192 pixels each")
    return found
