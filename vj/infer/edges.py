"""The live chain of webcam-pix2pix before the network: flip, blur, median, Canny, accumulate, lerp.
Run by the painter on every picture while `edges.enabled` is on; the studio makes pairs with it.

Source: memo/webcam-pix2pix-tensorflow (MIT), same steps, order, names, ranges and defaults. It
computes in float32 0..1; here pictures stay uint8 wherever that shows the same levels, a gray
picture stays one channel, and only the two feedback steps keep float32 (0..255). Two defaults
differ: `flip_h` is off because mirroring happens at capture, and Canny's first names `canny_t1`,
`canny_t2` are aliases of `canny_low`, `canny_high` in the parameter table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

Picture = NDArray[np.uint8]  # (h, w) gray or (h, w, 3) RGB
Feedback = NDArray[np.float32]  # the same shapes, 0..255 is black..white

MOST_RADIUS = 100  # (n * 2 + 1) kernels above 201 pixels cost seconds and show nothing new
MOST_LIGHT = 16.0 * 255.0


@dataclass(frozen=True, slots=True)
class Settings:
    """One picture's setting of every step; field names are the parameters behind `edges.`."""

    freeze: bool = False
    flip_h: bool = False
    flip_v: bool = False
    frame_diff: bool = False
    grayscale: bool = False
    pre_blur: int = 0
    pre_median: int = 1
    pre_thresh: int = 0
    adaptive_thresh: bool = False
    adaptive_thresh_block: int = 1
    adaptive_thresh_c: int = 2
    invert: bool = False
    canny: bool = True
    canny_low: int = 1
    canny_high: int = 10
    post_blur: int = 0
    accum_w1: float = 0.0
    accum_w2: float = 0.0
    post_thresh: int = 0
    pre_time_lerp: float = 0.0

    @property
    def remembers(self) -> bool:
        """Whether a drawing depends on the pictures before it."""
        accumulates = self.accum_w1 > 0 and self.accum_w2 > 0
        return self.freeze or self.frame_diff or accumulates or self.pre_time_lerp > 0


_DEFAULTS = asdict(Settings())


def settings(values: Mapping[str, float]) -> Settings:
    """Read the `edges.*` parameters from a values mapping; missing ones keep memo's default."""
    found = {
        name: type(default)(values.get(f"edges.{name}", default))
        for name, default in _DEFAULTS.items()
    }
    return Settings(**found)


def flip(pixels: Pixels, horizontal: bool, vertical: bool) -> Pixels:
    """Mirror a picture, matte and all. Any (h, w, c) uint8."""
    if not (horizontal or vertical):
        return pixels
    code = -1 if horizontal and vertical else 1 if horizontal else 0
    return np.asarray(cv2.flip(pixels, code), np.uint8)


def fit(pixels: Pixels, size: tuple[int, int] | None) -> Pixels:
    """Shrink or stretch to `size` (h, w) by area; a square size first crops the centre square."""
    if size is None or pixels.shape[:2] == size:
        return pixels
    height, width = pixels.shape[:2]
    if size[0] == size[1]:
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        pixels = pixels[top : top + side, left : left + side]
    return np.asarray(cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def gray(picture: Picture) -> Picture:
    """Give the luma of an RGB picture as (h, w); a gray one is returned as it is."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def blur(picture: Picture, n: int) -> Picture:
    """Gaussian of 2n+1 pixels, sigma as OpenCV derives it; n = 0 is off."""
    side = 2 * min(n, MOST_RADIUS) + 1
    return np.asarray(cv2.GaussianBlur(picture, (side, side), 0), np.uint8) if n > 0 else picture


def median(picture: Picture, n: int) -> Picture:
    """Median of 2n+1 pixels, which also makes the picture gray; n = 0 is off."""
    if n <= 0:
        return picture
    return np.asarray(cv2.medianBlur(gray(picture), 2 * min(n, MOST_RADIUS) + 1), np.uint8)


def keep_above(picture: Picture, level: int) -> Picture:
    """Blacken every channel value that is not above `level` 0..255; 0 is off."""
    if level <= 0:
        return picture
    return np.asarray(cv2.threshold(picture, level, 255, cv2.THRESH_TOZERO)[1], np.uint8)


def adaptive(picture: Picture, block: int, c: int) -> Picture:
    """White where a pixel is darker than its Gaussian neighbourhood (2 block + 1) minus `c`."""
    side = 2 * min(max(block, 1), MOST_RADIUS) + 1
    method, kind = cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV
    return np.asarray(cv2.adaptiveThreshold(gray(picture), 255, method, kind, side, c), np.uint8)


def accumulate(
    previous: Picture | Feedback | None, picture: Picture, w1: float, w2: float
) -> Picture | Feedback:
    """Return `previous * w1 + picture * w2`; a weight of 0 is off, as is a changed size.

    Light above white is kept, as memo does, but bounded so that turning `w1` down ends it.
    """
    if w1 <= 0 or w2 <= 0:
        return picture
    now = _as_float(picture) * np.float32(w2)
    if previous is not None and previous.shape[:2] == picture.shape[:2]:
        before = _as_float(previous)
        if before.ndim != now.ndim:
            before, now = _with_colour(before), _with_colour(now)
        now = now + before * np.float32(w1)
    return _as_float(np.minimum(now, MOST_LIGHT))


def binary(picture: Picture | Feedback, level: int) -> Picture | Feedback:
    """White where a channel value is above `level` 0..255, else black; 0 is off."""
    if level <= 0:
        return picture
    return np.asarray(cv2.threshold(picture, level, 255, cv2.THRESH_BINARY)[1], np.uint8)


def lerp(old: Feedback | None, new: Picture | Feedback, t: float) -> Picture | Feedback:
    """Return `old * (1 - t) + new * t`, with memo's quirk: t = 0 gives `new`, not `old`.

    So a `pre_time_lerp` of exactly 1 acts as off. A changed shape also gives `new`.
    """
    if old is None or old.shape != new.shape or t <= 0:
        return new
    return _as_float(old * np.float32(1.0 - t) + _as_float(new) * np.float32(t))


def process(rgb: Picture, s: Settings) -> Picture:
    """Steps 5 to 12, those without memory: gray, blur, median, thresholds, invert, Canny, blur.

    rgb: (h, w, 3) uint8. Returns (h, w, 3), or (h, w) as soon as a step made it gray.
    """
    picture = gray(rgb) if s.grayscale else rgb
    picture = blur(picture, s.pre_blur)
    picture = median(picture, s.pre_median)
    picture = keep_above(picture, s.pre_thresh)
    if s.adaptive_thresh:
        picture = adaptive(picture, s.adaptive_thresh_block, s.adaptive_thresh_c)
    if s.invert:
        picture = np.asarray(cv2.bitwise_not(picture), np.uint8)
    if s.canny:
        picture = np.asarray(cv2.Canny(gray(picture), s.canny_low, s.canny_high), np.uint8)
    return blur(picture, s.post_blur)


class EdgeChain:
    """The chain with its memory: the previous raw picture, result and lerped input."""

    def __init__(self) -> None:
        self._raw: Pixels | None = None
        self._result: Picture | Feedback | None = None
        self._lerped: Feedback | None = None

    def run(self, pixels: Pixels, s: Settings, size: tuple[int, int] | None = None) -> Pixels:
        """Run one picture through all steps.

        pixels: (h, w, 4) uint8 RGBA, alpha = matte: it is frozen, flipped and fitted with the
        picture and otherwise kept. Returns the same, at `size` (h, w) if given.
        """
        frozen = self._raw if s.freeze else None
        raw = flip(pixels, s.flip_h, s.flip_v) if frozen is None else frozen
        picture = raw
        if s.frame_diff:
            picture = _difference(raw, self._raw)
        self._raw = raw.copy() if raw is pixels else raw
        picture = fit(picture, size)
        alpha = np.asarray(cv2.extractChannel(picture, 3), np.uint8)
        rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)
        result = accumulate(self._result, process(rgb, s), s.accum_w1, s.accum_w2)
        result = self._result = binary(result, s.post_thresh)
        lerped = lerp(self._lerped, result, 1.0 - s.pre_time_lerp)
        # Kept in float also while the lerp is off, so that turning it up starts from this picture.
        self._lerped = _as_float(lerped)
        return _with_alpha(lerped, alpha)


def _difference(raw: Pixels, previous: Pixels | None) -> Pixels:
    """Absolute RGB difference under the new alpha; black when there is nothing to compare."""
    if previous is None or previous.shape != raw.shape:
        previous = raw
    changed = np.asarray(cv2.absdiff(raw, previous), np.uint8)
    cv2.insertChannel(cv2.extractChannel(raw, 3), changed, 3)
    return changed


def _as_float(picture: NDArray[Any]) -> Feedback:
    """Give the same levels 0..255 as float32."""
    return np.asarray(picture, np.float32)


def _with_colour(picture: Feedback) -> Feedback:
    """Give a gray picture three equal channels."""
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def _with_alpha(picture: Picture | Feedback, alpha: Picture) -> Pixels:
    """Put a gray or RGB picture, uint8 or float32 0..255, under its matte: (h, w, 4) uint8."""
    whole = picture if picture.dtype == np.uint8 else cv2.convertScaleAbs(picture)
    if whole.ndim == 2:
        return np.asarray(cv2.merge([whole, whole, whole, alpha]), np.uint8)
    out = np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2RGBA), np.uint8)
    cv2.insertChannel(alpha, out, 3)
    return out
