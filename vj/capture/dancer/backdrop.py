"""The stage behind the dancer: curtain, hanging ring of light, beams in the haze, glossy floor.

Called by the dancer for every picture; what never moves is drawn once per size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.capture.dancer.body import EYE_HEIGHT, Lens
from vj.capture.dancer.lights import Lights
from vj.capture.dancer.surface import Plane, as_plane

_WALL = -2.4  # m behind the dancer
_RING, _RING_HEIGHT = 0.98, 1.30  # m
_BEAMS = 4
_COARSE = 90  # rows in which soft light is computed


class Backdrop:
    """Everything static of one picture size; `draw` adds what moves."""

    def __init__(self, height: int, width: int, view: Lens) -> None:
        self.size, self.view = (height, width), view
        coarse = max(1, round(height / _COARSE))
        rows, columns = max(height // coarse, 8), max(width // coarse, 8)
        self.coarse = (rows, columns)
        edge = view.project(np.array([0.0, 0.0, _WALL]))
        self.horizon = float(edge[1]) / height  # where wall meets floor, 0..1 from the top
        hung = view.project(np.array([0.0, _RING_HEIGHT, _WALL]))
        self.ring = float(hung[0]), float(hung[1]), _RING * float(hung[3])  # px
        self.y = ((np.arange(rows) + 0.5) / rows)[:, None].astype(np.float32)
        x = (np.arange(columns) + 0.5) / columns
        self.x = ((x - 0.5) * width / height)[None, :].astype(np.float32)  # in picture heights
        self.planes = np.empty((2 + _BEAMS, rows, columns), np.float32)
        self.planes[0], self.planes[1] = self._wall(), self._halo()
        self.cones = [self._cone(place) for place in range(_BEAMS)]
        self.texture = self._texture()
        grain = np.random.default_rng(5).uniform(-1.0, 2.0, (height, width, 1))
        self.grain = grain.astype(np.float32).repeat(3, axis=2)

    def _wall(self) -> Plane:
        """How bright wall and floor are without any lamp pointed at them, (h, w)."""
        rise = np.clip((self.horizon - self.y) / self.horizon, 0.0, 1.0)
        wall = 0.16 + 0.84 * np.exp(-2.6 * rise) * np.exp(-0.7 * self.x**2)
        depth = np.clip((self.y - self.horizon) / (1.0 - self.horizon), 0.0, 1.0)
        floor = 0.95 * np.exp(-1.1 * depth) * np.exp(-0.6 * self.x**2) + 0.10
        return as_plane(np.where(self.y < self.horizon, wall, floor))

    def _halo(self) -> Plane:
        """The ring's light on the wall around it, and its reflection in the floor, (h, w)."""
        height, width = self.size
        x, y, radius = self.ring
        across = self.x - (x - width / 2.0) / height
        light = np.zeros(self.coarse)
        for middle, above in ((y / height, True), (2.0 * self.horizon - y / height, False)):
            far = np.hypot(across, (self.y - middle) * (1.0 if above else 0.8)) * height / radius
            halo = 0.055 / (0.05 + np.abs(far - 1.0)) + 0.16 * np.clip(1.1 - far, 0.0, 1.0)
            depth = np.clip(self.y - self.horizon, 0.0, 1.0)
            share = 1.0 if above else 0.55 * np.exp(-5.0 * depth)
            light += np.where((self.y < self.horizon) == above, share * halo, 0.0)
        return as_plane(0.42 * light)

    def _cone(self, place: int) -> tuple[Plane, Plane]:
        """Angle from straight down, seen from a lamp above, and how bright its haze is."""
        side = self.x - np.float32(_lamp(place))
        down = self.y + np.float32(0.12)
        far = np.hypot(side, down)
        thin = np.where(self.y < self.horizon, 1.0, np.exp(-9.0 * (self.y - self.horizon)))
        return np.arctan2(side, down), as_plane(thin * np.exp(-1.3 * far) / (0.22 + far))

    def _texture(self) -> Plane:
        """Folds of the curtain and boards of the floor at full size, (H, W, 3) around 255."""
        height, width = self.size
        y = ((np.arange(height) + 0.5) / height)[:, None]
        x = ((np.arange(width) + 0.5 - width / 2.0) / height)[None, :]
        folds = np.sin(30.0 * x + 1.3 * np.sin(5.0 * x))
        folds += 0.5 * np.sin(67.0 * x + 2.0 * np.sin(3.0 * x))
        wall = 1.0 + 0.10 * folds * np.clip((self.horizon - y) / 0.2, 0.25, 1.0)
        below = np.maximum(y - self.view.middle[1] / height, 1e-3)  # under the vanishing point
        metres = EYE_HEIGHT * x / below
        boards = np.abs((metres / 0.35) % 1.0 - 0.5) * 2.0
        seams = 1.0 - 0.25 * np.clip((boards - 0.93) / 0.07, 0.0, 1.0)
        tone = 1.0 + 0.06 * np.sin(12.9898 * np.floor(metres / 0.35))
        skirting = 1.0 - 0.45 * np.exp(-(((y - self.horizon) / 0.006) ** 2))
        texture = np.where(y < self.horizon, wall, seams * tone) * skirting
        return as_plane(255.0 * texture)[:, :, None].repeat(3, axis=2)

    def draw(self, seconds: float, lit: Lights, shadow: Plane) -> NDArray[np.uint8]:
        """Return the stage without the dancer, (H, W, 3) uint8; `shadow` (h, w) 0..1 darkens it."""
        glow = self._glow(seconds, lit)
        glow *= (1.0 - shadow)[:, :, None]
        np.sqrt(glow, out=glow)
        height, width = self.size
        stage = as_plane(cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR))
        stage *= self.texture
        stage += self.grain
        picture = np.asarray(cv2.convertScaleAbs(stage), dtype=np.uint8)
        self._hang_ring(picture, lit)
        return picture

    def _glow(self, seconds: float, lit: Lights) -> Plane:
        """All soft light, linear, at the coarse size (h, w, 3)."""
        swirl = np.sin(7.0 * self.x + 0.31 * seconds) * np.sin(9.0 * self.y - 0.23 * seconds)
        haze = as_plane(1.0 + 0.25 * swirl)
        colours = [lit.wall, tuple((0.8 + 0.3 * lit.pulse) * c for c in lit.ring)]
        fall = np.exp(-(((self.y - self.horizon - 0.11) / 0.08) ** 2))
        for place, (aim, colour) in enumerate(lit.beams):
            angle, thin = self.cones[place]
            beam = self.planes[2 + place]
            np.subtract(angle, np.float32(aim), out=beam)
            np.multiply(beam, beam, out=beam)
            beam *= np.float32(-1.0 / 0.085**2)
            np.exp(beam, out=beam)
            beam *= thin
            beam *= haze
            landing = _lamp(place) + np.tan(aim) * (self.horizon + 0.24)
            beam += fall * (0.45 * np.exp(-(((self.x - landing) / 0.28) ** 2)))
            colours.append(colour)
        rows, columns = self.coarse
        light = self.planes.reshape(len(colours), -1).T @ np.array(colours, np.float32)
        return as_plane(light).reshape(rows, columns, 3)

    def _hang_ring(self, picture: NDArray[np.uint8], lit: Lights) -> None:
        x, y, radius = self.ring
        centre, axes = (round(16 * x), round(16 * y)), (round(16 * radius), round(16 * radius))
        tube = [min(255.0, 255.0 * (0.45 + 0.6 * c) ** 0.5) for c in lit.ring]
        thick = max(1, round(self.size[0] / 140))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, tube, thick, cv2.LINE_AA, 4)


def _lamp(place: int) -> float:
    """Where the lamp of a beam hangs, in picture heights from the middle."""
    return 0.42 * (place - (_BEAMS - 1) / 2.0)
