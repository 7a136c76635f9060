"""The test card of an output: its name in large letters, a grid, circles, edges, colours.

Drawn once when it is asked for, at the output's own size; then it is mapped like a picture.
"""

from __future__ import annotations

import moderngl

from vj.core.mapping import WHOLE, Box
from vj.stage.fill import use_again
from vj.stage.ink import WHITE, Ink
from vj.stage.letters import fitting, write_text

_BARS = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0))
_STEPS = 16
_GRAY = (0.09, 0.10, 0.13)
_GRID = (0.55, 0.60, 0.68, 1.0)
_RED, _CYAN = (1.0, 0.25, 0.2, 1.0), (0.3, 0.85, 0.95, 1.0)
_COLUMNS, _ROWS = 16, 9


def draw_card(
    context: moderngl.Context,
    ink: Ink,
    size: tuple[int, int],
    name: str,
    geometry: str,
    part: Box = WHOLE,
) -> moderngl.Texture:
    """Return a test card of `size` (height, width), top row first.

    `part`: of the show's picture; the grid is the picture's, so that the lines of outputs that
    overlap lie on each other when they are aligned.
    """
    height, width = size
    # Drawn as windows are, last row first, and turned over into what is returned.
    drawn = context.texture((width, height), 4)
    before, target = context.fbo, context.framebuffer([drawn])
    target.clear(*_GRAY, 1.0)
    _grid(ink, width, height, part)
    ink.draw(target, size)
    _bars(target, width, height)
    short = min(width, height)
    middle = (width / 2, height / 2)
    line = max(short / 360, 1.0)
    ink.ring(middle, short * 0.46, line, WHITE)
    for x in (0.12, 0.88):
        for y in (0.16, 0.84):
            ink.ring((width * x, height * y), short * 0.11, line, _CYAN)
    ink.line((0, middle[1]), (width, middle[1]), line, _RED)
    ink.line((middle[0], 0), (middle[0], height), line, _RED)
    tall = fitting(name, short * 0.2, width * 0.8)
    write_text(ink, name, (middle[0], height * 0.26), tall)
    small = fitting(geometry, tall * 0.42, width * 0.6)
    write_text(ink, geometry, (middle[0], height * 0.42), small)
    ink.draw(target, size)
    _edges(target, width, height)
    card = context.texture((width, height), 4)
    data = target.read(components=4)
    stride = width * 4
    card.write(b"".join(data[at : at + stride] for at in range(len(data) - stride, -1, -stride)))
    use_again(context, before)
    for thing in (target, drawn):
        thing.release()
    return card


def _bars(target: moderngl.Framebuffer, width: int, height: int) -> None:
    """Colour bars and steps of gray in the lower third, sharp to the pixel."""
    top, middle, bottom = (round(height * y) for y in (0.66, 0.78, 0.86))
    left, right = round(width * 0.2), round(width * 0.8)
    for rows, colours in (
        ((top, middle), _BARS),
        ((middle, bottom), [(n / (_STEPS - 1),) * 3 for n in range(_STEPS)]),
    ):
        for number, colour in enumerate(colours):
            a, b = (left + (right - left) * n // len(colours) for n in (number, number + 1))
            target.scissor = (a, height - rows[1], b - a, rows[1] - rows[0])
            target.clear(*colour, 1.0)
    target.scissor = (0, 0, width, height)


def _grid(ink: Ink, width: int, height: int, part: Box) -> None:
    x, y, wide, high = part
    for count, start, extent, along in ((_COLUMNS, x, wide, True), (_ROWS, y, high, False)):
        for number in range(count + 1):
            place = (number / count - start) / extent
            if not 0.0 < place < 1.0:
                continue
            # On whole pixels, so that the lines are one pixel and not two half ones.
            at = round(place * (width if along else height)) + 0.5
            ends = ((at, 0.0), (at, float(height))) if along else ((0.0, at), (float(width), at))
            ink.line(*ends, 1.0, _GRID)


def _edges(target: moderngl.Framebuffer, width: int, height: int) -> None:
    """The outermost row of pixels on every side, white; the next one black."""
    for inset, light in ((1, 0.0), (0, 1.0)):
        w, h = width - 2 * inset, height - 2 * inset
        for box in (
            (inset, inset, w, 1), (inset, height - 1 - inset, w, 1),
            (inset, inset, 1, h), (width - 1 - inset, inset, 1, h),
        ):  # fmt: skip
            target.scissor = box
            target.clear(light, light, light, 1.0)
    target.scissor = (0, 0, width, height)
