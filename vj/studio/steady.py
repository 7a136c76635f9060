"""Steadier films: what the network painted a moment ago is carried along with the movement.
Used by `vj stylize --steady`; `warp_error` measures what it is good for.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

KEEP = 0.75  # share of the carried picture where it certainly belongs
DOUBT = 12.0  # gray levels between source and carried source at which that share is down to 1/e
APART = 1.0  # pixels there and back may miss each other before a place counts as hidden
WIDEST = 640  # longer side at which movement is sought

Gray = NDArray[np.uint8]
Field = NDArray[np.float32]  # (h, w, 2) pixels: where a place of this picture was in the last one


class Steady:
    """The last source and result of one film.

    Source: the blend of warped previous output and new output is that of Lai et al. 2018, "Learning
    Blind Video Temporal Consistency", as a plain filter; DIS flow by Kroeger et al. 2016 (OpenCV).
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: Gray | None = None
        self.last: Pixels | None = None

    def resume(self, source: Pixels, result: Pixels) -> None:
        """Go on after a picture whose result is known; both (h, w, 4) uint8."""
        self._before, self.last = _gray(source), result

    def steady(self, source: Pixels, painted: Pixels) -> Pixels:
        """Blend the last result, moved as the source moved, into a newly painted picture.

        source: (h, w, 4) uint8, what was painted. painted: the same shape.
        Returns (h, w, 4) uint8 with the alpha of `painted`. Places that were hidden, changed or cut
        to are the newly painted ones.
        """
        now = _gray(source)
        out = painted
        if self._before is not None and self.last is not None:
            back = _movement(self._flow, now, self._before)
            trust = _trust(now, carry(self._before, back))
            height, width = painted.shape[:2]
            share = cv2.resize(KEEP * trust, (width, height), interpolation=cv2.INTER_LINEAR)
            wide = cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR)
            old = carry(self.last, np.asarray(wide * (width / now.shape[1]), np.float32))
            out = painted.copy()
            change = old[..., :3].astype(np.float32) - painted[..., :3]
            out[..., :3] = np.rint(painted[..., :3] + change * share[..., None])
        self._before, self.last = now, out
        return out


def carry(picture: NDArray[np.uint8], back: Field) -> NDArray[np.uint8]:
    """Move a picture (h, w, c) along `back` (h, w, 2), which says where each place was."""
    height, width = back.shape[:2]
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    # Cubic: the picture is moved again and again, and linear would wash it out.
    moved = cv2.remap(
        picture,
        columns + back[..., 0],
        rows + back[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, np.uint8)


def warp_error(before: Pixels, now: Pixels, out_before: Pixels, out_now: Pixels) -> float:
    """Measure flicker: how much a result differs from the last one moved as the source moved.

    All (h, w, 4) uint8. Returns the root mean square in gray levels 0..255 over RGB, of the places
    that were not hidden. The flow is sought anew, finer than `Steady` does.
    Source: the temporal loss of Ruder et al. 2016, "Artistic style transfer for videos".
    """
    back, seen = motion(before, now)
    if not seen.any():
        return 0.0
    difference = out_now[..., :3].astype(np.float32) - carry(out_before, back)[..., :3]
    return float(np.sqrt(np.square(difference[seen]).mean()))


def motion(before: Pixels, now: Pixels) -> tuple[Field, NDArray[np.bool_]]:
    """Find where each place of `now` was in `before`, and where that can be trusted.

    Returns (h, w, 2) pixels to the right and down, and (h, w): seen in both pictures.
    """
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    first, second = (_gray(pixels, max(pixels.shape)) for pixels in (before, now))
    back, ahead = _movement(flow, second, first), _movement(flow, first, second)
    return back, np.asarray(_apart(back, ahead) < APART, np.bool_)


def _gray(pixels: Pixels, widest: int = WIDEST) -> Gray:
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)
    height, width = gray.shape
    scale = widest / max(height, width)
    if scale < 1:
        size = (max(round(width * scale), 16), max(round(height * scale), 16))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return np.asarray(gray, np.uint8)


def _movement(flow: cv2.DISOpticalFlow, now: Gray, before: Gray) -> Field:
    """Where each place of `now` was in `before`; (h, w, 2) pixels to the right and down."""
    still = np.zeros((*now.shape, 2), np.float32)
    # An interrupted film has to end as the same film made in one go, so nothing may depend on how
    # many threads there are or in which order they come.
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return np.asarray(flow.calc(now, before, still), np.float32)
    finally:
        cv2.setNumThreads(threads)


def _trust(now: Gray, carried: Gray) -> NDArray[np.float32]:
    """Where the last picture, moved, looks like this one; (h, w) 0..1."""
    difference = cv2.GaussianBlur(cv2.absdiff(now, carried), (0, 0), 1.5).astype(np.float32)
    return np.asarray(np.exp(-np.square(difference / DOUBT)), np.float32)


def _apart(back: Field, ahead: Field) -> Field:
    """How far a place lands from where it started, going back and ahead again; (h, w) pixels."""
    height, width = back.shape[:2]
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    again = cv2.remap(ahead, columns + back[..., 0], rows + back[..., 1], cv2.INTER_LINEAR)
    return np.asarray(np.hypot(*np.moveaxis(back + again, 2, 0)), np.float32)
