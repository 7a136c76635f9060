"""How the camera picture has moved since the one that was painted last.

Used by the carrier beside the capture loop; knows no thread, no clock and no mailbox.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.motion import Field, grid_of
from vj.core.types import Pixels

LONGEST = 2.0  # s a picture is remembered, which is how long a painting may take
LEAST = 32  # pixels of the shorter side of the field below which movement cannot be sought
PLAIN = 4.0  # gray levels of structure that count as none: noise must not look like a cut
CUT = 0.4  # difference in structure of whole pictures; filmed movement has 0.05 to 0.25, cuts 0.6
UNLIKE, FOREIGN = 0.55, 0.85  # difference in structure: from where doubt begins, where it is whole
NEAR, FLAT = 3.0, 100.0  # field places around, and squared gray levels of noise, of the gain

Gray = NDArray[np.float32]


@dataclass(frozen=True)
class Shot:
    """A camera picture that may be painted, and its small gray copy."""

    pixels: Pixels
    gray: NDArray[np.uint8]
    captured_at: int


class Motion:
    """The camera pictures of the last moments, and which of them was painted last.

    Source: DIS flow by Kroeger et al. 2016 (OpenCV), densely to its finest level: outlines that
    move sharply matter more than smooth fields, variational refinement brought nothing.
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(0)
        self._flow.setPatchStride(5)
        self._flow.setGradientDescentIterations(8)
        self._flow.setVariationalRefinementIterations(0)
        self._shots: deque[Shot] = deque()
        self._base: Shot | None = None
        self._last: NDArray[np.float32] | None = None

    @property
    def base(self) -> Shot | None:
        """What was painted last, None before anything is known of it."""
        return self._base

    def see(self, pixels: Pixels, captured_at: int) -> None:
        """Take in a camera picture (h, w, 4), which is kept and must not be drawn into."""
        rows, columns = grid_of((pixels.shape[0], pixels.shape[1]))
        if min(rows, columns) < LEAST:
            return
        small = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
        gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGBA2GRAY), np.uint8)
        if self._shots and self._shots[-1].gray.shape != gray.shape:
            self.forget()
        self._shots.append(Shot(pixels, gray, captured_at))
        while captured_at - self._shots[0].captured_at > LONGEST * 1e9:
            self._shots.popleft()

    def forget(self) -> None:
        """Begin afresh."""
        self._shots.clear()
        self._base = self._last = None

    def painted(self, painting: Pixels, captured_at: int) -> Pixels | None:
        """Take in a painting of one of the pictures seen; older ones are never asked for again.

        Returns what it was painted from, in the painting's size, with the gain in alpha (see
        `gain`); None when that picture is not known.
        """
        base = next((shot for shot in self._shots if shot.captured_at == captured_at), None)
        if base is None:
            return None
        while self._shots[0] is not base:
            self._shots.popleft()
        self._base, self._last = base, None
        height, width = painting.shape[:2]
        origin = base.pixels
        if origin.shape != painting.shape:
            origin = np.asarray(
                cv2.resize(origin, (width, height), interpolation=cv2.INTER_AREA), np.uint8
            )
        levels = np.rint(128 + 127 * gain(base.gray, painting)).astype(np.uint8)
        alpha = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
        out = origin.copy()
        cv2.insertChannel(alpha, out, 3)
        return out

    def field(self) -> tuple[Field, int, int] | None:
        """Find where each place of the newest picture was in the painted one; both moments."""
        if self._base is None:
            return None
        now, base = self._shots[-1], self._base
        rows, columns = now.gray.shape
        if now is base:
            back = np.zeros((rows, columns, 2), np.float32)
        else:
            first = np.zeros((rows, columns, 2), np.float32) if self._last is None else self._last
            back = np.asarray(self._flow.calc(now.gray, base.gray, first.copy()), np.float32)
        self._last = back
        field = np.empty((rows, columns, 3), np.float32)
        field[..., :2] = back / np.array([columns, rows], np.float32)
        field[..., 2] = trust(now.gray, moved(base.gray, back))
        return field, now.captured_at, base.captured_at


def moved(picture: NDArray[np.uint8], back: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Move a picture (h, w) along `back` (h, w, 2), which says where each place was, in pixels."""
    rows, columns = back.shape[:2]
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    out = cv2.remap(
        picture,
        x + back[..., 0],
        y + back[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(out, np.uint8)


def trust(now: NDArray[np.uint8], carried: NDArray[np.uint8]) -> Gray:
    """Where a picture that was carried along looks like the new one; (h, w) 0..1.

    Structure is compared, not brightness: a light that goes on is no reason for doubt. Where most
    of the picture has nothing to do with the other, as after a cut, nothing is trusted at all.
    """
    first, second = _structure(now), _structure(carried)
    apart = cv2.blur(cv2.absdiff(first, second), (7, 7))
    there = cv2.blur(np.abs(first) + np.abs(second), (7, 7))
    unlike = apart / (there + PLAIN)
    alike = np.clip((FOREIGN - unlike) / (FOREIGN - UNLIKE), 0.0, 1.0)
    whole = float(apart.sum() / (there.sum() + PLAIN * apart.size))
    if whole > CUT:
        alike = alike * 0.0
    return np.asarray(alike, np.float32)


def gain(gray: NDArray[np.uint8], painting: Pixels) -> Gray:
    """How light of the painting follows light of the picture it was made from, -1..1, (h, w).

    gray: (h, w), the picture; painting: any size. Around each place the painting is a straight
    line over the picture; this is its slope. Source: the guided filter of He et al. 2010.
    """
    rows, columns = gray.shape
    small = cv2.resize(painting, (columns, rows), interpolation=cv2.INTER_AREA)
    light = cv2.cvtColor(small, cv2.COLOR_RGBA2GRAY).astype(np.float32)
    plain = gray.astype(np.float32)
    middle, lights = _around(plain), _around(light)
    variance = _around(plain * plain) - middle * middle
    together = _around(plain * light) - middle * lights
    return np.asarray(np.clip(together / (variance + FLAT), -1.0, 1.0), np.float32)


def _around(x: Gray) -> Gray:
    return np.asarray(cv2.GaussianBlur(x, (0, 0), NEAR), np.float32)


def _structure(gray: NDArray[np.uint8]) -> Gray:
    fine = gray.astype(np.float32)
    return np.asarray(fine - cv2.blur(fine, (9, 9)), np.float32)
