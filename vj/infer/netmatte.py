"""Any network that finds people in single pictures, made a matte: steady, sharp, never waited for.
Made by vj.infer.mattes_ready for every matte word that needs weights.

Between two looks of the network, and where it looks at an older picture, the matte is carried along
by the optical flow (Kroeger et al. 2016, OpenCV's DIS), so neither steadiness nor slowness lags.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import torch

from vj.core.types import Pixels
from vj.infer.lanes import cores
from vj.infer.mattes import Finder
from vj.infer.outline import (
    Gray,
    Map,
    at_threshold,
    carried,
    coarse_picture,
    odds_to_part,
    outlined,
    shaped,
)

STRANGE = 24.0  # gray levels off after carrying: what was known of this place is worth nothing


class NetMatte:
    """A finder and what it found lately."""

    def __init__(self, finder: Finder, beside: bool = False) -> None:
        """Take a finder; beside: let it look in a thread of its own, nobody waits for it."""
        self._looker = _Beside(finder) if beside else _AtOnce(finder)
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._gray: Gray = np.zeros((0, 0), np.uint8)
        self._soft: Map | None = None  # 0..1, of the last picture
        self._odds: Map | None = None  # as the network last gave them

    def matte(self, pixels: Pixels, values: Mapping[str, Any]) -> Gray:
        """Return (h, w) uint8, 255 = person; 0 everywhere until the network has looked once."""
        coarse, size = coarse_picture(pixels), pixels.shape[:2]
        gray = np.asarray(cv2.cvtColor(coarse, cv2.COLOR_RGBA2GRAY), np.uint8)
        if gray.shape != self._gray.shape:
            self._gray, self._soft, self._odds = gray, None, None
        seen = self._looker.look(pixels, gray, round(values.get("matte.every", 1)))
        self._soft = self._now(gray, seen, float(values.get("matte.smooth", 0.5)))
        self._gray = gray
        threshold = float(values.get("matte.threshold", 0.5))
        if values.get("matte.hard", 0.0) >= 0.5:
            return self._cut(size, threshold)
        if self._soft is None:
            return np.zeros(size, np.uint8)
        soft = at_threshold(self._soft, threshold)
        return outlined(soft, coarse, pixels, float(values.get("matte.feather", 0.3)))

    def _now(self, gray: Gray, seen: tuple[Map, Gray] | None, smooth: float) -> Map | None:
        """Where the person is now, (h', w') 0..1: what was known, carried, and what was seen."""
        known, keep = self._soft, np.float32(0)
        if known is not None:
            back = self._back(gray, self._gray)
            known = np.asarray(carried(known, back), np.float32)
            strange = cv2.absdiff(gray, np.asarray(carried(self._gray, back), np.uint8))
            worth = 1 - cv2.blur(strange, (5, 5)).astype(np.float32) / np.float32(STRANGE)
            keep = np.clip(worth, 0, 1) * np.float32(min(max(smooth, 0.0), 0.98))
        if seen is None:
            return known
        self._odds, then = seen
        fresh = odds_to_part(shaped(self._odds, (gray.shape[0], gray.shape[1])))
        if then is not gray and then.shape == gray.shape:
            fresh = np.asarray(carried(fresh, self._back(gray, then)), np.float32)
        return fresh if known is None else np.asarray(fresh + (known - fresh) * keep, np.float32)

    def _back(self, now: Gray, then: Gray) -> Map:
        """The way back from now's pixels to where they were, (h', w', 2) coarse pixels."""
        still = np.zeros((*now.shape, 2), np.float32)
        if min(now.shape) < 16:  # too small for the flow's patches
            return still
        return np.asarray(self._flow.calc(now, then, still), np.float32)

    def _cut(self, size: tuple[int, ...], threshold: float) -> Gray:
        """The network's own answer stretched and rounded, (h, w) 0 or 255, nothing softened.

        Source: thuyngch/Human-Segmentation-PyTorch, which stretches before it decides.
        """
        if self._odds is None:
            return np.zeros(size, np.uint8)
        odds = torch.from_numpy(np.ascontiguousarray(self._odds))[None, None]
        full = torch.nn.functional.interpolate(
            odds, (size[0], size[1]), mode="bilinear", align_corners=True
        )
        sure = min(max(threshold, 1e-6), 1 - 1e-6)
        person = full[0, 0].numpy() > math.log(sure / (1 - sure))
        return person.astype(np.uint8) * np.uint8(255)


class _AtOnce:
    """Looks at every n-th picture while the caller waits."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._waited = 0

    def look(self, pixels: Pixels, gray: Gray, every: int) -> tuple[Map, Gray] | None:
        """Return the odds and the picture they belong to when there is something new."""
        self._waited = self._waited - 1 if self._waited > 0 else max(every, 1) - 1
        if self._waited < max(every, 1) - 1:
            return None
        return self._finder.find(pixels), gray


class _Beside:
    """Looks in a thread of its own, and rests: an eighth of the cores, half a core at most."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._pool = ThreadPoolExecutor(1, "matte", torch.set_num_threads, (1,))
        self._looking: Future[tuple[Map, float]] | None = None
        self._at: Gray | None = None
        self._since, self._rest_until = 0, -math.inf
        self._rest = max(1.0, 8 / cores() - 1)  # as often as long as it worked

    def look(self, pixels: Pixels, gray: Gray, every: int) -> tuple[Map, Gray] | None:
        """Return what was finished since the last call, and the picture it belongs to."""
        self._since += 1
        seen = None
        if self._looking is not None and self._looking.done():
            odds, seconds = self._looking.result()
            assert self._at is not None
            seen = odds, self._at
            self._looking, self._rest_until = None, time.monotonic() + self._rest * seconds
        if self._looking is None and self._since >= every and time.monotonic() >= self._rest_until:
            self._looking, self._at = self._pool.submit(self._find, pixels.copy()), gray
            self._since = 0
        return seen

    def _find(self, pixels: Pixels) -> tuple[Map, float]:
        began = time.monotonic()
        return self._finder.find(pixels), time.monotonic() - began
