"""Pictures and films into side-by-side pairs [picture | drawing], as pix2pix learns from.
Called by `vj pairs`; `vj train pix2pix --pairs` and the trainers of other projects read them.

Source: memo/webcam-pix2pix-tensorflow, preprocess.py (MIT): square by stretching or cropping, one
flat folder, names that keep the folder's. Lines are drawn by the live chain, so from the luma.
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
from vj.infer import edges
from vj.infer.edges import Settings
from vj.studio import films
from vj.studio.drawings import Hand, Picture, draw
from vj.studio.inputs import FILMS, PICTURES
from vj.studio.reel import settle

log = logging.getLogger(__name__)

QUALITY = 95
LONGEST_NAME = 120
STRENGTHS = (0.3, 0.6, 1.0, 1.5, 2.2)  # of Canny's thresholds, for soft lines

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a pair is made."""

    size: int = 256  # pixels, each half is a square
    crop: bool = False  # cut the middle square out instead of stretching
    hand: Hand = field(
        default_factory=lambda: Hand(Settings(pre_median=0, canny_low=100, canny_high=200))
    )
    soft: bool = False  # lines as bright as they are strong
    every: int = 25  # of a film's pictures


@dataclass
class Tally:
    """What came of it: pairs written, pairs that were there, and files with what was wrong."""

    made: int = 0
    kept: int = 0
    failures: dict[Path, str] = field(default_factory=dict)


def make_pairs(
    inputs: Sequence[Path], out: Path, wanted: Wanted, say: Say, force: bool = False
) -> Tally:
    """Write a pair for every picture, and for every n-th of a film, at or below the inputs.

    Pairs that are there already are kept unless forced; a file that fails is left out.
    Raises: UserError when inputs are missing or hold nothing.
    """
    sources = find(inputs, out)
    out.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    for number, (source, name) in enumerate(sources.items(), 1):
        try:
            for title, read in _pages(source, name, wanted.every):
                say(f"{number}/{len(sources)} {source.name}, {tally.made} pairs")
                target = out / f"{title}.jpg"
                if target.exists() and not force:
                    tally.kept += 1
                    continue
                _write(pair(read(), wanted), target)
                tally.made += 1
        except Exception as error:  # a loop top: one broken file must not cost the others
            known = isinstance(error, (UserError, OSError))
            log.debug("%s failed", source, exc_info=None if known else error)
            text = str(error) if known else f"{type(error).__name__}: {error}"
            tally.failures[source] = text if str(source) in text else f"{source}: {text}"
    return tally


def find(inputs: Sequence[Path], out: Path) -> dict[Path, str]:
    """Find pictures and films at or below the inputs, not in `out`; returns path -> name of pair.

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


def pair(picture: Picture, wanted: Wanted) -> Picture:
    """Put a picture (h, w, 3) uint8 RGB and its drawing side by side: (size, 2 size, 3)."""
    whole = squared(picture, wanted.size, wanted.crop)
    drawing = _softly(whole, wanted.hand) if wanted.soft else draw(whole, wanted.hand)
    return np.concatenate((whole, drawing), axis=1)


def squared(picture: Picture, size: int, crop: bool) -> Picture:
    """Stretch a picture (h, w, 3) into a square, or cut its middle square out first."""
    height, width = picture.shape[:2]
    side = min(height, width)
    if crop:
        top, left = (height - side) // 2, (width - side) // 2
        picture = picture[top : top + side, left : left + side]
    how = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size, size), interpolation=how), np.uint8)


def _softly(picture: Picture, hand: Hand) -> Picture:
    """Draw lines that are the brighter the higher a threshold they still pass."""
    calm = edges.median(edges.blur(picture, hand.settings.pre_blur), hand.settings.pre_median)
    low, high = hand.settings.canny_low, hand.settings.canny_high
    grey = edges.gray(calm)
    layers = [cv2.Canny(grey, low * much, high * much) for much in STRENGTHS]
    mean = np.asarray(np.mean(layers, axis=0), np.float32)
    lines = cv2.GaussianBlur(mean, (3, 3), 0) * 2  # as bright in the middle as before
    drawing = edges.blur(np.asarray(np.clip(lines, 0, 255), np.uint8), hand.settings.post_blur)
    if hand.negative:
        drawing = np.asarray(cv2.bitwise_not(drawing), np.uint8)
    return np.asarray(cv2.cvtColor(drawing, cv2.COLOR_GRAY2RGB), np.uint8)


Page = tuple[str, Callable[[], Picture]]  # a pair's name, and how its picture is read if wanted


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
    data = np.frombuffer(path.read_bytes(), np.uint8)
    try:
        found = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error:
        found = None
    if found is None:
        raise UserError(f"{path}: no picture OpenCV can read")
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)


def _write(whole: Picture, target: Path) -> None:
    bgr = cv2.cvtColor(whole, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(data.tobytes())
        settle(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _known(path: Path) -> bool:
    kind = path.suffix.lower() in PICTURES + FILMS
    return kind and path.is_file() and not path.name.startswith(".")
