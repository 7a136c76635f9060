"""Pictures to train with, out of folders of pictures and films, one file of them each.
Walked through for `vj.studio.pairs` and `vj.studio.masks`; what is made already is kept.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np

from vj.core.errors import UserError, unknown
from vj.core.folders import make_folder
from vj.studio import films
from vj.studio.drawings import Picture
from vj.studio.inputs import FILMS, PICTURES
from vj.studio.opened import ends_early
from vj.studio.reel import settle

log = logging.getLogger(__name__)

QUALITY = 95
LONGEST_NAME = 120

Say = Callable[[str], None]


@dataclass
class Tally:
    """What came of it: pages made, pages that were there, and files with what was wrong."""

    made: int = 0
    kept: int = 0
    failures: dict[Path, str] = field(default_factory=dict)


def walk(
    inputs: Sequence[Path],
    out: Path,
    every: int,
    say: Say,
    there: Callable[[str], bool],
    make: Callable[[Picture, str], None],
) -> Tally:
    """Make a page of every picture, and of every n-th of a film, at or below the inputs.

    there: whether the page of this name is to be kept as it is; make: makes it, from
    (h, w, 3) uint8 RGB. A file that fails is left out.
    Raises: UserError when inputs are missing or hold nothing.
    """
    sources = find(inputs, out)
    make_folder(out)
    tally = Tally()
    for number, (source, name) in enumerate(sources.items(), 1):
        try:
            for title, read in _pages(source, name, every):
                say(f"{number}/{len(sources)} {source.name}, {tally.made} made")
                if there(title):
                    tally.kept += 1
                    continue
                make(read(), title)
                tally.made += 1
        except Exception as error:  # a loop top: one broken file must not cost the others
            known = isinstance(error, (UserError, OSError))
            log.debug("%s failed", source, exc_info=None if known else error)
            text = str(error) if known else f"{type(error).__name__}: {error}"
            tally.failures[source] = text if str(source) in text else f"{source}: {text}"
    return tally


def find(inputs: Sequence[Path], out: Path) -> dict[Path, str]:
    """Find pictures and films at or below the inputs, not in `out`; returns path -> name of page.

    Raises: UserError when an input is missing or of a wrong kind, or nothing is found.
    """
    found: dict[Path, str] = {}
    taken = set()
    out = out.resolve()
    for place in inputs:
        root = place.resolve()
        if root.is_dir():
            below = sorted(path for path in root.rglob("*") if _known(path))
            files = [path for path in below if out not in path.parents]
        elif root.is_file():
            if not _known(root):
                raise unknown("kind of file", root.suffix.lower(), PICTURES + FILMS, str(place))
            files = [root]
        else:
            raise UserError(f"{place}: no such file or folder")
        for path in files:
            if path not in found:
                parts = path.relative_to(root.parent).with_suffix("").parts
                name = "_".join(parts)[-LONGEST_NAME:]
                if name.lower() in taken:  # 1.jpg beside 1.png
                    name += f"_{zlib.crc32(str(path).encode()):08x}"
                taken.add(name.lower())
                found[path] = name
    if not found:
        raise UserError(f"{', '.join(map(str, inputs))}: no picture and no film in there")
    return found


def write(picture: Picture, target: Path) -> None:
    """Write (h, w, 3) uint8 RGB or (h, w) grey in the format of the name, whole or not at all."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY] if target.suffix == ".jpg" else []
    _, data = cv2.imencode(target.suffix, bgr, options)
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(data.tobytes())
        settle(beside, target)
    finally:
        beside.unlink(missing_ok=True)


Page = tuple[str, Callable[[], Picture]]  # its name, and how its picture is read if wanted


def _pages(source: Path, name: str, every: int) -> Iterator[Page]:
    if source.suffix.lower() not in FILMS:
        yield name, lambda: _picture(source)
        return
    facts = films.facts_of(source)
    numbered = enumerate(films.frames(source, facts))
    for number, frame in islice(numbered, 0, None, every):
        # read at once or never, before the film goes on
        yield f"{name}_{number:06d}", partial(_still, frame)


def _still(frame: av.VideoFrame) -> Picture:
    return np.ascontiguousarray(films.to_pixels(frame)[..., :3])


def _picture(path: Path) -> Picture:
    data = path.read_bytes()
    if ends_early(data):
        raise UserError(f"{path}: a JPEG that ends too early")
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:
        found = None
    if found is None:
        raise UserError(f"{path}: no picture OpenCV can read")
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)


def _known(path: Path) -> bool:
    kind = path.suffix.lower() in PICTURES + FILMS
    return kind and path.is_file() and not path.name.startswith(".")
