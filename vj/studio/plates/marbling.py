"""Marbling: drops of colour on water, combed into feathers and lifted with paper.

Called through `plates.paint("marbling")`.
"""

import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, palette, vary
from vj.studio.plates.easel.noise import fbm, grid
from vj.studio.plates.easel.surface import blur, grain

INKS = palette("0f2a52 d9482b f4e6c8 e9a92b 1a7f86 7c1d3a f4e6c8 173b2e f08a6c 2f5fa8")
Drop = tuple[float, float, float, int]  # x, y, radius, ink


def drops(rng: np.random.Generator) -> list[Drop]:
    """Let fall big drops first, then smaller ones into them, ink after ink."""
    fallen: list[Drop] = []
    for count, radius in ((26, 0.13), (60, 0.075), (110, 0.042), (80, 0.02)):
        for _ in range(count):
            x, y = rng.uniform(-0.1, 1.1, 2)
            size = radius * rng.uniform(0.6, 1.3)
            first = int(rng.integers(len(INKS)))
            fallen.append((x, y, size, first))
            if size > 0.06:
                for k in range(1, 4):
                    fallen.append((x, y, size * (0.75 - 0.15 * k), (first + 3 * k) % len(INKS)))
    return fallen


def comb(
    x: Field,
    y: Field,
    angle: float,
    pitch: float,
    shift: float,
    sharp: float,
    swap: bool = True,
    wave: float = 0.0,
) -> tuple[Field, Field]:
    """Undo a comb drawn through the bath: tines `pitch` apart drag the ink by `shift`.

    Source: Lu, Jaffer et al., "Mathematical Marbling", 2012 (the tine's profile).
    """
    along, across = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    u, v = x * along + y * across, -x * across + y * along
    v = v + wave * np.sin(u * 9)
    row = np.round(v / pitch)
    far = np.abs(v - row * pitch)
    way = np.where(row % 2 == 0, 1, -1) if swap else 1
    u = u - way * shift * sharp / (far + sharp)
    v = v - wave * np.sin(u * 9)
    return (u * along - v * across).astype(np.float32), (u * across + v * along).astype(np.float32)


def lift(x: Field, y: Field, fallen: list[Drop]) -> NDArray[np.int32]:
    """Find the drop each point of the bath belongs to, undoing the drops from the last back.

    Returns the index into the drops, -1 for the bare bath. Source: as for `comb`.
    """
    px, py = x.ravel().copy(), y.ravel().copy()
    found = np.full(px.shape, -1, np.int32)
    alive = np.arange(px.size)
    for i in range(len(fallen) - 1, -1, -1):
        cx, cy, r, _ = fallen[i]
        dx, dy = px - np.float32(cx), py - np.float32(cy)
        far = dx * dx + dy * dy
        inside = far < r * r
        found[alive[inside]] = i
        keep = ~inside
        alive, dx, dy, far = alive[keep], dx[keep], dy[keep], far[keep]
        back = np.sqrt(1 - np.float32(r * r) / far)
        px, py = np.float32(cx) + dx * back, np.float32(cy) + dy * back
    return found.reshape(x.shape)


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    fine = round(size * 1.5)
    x, y = grid(fine)
    wx, wy = x + 0.012 * fbm(x, y, rng, 4, 3), y + 0.012 * fbm(x, y, rng, 4, 3)
    for _ in range(2):
        cx, cy, r = *rng.uniform(0.25, 0.75, 2), 0.16
        dx, dy = wx - cx, wy - cy
        turn = 2.2 * np.exp(-(dx * dx + dy * dy) / r**2) * rng.choice([-1, 1])
        cos, sin = np.cos(turn), np.sin(turn)
        wx, wy = cx + dx * cos - dy * sin, cy + dx * sin + dy * cos
    wx, wy = comb(wx, wy, np.pi / 2, 0.052, 0.10, 0.010, swap=False)
    wx, wy = comb(wx, wy, 0.0, 0.11, 0.14, 0.02, wave=0.02)
    wx, wy = comb(wx, wy, np.pi / 2, 0.22, 0.20, 0.04)
    fallen = drops(rng)
    owner = lift(wx, wy, fallen)
    inks = np.array([drop[3] for drop in fallen] + [2])
    shades = vary(INKS[inks], rng, 0.008, 0.06, 0.07)
    colour = shades[owner]
    mottle = 1 + 0.06 * fbm(wx, wy, rng, 16, 4, 0.7)
    colour = colour * mottle[..., None]
    step = fine / size
    picture = blur(colour.astype(np.float32), 0.30 * step)
    index = np.clip(((np.arange(size) + 0.5) * step).astype(int), 0, fine - 1)
    picture = picture[index][:, index]
    return np.asarray(picture * (1 + 0.025 * grain(size, rng)[..., None]), np.float32)
