"""The person by difference to a learned background, for a camera that does not move.
Loaded by vj.infer.load for `matte: motion`; needs no model, 2-3 ms at 640x360.

Source: OpenCV's MOG2 (Zivkovic 2004). Where a person stands the background is not learned, so that
somebody who keeps still does not fade away; a shape in which nothing has moved for long is taken
for a thing, or for the gap where somebody stood when the show began, and becomes background.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels
from vj.infer.mattes import Matte

Mask = NDArray[np.uint8]

WIDEST = 320  # longer side of the picture the background is learned at
NOISE = 5.5  # gray levels a background may tremble, camera noise and exposure together
FIRST = 20  # pictures from which the background is learned quickly
RATE = 0.004  # how quickly it follows afterwards, every other picture
SHADOW = 0.8  # a shadow is no darker than this part of the background; gray clothes are
FLOOD = 0.7  # more than this part of the picture changed at once: the light did, not a person
BLOBS, SMALLEST = 4, 0.004  # how many bodies at most; the least part of the picture one fills
STIR, CALM, ALIVE = 10, 0.995, 8  # gray levels that count as movement, fading, least in a body
HOLE = 0.01  # gaps in a body up to this part of the picture are closed


class MotionMatte:
    """A background model and the last matte, for one camera."""

    def __init__(self) -> None:
        self._forget((0, 0))
        self._waited, self._last = 0, np.zeros((0, 0), np.uint8)

    def _forget(self, size: tuple[int, ...]) -> None:
        """Begin with a camera of which nothing is known; size: (h, w) of the small picture."""
        self._mog = cv2.createBackgroundSubtractorMOG2(detectShadows=True)
        self._mog.setNMixtures(3)
        self._mog.setShadowThreshold(SHADOW)
        self._mog.setVarMin(NOISE**2)
        self._mog.setVarInit(NOISE**2)
        self._seen = 0
        self._soft = np.zeros(size, np.float32)
        self._stir = np.zeros(size, np.float32)
        self._gray = np.zeros(size, np.uint8)

    def matte(self, pixels: Pixels, values: Mapping[str, float]) -> Mask:
        """Return (h, w) uint8, soft at the outline; 0 everywhere until a background is known."""
        self._waited += 1
        if self._waited < values.get("matte.every", 1) and self._last.shape == pixels.shape[:2]:
            return self._last
        self._waited = 0
        small = _shrunk(pixels)
        if self._soft.shape != small.shape[:2]:
            self._forget(small.shape[:2])
        sure = values.get("matte.threshold", 0.5)
        self._mog.setVarThreshold(4.0 * 16.0**sure)
        body = self._body(small)
        keep = np.float32(min(max(values.get("matte.smooth", 0.5), 0.0), 0.98))
        self._soft = self._soft * keep + body.astype(np.float32) * (np.float32(1) - keep)
        feather = values.get("matte.feather", 0.3)
        self._last = _outlined(self._soft, pixels.shape[:2], feather)
        return self._last

    def _body(self, small: Mask) -> Mask:
        """Find the bodies in a small RGB picture and learn its background; (h, w) 0 or 255."""
        self._seen += 1
        nobody = np.zeros(small.shape[:2], np.uint8)
        stirred = self._stirred(small)
        if self._seen <= FIRST:
            self._mog.apply(small, learningRate=1.0 / self._seen)
            return nobody
        empty = np.asarray(self._mog.getBackgroundImage(), np.uint8)
        small = _exposed_alike(small, empty)
        changed = np.asarray(self._mog.apply(small, learningRate=0.0), np.uint8)
        # 127 is shadow, 255 is somebody.
        changed = np.asarray(cv2.threshold(changed, 200, 255, cv2.THRESH_BINARY)[1], np.uint8)
        if cv2.countNonZero(changed) > FLOOD * changed.size:
            self._mog.apply(small, learningRate=0.05)
            return nobody
        body = _bodies(changed, stirred)
        if self._seen % 2:
            around = cv2.dilate(body, np.ones((9, 9), np.uint8))
            cv2.copyTo(small, cv2.bitwise_not(around), empty)
            self._mog.apply(empty, learningRate=RATE)
        return body

    def _stirred(self, small: Mask) -> Mask:
        """Where something moved within the last seconds, (h, w) 0..255, fading."""
        before, self._gray = (
            self._gray,
            np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8),
        )
        moved = cv2.threshold(cv2.absdiff(self._gray, before), STIR, 255, cv2.THRESH_BINARY)[1]
        if self._seen > 1:
            faded = self._stir * np.float32(CALM)
            self._stir = np.asarray(cv2.max(faded, moved.astype(np.float32)), np.float32)
        return np.asarray(cv2.convertScaleAbs(self._stir), np.uint8)


def _exposed_alike(small: Mask, empty: Mask) -> Mask:
    """Undo what the camera's automatic exposure did, by the median change of each channel.

    small, empty: (h, w, 3) the picture and its background, which fills most of it.
    """
    now = small[::4, ::4].reshape(-1, 3).astype(np.float32)
    then = empty[::4, ::4].reshape(-1, 3).astype(np.float32)
    middle = ((then > 16) & (then < 235)).all(1)
    if np.count_nonzero(middle) < 50:
        return small
    gain = np.median((then[middle] + 1) / (now[middle] + 1), axis=0).clip(0.5, 2.0)
    return np.asarray(cv2.multiply(small, np.array([*gain, 0.0])), np.uint8)


def _shrunk(pixels: Pixels) -> Mask:
    """The picture at no more than WIDEST pixels, without its finest noise; (h, w, 3) RGB."""
    height, width = pixels.shape[:2]
    scale = min(1.0, WIDEST / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    rgb = cv2.cvtColor(small, cv2.COLOR_RGBA2RGB)
    return np.asarray(cv2.GaussianBlur(rgb, (3, 3), 0), np.uint8)


def _bodies(changed: Mask, stirred: Mask) -> Mask:
    """Drop specks, close gaps, keep the largest shapes in which something moves; 0 or 255."""
    ellipse = cv2.MORPH_ELLIPSE
    clean = cv2.morphologyEx(changed, cv2.MORPH_OPEN, cv2.getStructuringElement(ellipse, (3, 3)))
    clean = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, cv2.getStructuringElement(ellipse, (9, 9)))
    outlines, tree = cv2.findContours(clean, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    body = np.zeros_like(changed)
    if tree is None:
        return body
    areas = [cv2.contourArea(outline) for outline in outlines]
    outer = sorted((n for n, links in enumerate(tree[0]) if links[3] < 0), key=lambda n: -areas[n])
    least = max(SMALLEST * changed.size, 0.15 * areas[outer[0]])
    for n in outer[:BLOBS]:
        if areas[n] < least:
            break
        shape = cv2.drawContours(np.zeros_like(changed), outlines, n, 255, cv2.FILLED)
        if cv2.mean(stirred, shape)[0] < ALIVE:
            continue
        for hole, links in enumerate(tree[0]):
            if links[3] == n and areas[hole] > HOLE * changed.size:
                cv2.drawContours(shape, outlines, hole, 0, cv2.FILLED)
        body = np.asarray(cv2.bitwise_or(body, shape), np.uint8)
    return body


def _outlined(soft: NDArray[np.float32], size: tuple[int, ...], feather: float) -> Mask:
    """Bring the small matte 0..255 to (h, w) with an outline from crisp (0) to wide (1)."""
    feather = min(max(feather, 0.0), 1.0)
    smooth = cv2.GaussianBlur(soft, (0, 0), 1.0 + 3.0 * feather)
    steep = 1.0 / (0.15 + 0.85 * feather)
    curve = cv2.convertScaleAbs(
        np.clip((smooth - np.float32(127.5)) * np.float32(steep) + np.float32(127.5), 0, 255)
    )
    full = cv2.resize(curve, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, np.uint8)


def make() -> Matte:
    """Make a matte that knows no background yet."""
    return MotionMatte()
