"""Circuit gold: a printed board, gold tracks running in bundles between pads and black chips.

Called through `plates.paint("circuit-gold")`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.plates.easel.colour import Rgb, mix, palette, ramp
from vj.studio.plates.easel.noise import fbm, grid
from vj.studio.plates.easel.surface import blur, glow, relief

BOARD = palette("011a14 033527 07563c 0f7a50 2aa06a")
GOLD = palette("6a3a0c b8761c f0b93a ffe9a0")
LAMPS = palette("ff3b2f 27e0ff ffd23a")
CELLS = 64  # of the raster the tracks run on
WAYS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
SHIFT = 4  # cv2 draws at 1/16 pixel
Taken = NDArray[np.bool_]  # (CELLS + 1, CELLS + 1) by column and row
Spot = tuple[int, int]


def chips(taken: Taken, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Find room for chips: left, top, width and height in cells."""
    found = []
    for wide, tall in ((14, 14), (9, 12), (12, 7), (8, 8), (6, 10), (5, 5), (7, 4), (4, 6), (4, 4)):
        for _ in range(60):
            left, top = (int(rng.integers(1, CELLS - n)) for n in (wide, tall))
            room = (
                slice(max(0, left - 3), left + wide + 4),
                slice(max(0, top - 3), top + tall + 4),
            )
            if not taken[room].any():
                taken[left : left + wide + 1, top : top + tall + 1] = True
                found.append((left, top, wide, tall))
                break
    return found


def walk(start: Spot, way: int, taken: Taken, rng: np.random.Generator) -> list[Spot]:
    """Run one track from a place, straight on where it can, until it is shut in or long enough."""
    path = [start]
    taken[start] = True
    for _ in range(int(rng.integers(8, 46))):
        turns = [0, 0, 0, 1, -1] if rng.uniform() < 0.3 else [0, 1, -1]
        for turn in (turns[int(rng.integers(len(turns)))], 0, 1, -1):
            dx, dy = WAYS[(way + turn) % 8]
            x, y = path[-1][0] + dx, path[-1][1] + dy
            if not (0 <= x <= CELLS and 0 <= y <= CELLS) or taken[x, y]:
                continue
            # a diagonal may not cross another diagonal
            if not (dx and dy and taken[x, path[-1][1]] and taken[path[-1][0], y]):
                way = (way + turn) % 8
                taken[x, y] = True
                path.append((x, y))
                break
        else:
            break
        if path[-1][0] in (0, CELLS) or path[-1][1] in (0, CELLS):
            break
    return path


def paint(size: int, rng: np.random.Generator) -> Rgb:
    """Paint the plate. Returns (size, size, 3) float32 0..1."""
    x, y = grid(size)
    cell = size / CELLS
    taken = np.zeros((CELLS + 1, CELLS + 1), np.bool_)
    boxes = chips(taken, rng)
    starts: list[tuple[Spot, int]] = []
    for left, top, wide, tall in boxes:
        starts += [((left + n, top - 1), 6) for n in range(wide + 1)]
        starts += [((left + n, top + tall + 1), 2) for n in range(wide + 1)]
        starts += [((left - 1, top + n), 4) for n in range(tall + 1)]
        starts += [((left + wide + 1, top + n), 0) for n in range(tall + 1)]
    starts += [
        ((int(a), int(b)), int(rng.integers(8))) for a, b in rng.integers(0, CELLS + 1, (900, 2))
    ]
    metal, pads, holes = np.zeros((3, size, size), np.float32)
    lamps: list[Spot] = []

    def at(spot: Spot) -> tuple[int, int]:
        return tuple(round((n * cell - 0.5) * 2**SHIFT) for n in spot)

    for n, (start, way) in enumerate(starts):
        if not all(0 <= s <= CELLS for s in start) or taken[start]:
            continue
        path = walk(start, way, taken, rng)
        line = np.array([at(spot) for spot in path], np.int32)
        cv2.polylines(metal, [line], False, 1.0, max(1, round(0.36 * cell)), cv2.LINE_AA, SHIFT)
        for spot in (path[0], path[-1]):
            cv2.circle(pads, at(spot), round(0.42 * cell * 2**SHIFT), 1.0, -1, cv2.LINE_AA, SHIFT)
            cv2.circle(holes, at(spot), round(0.17 * cell * 2**SHIFT), 1.0, -1, cv2.LINE_AA, SHIFT)
        lamps += [path[-1]] if n % 9 == 0 else []
    gold = np.maximum(metal, pads)
    board = ramp(
        np.clip(0.42 + 0.35 * fbm(x, y, rng, 3, 5) + 0.12 * fbm(x, y, rng, 40, 3), 0, 1), BOARD
    )
    board = board * (1 - 0.55 * (blur(gold, 5) - gold).clip(0, 1))[..., None]
    sheen = np.clip(0.50 + 0.45 * fbm(x + y, x - y, rng, 4, 3) + 0.15 * fbm(x, y, rng, 60, 2), 0, 1)
    picture = mix(board, ramp(sheen, GOLD), gold)
    picture = mix(picture, palette("01100c")[0] * np.ones_like(picture), holes)
    height = 0.35 + 0.4 * blur(gold, 0.7) - 0.3 * holes + 0.03 * fbm(x, y, rng, 90, 2)
    for left, top, wide, tall in boxes:
        spots = [round((n - 0.3) * cell) for n in (left, top)]
        ends = [round((n + 0.3) * cell) for n in (left + wide, top + tall)]
        here = (slice(spots[1], ends[1]), slice(spots[0], ends[0]))
        tone = 0.05 + 0.025 * fbm(x, y, rng, 120, 2)[here] + 0.05 * (1 - y[here])
        picture[here] = tone[..., None] * palette("c8d0e0")[0] * 2.2
        height[here] = 0.9
        mark = (round((left + 0.8) * cell), round((top + 0.8) * cell))
        cv2.circle(picture, mark, round(0.35 * cell), (0.75, 0.72, 0.6), -1, cv2.LINE_AA)
        for row in range(1, tall, 2):
            a, b = round((left + 1.6) * cell), round((left + wide - 1.0 - row % 3) * cell)
            level = round((top + row + 0.3) * cell)
            cv2.line(
                picture, (a, level), (b, level), (0.42, 0.44, 0.46), max(1, round(0.16 * cell))
            )
    picture = relief(picture, blur(height, 0.6), 2.4, 0.4)
    light = np.zeros_like(picture)
    for n, spot in enumerate(lamps):
        middle = (round(spot[0] * cell), round(spot[1] * cell))
        cv2.circle(light, middle, round(0.45 * cell), LAMPS[n % 3].tolist(), -1, cv2.LINE_AA)
    return np.asarray(picture + glow(light, (3, 9, 20), 0.55), np.float32)
