"""Style pictures read, prepared once and kept: a shelf of prepared styles for one loaded model.
Filled by the infer process (ahead of need, from a thread of its own) and by the studio."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.protocol import Model, Style
from vj.infer.style_picture import style_middle
from vj.infer.texture import Strokes, Textures

log = logging.getLogger(__name__)

SIZE = 384
LEAST = 32  # below that, networks with reflection padding and strides have nothing left
LIST_EVERY = 1.0  # seconds; a missing picture is looked for at once
LEAST_ZOOM, MOST_ZOOM = 0.25, 4.0
STEPS = 4  # stroke sizes prepared per octave
MOST_SIZED = 96  # prepared styles of another stroke size kept
OWN = ""  # the name of the look that lies in a network's own weights
BLENDS = {"vector", "numbers"}  # tensors whose mean is a style between: brush, magenta, microast


def read_style(path: Path, size: int = SIZE, zoom: float = 1.0) -> Tensor:
    """Read a style picture, its shorter side shrunk to `size` pixels (only tiny ones grow).

    zoom: how large what is on it shall be; the picture's size and palette stay, so it is cut for
    larger strokes and mirrored about its rims for smaller ones. Of a banner the middle is read.
    Returns (1, 3, h, w) float32 0..1 RGB.
    Raises: UserError when the file is missing, too large or no picture.
    """
    bgr = style_middle(path)
    height, width = bgr.shape[:2]
    side = min(height, width)
    scale = min(max(size, LEAST), max(side, LEAST)) / side
    wanted = (round(width * scale), round(height * scale))
    whole = cv2.resize(bgr, wanted, interpolation=cv2.INTER_AREA) if scale != 1 else bgr
    bgr = np.asarray(whole if zoom == 1 else _zoomed(bgr, whole, zoom), np.uint8)
    rgb = torch.from_numpy(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
    return rgb.permute(2, 0, 1)[None].float().div(255).contiguous()  # (1, 3, h, w)


def _zoomed(large: NDArray[Any], whole: NDArray[Any], zoom: float) -> NDArray[Any]:
    """Show a picture's things `zoom` times as large on (h, w, 3) of the size of `whole`."""
    height, width = whole.shape[:2]
    if zoom < 1:
        small = (max(2, round(width * zoom)), max(2, round(height * zoom)))
        tile = cv2.resize(whole, small, interpolation=cv2.INTER_AREA)
        rims = [(0, height - tile.shape[0]), (0, width - tile.shape[1]), (0, 0)]
        return np.pad(tile, rims, mode="symmetric")
    down, right = (max(2, round(side / zoom)) for side in large.shape[:2])
    top, left = (large.shape[0] - down) // 2, (large.shape[1] - right) // 2
    part = large[top : top + down, left : left + right]
    how = cv2.INTER_AREA if down > height else cv2.INTER_CUBIC
    part = cv2.resize(part, (width, height), interpolation=how).astype(np.float32)
    # the middle of a picture has other colours than the whole, and strokes shall only grow
    mean, spread = whole.mean((0, 1)), whole.std((0, 1)) + 4
    levels = (part - part.mean((0, 1))) / (part.std((0, 1)) + 4) * spread + mean
    return np.asarray(levels.round().clip(0, 255).astype(np.uint8))


class Shelf:
    """Prepared styles by name for one model; a changed file is prepared anew, a broken one is not.

    `problems`: style name -> what is wrong with its file, for the status. `zoom`: how large the
    strokes shall be, a factor; set by whoever paints.
    """

    def __init__(
        self,
        model: Model,
        files: Callable[[], Mapping[str, Path]],
        size: int = SIZE,
        beside: bool = False,
        finer: float = 1.0,
        own_look: bool = False,
    ) -> None:
        """Take a loaded model and `files`, which lists the pictures there are by name.

        finer: how many times as high as in the show the pictures are; the network's strokes grow
        with them.
        beside: prepare another stroke size in a thread and give the nearest one there is until
        it is ready; else `get` waits for it.
        own_look: the network has a look without any picture; `get` gives it by the name `OWN`.
        """
        self._model, self._list, self._size, self._beside = model, files, size, beside
        self._finer = finer
        self.zoom = 1.0
        self._sized: dict[tuple[str, int], tuple[int, Style]] = {}
        self._between: dict[str, tuple[Style, Style, float, Style]] = {}
        self._textures = Textures()
        self._wanted: dict[tuple[str, int], None] = {}
        self._worker: threading.Thread | None = None
        self._files: Mapping[str, Path] = {}
        self._listed_at = -math.inf
        self._own = Style(OWN, {}) if own_look else None
        self._ready: dict[str, Style] = {}
        self._seen: dict[str, int] = {}
        self._read: dict[str, int] = {}  # the state of the file that could be read
        self.problems: dict[str, str] = {}

    def get(self, name: str) -> Style | None:
        """Return the prepared style, or None when its picture never could be read.

        The last good version stays when the file breaks; the reason is in `problems`.
        """
        if name == OWN:
            return self._own
        stamp = self._stamp(name)
        if self._seen.get(name) != stamp:
            self._seen[name] = stamp
            self._prepare(name)
        style = self._ready.get(name)
        zoom = min(max(self.zoom * self._finer, LEAST_ZOOM), MOST_ZOOM)
        if style is None or zoom == 1 or not style.tensors:
            return style
        position = round(STEPS * math.log2(zoom), 2)
        if style.tensors.keys() - BLENDS:
            return self._step(name, round(position))
        step = math.floor(position)
        share = position - step
        if not share:
            return self._step(name, step)
        return self._blend(name, self._step(name, step), self._step(name, step + 1), share)

    def strokes(self, name: str, size: tuple[int, int]) -> Strokes | None:
        """Return the strokes of a style's picture laid out for (h, w), at the wanted stroke size.

        None when the picture cannot be read.
        """
        if name not in self._ready:
            return None
        zoom = 2 ** (round(STEPS * math.log2(self.zoom)) / STEPS)
        return self._textures.get(name, self._read[name], self._files.get(name), size, zoom)

    @property
    def busy(self) -> bool:
        """Whether a stroke size is being prepared beside the pictures."""
        return self._worker is not None and self._worker.is_alive()

    def _blend(self, name: str, low: Style, high: Style, share: float) -> Style:
        """Mix two stroke sizes; the same answer again for the same question."""
        if low is high:
            return low
        known = self._between.get(name)
        if known is None or known[0] is not low or known[1] is not high or known[2] != share:
            pairs = ((key, value, high.tensors[key]) for key, value in low.tensors.items())
            mixed = Style(name, {key: torch.lerp(a, b, share) for key, a, b in pairs})
            known = self._between[name] = (low, high, share, mixed)
        return known[3]

    def _step(self, name: str, step: int) -> Style:
        """Return the style at a step of stroke size, or the nearest one while it is prepared."""
        if step == 0:
            return self._ready[name]
        key, stamp = (name, step), self._seen[name]
        if self._good(key) is None:
            if not self._beside:
                self._prepare_sized(key, stamp)
            else:
                self._wanted[key] = None
                if not self.busy:
                    self._worker = threading.Thread(
                        target=self._work, name="stroke sizes", daemon=True
                    )
                    self._worker.start()
        good = self._good(key)
        if good is not None:
            return good
        there = [n for other, n in list(self._sized) if other == name and self._good((name, n))]
        nearest = min([0, *there], key=lambda n: abs(n - step))
        return self._good((name, nearest)) or self._ready[name]

    def _good(self, key: tuple[str, int]) -> Style | None:
        stamp, style = self._sized.get(key, (None, None))
        return style if stamp == self._seen.get(key[0]) else None

    def _work(self) -> None:
        while self._wanted:
            key, _ = self._wanted.popitem()  # the newest wish first
            self._prepare_sized(key, self._seen[key[0]])
            if len(self._wanted) > STEPS:
                self._wanted.clear()  # a sweep went by; what is still wanted is asked for again

    def _prepare_sized(self, key: tuple[str, int], stamp: int) -> None:
        name, step = key
        try:
            image = read_style(self._files[name], self._size, 2 ** (step / STEPS))
            style = Style(name, self._model.prepare(image).tensors)
        except Exception as error:  # a thread's top: the strokes keep their size, the show goes on
            log.warning("style %r cannot be had at another stroke size: %s", name, error)
            style = self._ready[name]
        while len(self._sized) >= MOST_SIZED:
            self._sized.pop(next(iter(self._sized)), None)
        self._sized[key] = stamp, style

    def _stamp(self, name: str) -> int:
        now = time.monotonic()
        if name not in self._files or now - self._listed_at > LIST_EVERY:
            self._files, self._listed_at = self._list(), now
        try:
            return self._files[name].stat().st_mtime_ns if name in self._files else -1
        except OSError:
            return 0

    def _prepare(self, name: str) -> None:
        try:
            if name not in self._files:
                raise UserError(f"style {name!r}: no such picture in styles/")
            style = self._model.prepare(read_style(self._files[name], self._size))
        except UserError as error:
            log.warning("%s", error)
            self.problems[name] = str(error)
            return
        self._ready[name] = Style(name, style.tensors)
        self._read[name] = self._seen[name]
        self.problems.pop(name, None)
