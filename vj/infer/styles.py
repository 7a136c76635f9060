"""Style pictures read, prepared once and kept: a shelf of prepared styles for one loaded model.
Filled by the infer process (ahead of need, from a thread of its own) and by the studio."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.protocol import Model, Style

log = logging.getLogger(__name__)

SIZE = 384
LEAST = 32  # below that, networks with reflection padding and strides have nothing left
MOST_BYTES = 64 * 2**20
LIST_EVERY = 1.0  # seconds; a missing picture is looked for at once


def read_style(path: Path, size: int = SIZE) -> Tensor:
    """Read a style picture, its shorter side shrunk to `size` pixels (only tiny ones grow).

    Returns (1, 3, h, w) float32 0..1 RGB.
    Raises: UserError when the file is missing, too large or no picture.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"style {path}: larger than {MOST_BYTES // 2**20} MB")
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise UserError(f"style {path}: cannot be read ({error.strerror})") from error
    try:
        bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error as error:
        raise UserError(f"style {path}: cannot be decoded ({error.err})") from error
    if bgr is None:
        raise UserError(f"style {path}: no picture OpenCV can read")
    height, width = bgr.shape[:2]
    side = min(height, width)
    scale = min(max(size, LEAST), max(side, LEAST)) / side
    if scale != 1:
        wanted = (round(width * scale), round(height * scale))
        bgr = cv2.resize(bgr, wanted, interpolation=cv2.INTER_AREA)
    rgb = torch.from_numpy(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
    return rgb.permute(2, 0, 1)[None].float().div(255).contiguous()  # (1, 3, h, w)


class Shelf:
    """Prepared styles by name for one model; a changed file is prepared anew, a broken one is not.

    `problems`: style name -> what is wrong with its file, for the status.
    """

    def __init__(
        self, model: Model, files: Callable[[], Mapping[str, Path]], size: int = SIZE
    ) -> None:
        """Take a loaded model and `files`, which lists the pictures there are by name."""
        self._model, self._list, self._size = model, files, size
        self._files: Mapping[str, Path] = {}
        self._listed_at = -math.inf
        self._ready: dict[str, Style] = {}
        self._seen: dict[str, int] = {}
        self.problems: dict[str, str] = {}

    def get(self, name: str) -> Style | None:
        """Return the prepared style, or None when its picture never could be read.

        The last good version stays when the file breaks; the reason is in `problems`.
        """
        stamp = self._stamp(name)
        if self._seen.get(name) != stamp:
            self._seen[name] = stamp
            self._prepare(name)
        return self._ready.get(name)

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
        self.problems.pop(name, None)
