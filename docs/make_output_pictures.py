"""Makes the pictures of docs/output.md: test card, corner-pin with handles, two soft edges.

Run as `python docs/make_output_pictures.py`; needs no display.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from vj.core.mapping import Mapping
from vj.core.outputs import OutputSpec
from vj.stage.ink import Ink
from vj.stage.map_edit import Editor
from vj.stage.mapper import Mapper
from vj.stage.offscreen import Offscreen
from vj.stage.testcard import draw_card

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = (540, 960)
PIN = {"corners": [[0.08, 0.06], [0.9, 0.16], [0.95, 0.86], [0.03, 0.95]]}
LEFT = {"part": {"width": 0.55}, "blend": {"right": 0.1}}
RIGHT = {"part": {"x": 0.45, "width": 0.55}, "blend": {"left": 0.1}}

Rgb = NDArray[np.uint8]


class Hall:
    """A wall of the size of a picture, and what projectors throw on it."""

    def __init__(self) -> None:
        self.context = Offscreen().context
        self.wall = self.context.framebuffer([self.context.texture(SIZE[::-1], 4)])
        self.wall.use()
        self.ink = Ink(self.context)

    def picture(self, name: str, size: tuple[int, int]) -> moderngl.Texture:
        """A picture of the docs as a texture of (height, width)."""
        found = cv2.imread(str(PICTURES / name))
        pixels = cv2.cvtColor(cv2.resize(found, size[::-1]), cv2.COLOR_BGR2RGBA)
        return self.context.texture(size[::-1], 4, pixels.tobytes())

    def throw(self, picture: moderngl.Texture, output: dict[str, Any]) -> Mapping:
        """Draw a picture as an output would."""
        spec = OutputSpec.model_validate(output)
        Mapper(self.context, spec, Path()).draw(picture, spec.mapping, self.wall, SIZE, "cut")
        return spec.mapping

    def seen(self) -> Rgb:
        """What is on the wall, (h, w, 3) RGB."""
        data = np.frombuffer(self.wall.read(components=3), np.uint8)
        return data.reshape(*SIZE, 3)[::-1]


def keep(name: str, picture: Rgb) -> None:
    """Write a picture of the docs."""
    path = PICTURES / f"output_{name}.jpg"
    cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


def main() -> None:
    """Make all of them."""
    hall = Hall()
    card = draw_card(hall.context, hall.ink, SIZE, "HDMI-1", "960x540 at 1920,0")
    hall.throw(card, {})
    keep("testcard", hall.seen())

    mapping = hall.throw(hall.picture("05_mirror_hall.jpg", SIZE), PIN)
    editor = Editor()
    editor.toggle(0)
    editor.mappings, editor.point = [mapping], 2
    editor.draw(hall.ink, 0, SIZE)
    hall.ink.draw(hall.wall, SIZE)
    keep("corner_pin", hall.seen())

    wide = hall.picture("01_ink.jpg", (SIZE[0], round(SIZE[1] / 0.55)))
    halves = []
    for output in (LEFT, RIGHT):
        hall.throw(wide, output)
        halves.append(hall.seen())
    keep("two", on_one_wall(*halves))


def on_one_wall(left: Rgb, right: Rgb) -> Rgb:
    """Two outputs beside each other, and below them the light of both on one wall."""
    height, width = SIZE
    whole = round(width / 0.55)
    light = np.zeros((height, whole, 3))
    light[:, :width] += (left / 255.0) ** 2.2
    light[:, whole - width :] += (right / 255.0) ** 2.2
    wall = np.uint8(np.clip(light, 0, 1) ** (1 / 2.2) * 255)
    gap = whole - 2 * (whole // 2 - 10)
    half = (whole // 2 - 10, round(height * (whole // 2 - 10) / width))
    above = [cv2.resize(one, half, interpolation=cv2.INTER_AREA) for one in (left, right)]
    space = np.full((half[1], gap, 3), 24, np.uint8)
    band = np.full((20, whole, 3), 24, np.uint8)
    sheet = np.vstack([np.hstack([above[0], space, above[1]]), band, wall])
    return cv2.resize(
        sheet, (960, round(sheet.shape[0] * 960 / whole)), interpolation=cv2.INTER_AREA
    )


if __name__ == "__main__":
    main()
