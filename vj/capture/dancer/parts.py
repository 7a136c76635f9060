"""The two shapes a dancer is made of: round cones for limbs, an open skirt of folded cloth.

Made by the body, drawn by the surface; both know their box and their surface over a few pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vj.capture.dancer.choreography import Array
from vj.capture.dancer.surface import Colour, Plane, Surface, as_plane

_FOLDS = 9


@dataclass(frozen=True, slots=True)
class Cone:
    """A round cone on the picture: ends in px (x, y, nearness), radii in px, linear colour."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radii: tuple[float, float]
    colour: Colour

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Top, left, bottom, right in px."""
        (ax, ay, _), (bx, by, _), (ra, rb) = self.start, self.end, self.radii
        top, left = min(ay - ra, by - rb) - 1.0, min(ax - ra, bx - rb) - 1.0
        return top, left, max(ay + ra, by + rb) + 3.0, max(ax + ra, bx + rb) + 3.0

    def surface(self, x: Plane, y: Plane) -> Surface:
        """The side of the cone that we see."""
        (ax, ay, az), (bx, by, bz), (ra, rb) = self.start, self.end, self.radii
        lx, ly, lz = bx - ax, by - ay, bz - az
        reach = 1.0 / max(lx * lx + ly * ly, 1e-3)
        x = x - np.float32(ax)
        y = y - np.float32(ay)
        along = x * np.float32(lx * reach) + y * np.float32(ly * reach)
        on = np.clip(along, 0.0, 1.0)
        radius, off = self._around(x, y, on)
        cover = np.sqrt(off)
        np.subtract(radius, cover, out=cover)
        cover += 0.5
        np.minimum(cover, 1.0, out=cover)
        np.maximum(cover, 0.0, out=cover)
        if lz * lz * reach > 0.2:
            # A limb that points at us: its nearest point lies further along than its closest one.
            _, beside = self._around(x, y, along)
            room = np.maximum(0.25 * (ra + rb) ** 2 - beside, 0.0)
            tilt = lz / np.sqrt((lx * lx + ly * ly + lz * lz) * max(lx * lx + ly * ly, 1e-3))
            on = np.clip(along + np.sqrt(room) * np.float32(tilt), 0.0, 1.0)
            radius, off = self._around(x, y, on)
        np.multiply(radius, radius, out=radius)
        radius -= off
        np.maximum(radius, 0.0, out=radius)
        np.sqrt(radius, out=radius)
        on *= np.float32(lz)
        on += np.float32(az)
        on += radius
        return on, cover, [np.float32(value) for value in self.colour]

    def _around(self, x: Plane, y: Plane, along: Plane) -> tuple[Plane, Plane]:
        """Radius, and squared distance from the bone, at a place along it."""
        radius = along * np.float32(self.radii[1] - self.radii[0])
        radius += np.float32(self.radii[0])
        off = along * np.float32(self.start[0] - self.end[0])
        off += x
        np.multiply(off, off, out=off)
        aside = along * np.float32(self.start[1] - self.end[1])
        aside += y
        np.multiply(aside, aside, out=aside)
        off += aside
        return radius, off


@dataclass(frozen=True)
class Skirt:
    """Cloth around a moving axis, open where the wearer faces; all (R,), waist first, hem last.

    `x`, `y`, `near`: the axis in px; `radius` px; `yaw` rad, where the opening looks; `back`: the
    inside of the far half instead of the outside of the near half; colours linear.
    """

    x: Array
    y: Array
    near: Array
    radius: Array
    yaw: Array
    sag: float
    back: bool
    colours: tuple[Colour, Colour]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Top, left, bottom, right in px."""
        left, right = float((self.x - self.radius).min()), float((self.x + self.radius).max())
        low = float(self.y[-1]) + 0.25 * self.sag + 3.0
        return float(self.y[0]) - 1.0, left - 2.0, low, right + 2.0

    def surface(self, x: Plane, y: Plane) -> Surface:
        """One half of the cloth."""
        rows = y[:, 0]
        down = (rows - self.y[0]) / (self.y[-1] - self.y[0])
        axis, near, radius, yaw = (
            as_plane(np.interp(rows, self.y, line))[:, None]
            for line in (self.x, self.near, self.radius, self.yaw)
        )
        v = as_plane(np.clip(down, 0.0, 1.0))[:, None]
        sign = np.float32(-1.0 if self.back else 1.0)
        inside = (x - axis) / radius
        edge = np.abs(inside)
        np.subtract(np.float32(1.0), edge, out=edge)
        edge *= radius
        edge += np.float32(0.5)
        np.clip(inside, -1.0, 1.0, out=inside)
        depth = np.sqrt(1.0 - inside * inside)
        depth *= sign
        angle = as_plane(cv2.phase(depth, inside))
        angle *= np.float32(_FOLDS)
        angle += np.float32(1.2) * v - np.float32(_FOLDS) * yaw
        fold = np.cos(angle, out=angle)
        hem = depth * np.float32(self.sag)
        hem += np.float32(0.22 * self.sag) * fold
        hem += np.float32(self.y[-1] - self.sag + 0.5) - y
        slit = depth * -np.cos(yaw)
        slit -= inside * np.sin(yaw)
        slit += np.cos(np.float32(0.18) + np.float32(0.75) * v)
        slit *= radius
        cover = np.minimum(edge, hem, out=edge)
        np.minimum(cover, slit, out=cover)
        np.clip(cover, 0.0, 1.0, out=cover)
        cover *= y >= self.y[0]
        depth *= radius
        surface = fold * (np.float32(0.11) * v)
        surface += np.float32(1.0)
        surface *= depth
        surface += near
        tint = v * v * (3.0 - 2.0 * v) * np.float32(0.55 if self.back else 1.0)
        fold *= np.float32(0.12 if self.back else 0.18) * v
        fold += np.float32(0.35 if self.back else 1.0)
        ends = zip(*self.colours, strict=True)
        return surface, cover, [fold * as_plane(a + (b - a) * tint) for a, b in ends]
