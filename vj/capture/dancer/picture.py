"""One picture of the dancer at one moment: stage, shadow, body and true matte put together.

Used by the source `dancer`, and by the capture process while another source is lost.
"""

from __future__ import annotations

import cv2
import numpy as np

from vj.capture.dancer.backdrop import Backdrop
from vj.capture.dancer.body import dressed, lens
from vj.capture.dancer.choreography import Array
from vj.capture.dancer.lights import Lights, lights, shade
from vj.capture.dancer.skeleton import J, skeleton
from vj.capture.dancer.surface import Plane, figure
from vj.core.types import Pixels

_PAST: Array = np.arange(6, dtype=np.float64) * 0.05  # s, the moments hair and cloth remember
_MOST_PIXELS = 1280 * 720  # larger pictures are enlarged: a live one has 33 ms, on a part of a core
_BONES = (
    (J.HIP_L, J.KNEE_L, 0.16),
    (J.KNEE_L, J.ANKLE_L, 0.13),
    (J.HIP_R, J.KNEE_R, 0.16),
    (J.KNEE_R, J.ANKLE_R, 0.13),
    (J.HEEL_L, J.TOE_L, 0.09),
    (J.HEEL_R, J.TOE_R, 0.09),
    (J.PELVIS, J.NECK, 0.28),
    (J.NECK, J.CROWN, 0.18),
    (J.SHOULDER_L, J.ELBOW_L, 0.09),
    (J.ELBOW_L, J.HAND_L, 0.07),
    (J.SHOULDER_R, J.ELBOW_R, 0.09),
    (J.ELBOW_R, J.HAND_R, 0.07),
)


class Dancer:
    """A dancer for one picture size and seed; every picture depends on its time alone."""

    def __init__(self, height: int, width: int, seed: int = 0) -> None:
        self.seed = seed
        self._wanted = (height, width)
        scale = min(1.0, (_MOST_PIXELS / (height * width)) ** 0.5)
        height, width = round(height * scale), round(width * scale)
        self.size = (height, width)
        self.view = lens(height, width)
        self.backdrop = Backdrop(height, width, self.view)
        self._nobody = np.zeros((height, width), np.uint8)

    def draw(self, seconds: float) -> Pixels:
        """Draw the moment `seconds`: (height, width, 4) uint8 RGBA, alpha = the dancer."""
        height, width = self._wanted
        pixels = self._draw(seconds)
        if self.size == self._wanted:
            return pixels
        return np.asarray(cv2.resize(pixels, (width, height)), dtype=np.uint8)

    def _draw(self, seconds: float) -> Pixels:
        height, width = self.size
        past = skeleton(seconds - _PAST, self.seed)
        lit = lights(seconds, self.seed)
        picture = self.backdrop.draw(seconds, lit, self._shadow(past[0], lit))
        body = figure(dressed(past, self.view), height, width, self.view.unit)
        pixels = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA), dtype=np.uint8)
        cv2.insertChannel(self._nobody, pixels, 3)
        flat = pixels.reshape(-1, 4).view(np.uint32)[:, 0]  # a pixel as one number: 4 times faster
        behind = flat.take(body.places).view(np.uint8).reshape(-1, 1, 4).astype(np.float32)
        colour = np.sqrt(shade(body, lit))
        np.minimum(colour, 1.0, out=colour)
        colour *= 255.0
        patch = [255.0 * body.matte]
        for front, back in zip(colour[::-1], cv2.split(behind)[2::-1], strict=True):
            front -= back[:, 0]
            front *= body.matte
            front += back[:, 0]
            patch.insert(0, front)
        drawn = np.asarray(cv2.convertScaleAbs(cv2.merge(patch)), dtype=np.uint8)
        flat[body.places] = drawn.reshape(-1, 4).view(np.uint32)[:, 0]
        return pixels

    def _shadow(self, joints: Array, lit: Lights) -> Plane:
        """Light kept from the floor, every bone followed along the key light, (h, w) 0..1."""
        rows, columns = self.backdrop.coarse
        height, width = self.size
        x, y, z = lit.key_from
        fallen = joints.copy()
        fallen[:, 0] -= joints[:, 1] * x / -y * 0.55
        fallen[:, 2] -= joints[:, 1] * z / -y * 0.55
        fallen[:, 1] = 0.0
        flat = self.view.project(fallen)
        flat[:, 0] *= columns / width
        flat[:, 1] *= rows / height
        mask = np.zeros((rows, columns), np.uint8)
        for a, b, thick in _BONES:
            ends = [(round(16 * flat[j, 0]), round(16 * flat[j, 1])) for j in (a, b)]
            width_px = max(1, round(thick * flat[a, 3] * rows / height * 0.7))
            cv2.line(mask, ends[0], ends[1], 150, width_px, cv2.LINE_AA, 4)
        return np.asarray(cv2.GaussianBlur(mask, (7, 7), 0).astype(np.float32) / 255.0)
