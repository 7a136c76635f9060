"""The stage behind the dancer: wall, hanging ring of light, beams in the haze, glossy floor.

Called by the dancer for every picture; what never moves is drawn once per size.
"""

from __future__ import annotations

from math import sin, tau

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.capture.dancer.body import EYE_HEIGHT, Lens
from vj.capture.dancer.lights import Lights
from vj.capture.dancer.surface import Plane, as_plane

_WALL = -2.4  # m behind the dancer
_FINE = 1.0 / 16.0


class Backdrop:
    """Everything static of one picture size; `draw` adds what moves."""

    def __init__(self, height: int, width: int, view: Lens) -> None:
        self.size = (height, width)
        coarse = max(2, round(height / 90))
        self.coarse = (max(height // coarse, 8), max(width // coarse, 8))
        self.view = view
        edge = view.project(np.array([0.0, 0.0, _WALL]))
        self.horizon = float(edge[1]) / height  # where wall meets floor, 0..1 from the top
        centre = view.project(np.array([0.0, 1.38, _WALL]))
        self.ring = (
            float(centre[0]) / width,
            float(centre[1]) / height,
            0.80 * float(centre[3]) / height,
        )
        rows, columns = self.coarse
        self.y = ((np.arange(rows) + 0.5) / rows)[:, None].astype(np.float32)
        x = (np.arange(columns) + 0.5) / columns
        self.x = ((x - 0.5) * width / height)[None, :].astype(np.float32)  # in picture heights
        self.wall = self._wall()
        self.beams = [self._cone(place) for place in range(4)]
        self.texture = self._texture()
        rng = np.random.default_rng(5)
        self.grain = rng.uniform(-1.2, 1.2, (height, width, 1)).astype(np.float32).repeat(3, axis=2)

    def _wall(self) -> Plane:
        """How bright wall and floor are without any lamp pointed at them, (h, w)."""
        rise = np.clip((self.horizon - self.y) / self.horizon, 0.0, 1.0)
        wall = 0.22 + 0.78 * np.exp(-2.4 * rise) * np.exp(-0.55 * self.x**2)
        depth = np.clip((self.y - self.horizon) / (1.0 - self.horizon), 0.0, 1.0)
        floor = 0.75 * np.exp(-1.3 * depth) * np.exp(-0.5 * self.x**2) + 0.12
        return as_plane(np.where(self.y < self.horizon, wall, floor))

    def _cone(self, place: int) -> tuple[Plane, Plane]:
        """Angle from straight down, seen from a lamp above, and how bright its haze is."""
        side = self.x - 0.42 * (place - 1.5)
        down = self.y + 0.12
        far = np.hypot(side, down)
        thin = np.where(self.y < self.horizon, 1.0, np.exp(-9.0 * (self.y - self.horizon)))
        return np.arctan2(side, down), (thin * np.exp(-1.5 * far) / (0.25 + far)).astype(np.float32)

    def _texture(self) -> Plane:
        """Folds of the curtain and boards of the floor at full size, (H, W, 3) around 1."""
        height, width = self.size
        y = ((np.arange(height) + 0.5) / height)[:, None]
        x = ((np.arange(width) + 0.5 - width / 2.0) / height)[None, :]
        folds = np.sin(34.0 * x + 1.1 * np.sin(5.0 * x)) + 0.5 * np.sin(
            71.0 * x + 2.0 * np.sin(3.0 * x)
        )
        wall = 1.0 + 0.07 * folds * np.clip((self.horizon - y) / 0.15, 0.35, 1.0)
        below = np.maximum(y - self.view.middle[1] / height, 1e-3)  # under the vanishing point
        metres = EYE_HEIGHT * x / below
        boards = np.abs((metres / 0.35) % 1.0 - 0.5) * 2.0
        seams = 1.0 - 0.28 * np.clip((boards - 0.93) / 0.07, 0.0, 1.0)
        tone = 1.0 + 0.07 * np.sin(12.9898 * np.floor(metres / 0.35))
        texture = np.where(y < self.horizon, wall, seams * tone)
        return texture.astype(np.float32)[:, :, None].repeat(3, axis=2)

    def draw(self, seconds: float, lit: Lights, shadow: Plane) -> NDArray[np.uint8]:
        """Return the stage without the dancer, (H, W, 3) uint8; `shadow` (h, w) 0..1 darkens it."""
        glow = self._glow(seconds, lit)
        glow *= (1.0 - shadow)[:, :, None]
        np.sqrt(glow, out=glow)
        height, width = self.size
        stage = as_plane(cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR))
        stage *= self.texture
        stage *= 255.0
        stage += self.grain
        picture = np.asarray(cv2.convertScaleAbs(stage), dtype=np.uint8)
        self._hang_ring(picture, seconds, lit)
        return picture

    def _glow(self, seconds: float, lit: Lights) -> Plane:
        """All soft light, linear, at the coarse size (h, w, 3)."""
        haze = 1.0 + 0.22 * np.sin(7.0 * self.x + 0.31 * seconds) * np.sin(
            9.0 * self.y - 0.23 * seconds
        )
        light = self.wall[:, :, None] * np.array(lit.wall, np.float32)
        for place, (aim, colour) in enumerate(lit.beams):
            angle, thin = self.beams[place]
            beam = angle - np.float32(aim)
            np.multiply(beam, beam, out=beam)
            beam *= np.float32(-1.0 / 0.095**2)
            np.exp(beam, out=beam)
            beam *= thin
            beam *= haze
            light += beam[:, :, None] * np.array(colour, np.float32)
            landing = 0.42 * (place - 1.5) + aim * (self.horizon + 0.3)
            pool = np.exp(-(((self.x - landing) / 0.30) ** 2)) * np.exp(
                -(((self.y - self.horizon - 0.10) / 0.075) ** 2)
            )
            light += (0.30 * pool)[:, :, None] * np.array(colour, np.float32)
        cx, cy, radius = self.ring
        across = self.x - np.float32((cx - 0.5) * self.size[1] / self.size[0])
        ring = np.array(lit.ring, np.float32) * np.float32(0.8 + 0.35 * lit.pulse)
        for middle, share in ((cy, 1.0), (2.0 * self.horizon - cy + 0.02, 0.35)):
            far = np.hypot(across, self.y - np.float32(middle))
            halo = 0.020 / (0.035 + np.abs(far - radius)) ** 1.0
            halo += 0.22 * np.clip(1.0 - far / radius, 0.0, 1.0)
            side = self.y < self.horizon if share == 1.0 else self.y >= self.horizon
            light += (np.float32(share) * halo * side)[:, :, None] * ring * np.float32(0.38)
        return np.asarray(light, dtype=np.float32)

    def _hang_ring(self, picture: NDArray[np.uint8], seconds: float, lit: Lights) -> None:
        height, width = self.size
        cx, cy, radius = self.ring
        centre = round(cx * width / _FINE), round(cy * height / _FINE)
        tilt = 1.0 + 0.0 * sin(tau * 0.05 * seconds)
        axes = round(radius * height / _FINE), round(radius * height * tilt / _FINE)
        tube = [min(255.0, 255.0 * (0.35 + 0.75 * c) ** 0.5) for c in lit.ring]
        thick = max(1, round(height / 120))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, tube, thick, cv2.LINE_AA, 4)
