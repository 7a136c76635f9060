"""Gold leaf: a tree of spirals in gold over lapis and jet, inlaid with eyes, rounds and checkers.

Called through `plates.paint("gold-leaf")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Field, Rgb, mix, palette, ramp
from vj.studio.plates.easel.noise import cells, fbm, grid, scatter, smoothstep
from vj.studio.plates.easel.surface import blur, grain, relief

GOLD = palette("5a3208 a86a14 dca428 f6cf5a fff3b4")
JET, CREAM, LAPIS, TEAL, VERMILION, ROSE = palette("14100e fbf0d2 14349a 0f8f8a d8341c e88fa0")
INLAYS = np.stack([JET, CREAM, LAPIS, TEAL, VERMILION, ROSE])
Line = NDArray[np.float64]  # (n, 2) in 0..1


def leaves(x: Field, y: Field, rng: np.random.Generator) -> tuple[Rgb, Field]:
    """Lay squares of gold leaf, each of its own tone, crackled. Returns colour and height."""
    size = len(x)
    wx, wy = x + 0.006 * fbm(x, y, rng, 6, 3), y + 0.006 * fbm(x, y, rng, 6, 3)
    column, row = np.floor(wx * 9 + 0.3), np.floor(wy * 9 + 0.7)
    tones = rng.uniform(-0.11, 0.11, (16, 16)).astype(np.float32)
    tone = tones[row.astype(int) % 16, column.astype(int) % 16]
    seam = (
        np.minimum(
            np.abs(wx * 9 + 0.3 - np.round(wx * 9 + 0.3)),
            np.abs(wy * 9 + 0.7 - np.round(wy * 9 + 0.7)),
        )
        * 768
        / 9
    )
    _, crack = cells(scatter(1500, rng), size)
    fine = smoothstep(1.6, 0.4, crack * 768 / size) * smoothstep(-0.1, 0.4, fbm(x, y, rng, 5, 3))
    sheen = 0.60 + tone + 0.14 * fbm(x, y, rng, 5, 4) + 0.10 * fbm(x, y, rng, 60, 3, 0.8)
    gold = ramp(np.clip(sheen - 0.25 * smoothstep(2.0, 0.3, seam) - 0.28 * fine, 0, 1), GOLD)
    worn = smoothstep(0.42, 0.60, fbm(x, y, rng, 12, 5, 0.65))
    return mix(gold, VERMILION * 0.55 * np.ones_like(gold), 0.75 * worn), 0.5 - 0.25 * fine


def branch(root: Line, lean: Line, centre: Line, r: float) -> Line:
    """Grow a branch from a root point, first along lean, that rolls up about a centre."""
    way = centre - root
    heading = np.arctan2(way[1], way[0])
    turn = 1 if np.sin(heading - np.pi / 2) > np.sin(heading + np.pi / 2) else -1
    t = np.linspace(0, 1, 130)
    phi = heading - turn * np.pi / 2 + turn * 2 * np.pi * 2.4 * t
    far = r * (1 - 0.94 * t**0.85)
    roll = centre + far[:, None] * np.stack([np.cos(phi), np.sin(phi)], -1)
    gap = float(np.hypot(*(roll[0] - root)))
    b = np.linspace(0, 1, 50)[:-1, None]
    enter = (roll[1] - roll[0]) / np.hypot(*(roll[1] - roll[0]))
    hold, pull = root + lean * 0.45 * gap, roll[0] - enter * 0.45 * gap
    run = (1 - b) ** 3 * root + 3 * (1 - b) ** 2 * b * hold + 3 * (1 - b) * b * b * pull
    return np.concatenate([run + b**3 * roll[0], roll])


def tree(rng: np.random.Generator) -> list[tuple[Line, float]]:
    """Grow the tree: a trunk, boughs that fill the picture with spirals, twigs in the gaps."""
    rise = np.linspace(1.05, 0.29, 60)
    trunk = np.stack([0.5 + 0.02 * np.sin(rise * 7), rise], -1)
    lines: list[tuple[Line, float]] = [(trunk, 44)]
    taken: list[tuple[Line, float]] = []
    for row, y in enumerate((0.10, 0.30, 0.50, 0.69)):
        for x in (0.06, 0.27, 0.73, 0.94, *((0.5,) if row == 0 else ())):
            centre = np.array([x, y + 0.05 * (abs(x - 0.5) > 0.3)]) + rng.normal(0, 0.012, 2)
            taken.append((centre, rng.uniform(0.075, 0.100)))
    for centre, r in sorted(taken, key=lambda one: abs(float(one[0][0]) - 0.5)):
        low = np.clip(centre[1] + 0.16 + 0.30 * abs(centre[0] - 0.5), 0.30, 0.93)
        root = np.array([0.5 + 0.02 * np.sin(low * 7), low])
        side = np.sign(centre[0] - 0.5) if abs(centre[0] - 0.5) > 0.05 else 0.0
        lines.append((branch(root, np.array([0.75 * side, -0.66]), centre, r), 17))
    for spot in scatter(64, rng):
        r = float(rng.uniform(0.026, 0.042))
        if any(np.hypot(*(spot - c)) < 0.95 * (far + r) for c, far in taken) or spot[1] > 0.86:
            continue
        taken.append((spot, r))
        near = [(line[np.argmin(np.hypot(*(line - spot).T))], line) for line, _ in lines[:20]]
        root, line = min(near, key=lambda one: float(np.hypot(*(one[0] - spot))))
        at = min(int(np.argmin(np.hypot(*(line - root).T))), len(line) - 2)
        flow = (line[at + 1] - line[at]) / np.hypot(*(line[at + 1] - line[at]))
        lines.append((branch(root, flow, spot, r), 8))
    return lines[::-1]


def ribbon(size: int, line: Line, width: float) -> NDArray[np.int32]:
    """Thicken a branch, tapering to its tip; width in 768ths. Returns cv2 points."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    taper = np.linspace(1, 0.30, len(line)) * width / 768 / 2
    side = np.stack([-along[:, 1], along[:, 0]], -1) * taper[:, None]
    shape = np.concatenate([line + side, (line - side)[::-1]])
    return np.asarray(np.rint(shape * size * 16), np.int32)


def ground(size: int, rng: np.random.Generator) -> Rgb:
    """Lay the mosaic behind the tree: bands of lapis and jet, inlaid rounds, checkers, meadow."""
    x, y = grid(size)
    deep = ramp(
        np.clip(0.5 + 0.5 * fbm(x, y, rng, 3, 4), 0, 1),
        np.stack([JET, LAPIS * 0.55, LAPIS, TEAL * 0.75]),
    )
    sheet = np.rint(deep * 255).astype(np.uint8)

    def disc(at: Line, r: float, colour: Rgb) -> None:
        spot = tuple(int(v) for v in np.rint(at * size * 16))
        cv2.circle(
            sheet, spot, max(8, round(r * size * 16)), (colour * 255).tolist(), -1, cv2.LINE_AA, 4
        )

    for at in scatter(620, rng):
        meadow = at[1] > 0.80 + 0.03 * np.sin(at[0] * 9)
        r = rng.uniform(0.010, 0.026) * (1.5 if meadow else 0.8)
        kind = rng.uniform()
        colours = INLAYS[rng.permutation(len(INLAYS))]
        if kind < 0.55 or meadow:
            for k, shrink in enumerate((1.0, 0.72, 0.42)):
                disc(at, r * shrink, GOLD[3] if k == int(rng.integers(3)) else colours[k])
        elif kind < 0.8:
            three = at + r * np.array([[0, -1.1], [1, 0.8], [-1, 0.8]])
            for k, shrink in enumerate((1.0, 0.5)):
                shape = at + (three - at) * shrink
                cv2.fillPoly(
                    sheet,
                    [np.rint(shape * size * 16).astype(np.int32)],
                    ((GOLD[2], colours[0])[k] * 255).tolist(),
                    cv2.LINE_AA,
                    4,
                )
        else:
            for i in range(9):
                a = at + (np.array([i % 3, i // 3]) - 1.5) * r * 0.75
                b = a + r * 0.70
                p, q = (tuple(int(v) for v in np.rint(c * size)) for c in (a, b))
                cv2.rectangle(sheet, p, q, (INLAYS[(i % 2)] * 255).tolist(), -1)
    return (sheet / np.float32(255)).astype(np.float32)


def eyes(
    sheet: NDArray[np.uint8], lines: list[tuple[Line, float]], rng: np.random.Generator
) -> None:
    """Set almond eyes and beads of enamel along the branches."""
    size = sheet.shape[0]
    for line, width in lines:
        if width < 10:
            continue
        for k in range(10, len(line) - 30, 13 if width < 40 else 8):
            flow = line[k + 1] - line[k]
            turn = float(np.degrees(np.arctan2(flow[1], flow[0])))
            fat = width * (1 - 0.7 * k / len(line)) / 768 * size * 16 * 0.5
            spot = tuple(int(v) for v in np.rint(line[k] * size * 16))
            colours = INLAYS[[1, int(rng.choice([2, 3, 4])), 0]]
            for shrink, long, colour in zip(
                (0.80, 0.58, 0.26), (1.9, 1.0, 1.0), colours, strict=True
            ):
                axes = (max(6, round(fat * shrink * long)), max(6, round(fat * shrink)))
                cv2.ellipse(
                    sheet, spot, axes, turn, 0, 360, (colour * 255).tolist(), -1, cv2.LINE_AA, 4
                )


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    fine = size * 2
    x, y = grid(fine)
    gold, skin = leaves(x, y, rng)
    back = ground(fine, rng)
    lines = tree(rng)
    limbs = np.zeros((fine, fine), np.uint8)
    dark = np.zeros((fine, fine), np.uint8)
    for line, width in lines:
        cv2.fillPoly(dark, [ribbon(fine, line, width + 5)], 255, cv2.LINE_AA, 4)
        cv2.fillPoly(dark, [ribbon(fine, line, width)], 0, cv2.LINE_AA, 4)
        cv2.fillPoly(limbs, [ribbon(fine, line, width)], 255, cv2.LINE_AA, 4)
    cover, outline = (limbs / np.float32(255)), (dark / np.float32(255))
    picture = mix(back * (0.85 + 0.25 * fbm(x, y, rng, 30, 3))[..., None], gold, cover)
    picture = mix(picture, JET * np.ones_like(picture), outline)
    sheet = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    eyes(sheet, lines, rng)
    picture = (sheet / np.float32(255)).astype(np.float32)
    height = blur(cover, 2.5) * 0.9 + 0.35 * skin * cover + 0.10 * blur(picture.mean(-1), 1.0)
    picture = relief(picture, height.astype(np.float32), 1.1, 0.22)
    picture *= (1 + 0.03 * grain(fine, rng))[..., None]
    return np.asarray(picture.reshape(size, 2, size, 2, 3).mean((1, 3)), np.float32)
