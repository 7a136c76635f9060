"""The test card: exact to the pixel at its edges, and its grid is the picture's."""

from __future__ import annotations

import moderngl
import numpy as np

from tests.stage.pictures import look
from vj.stage.ink import Ink
from vj.stage.letters import fitting, width_of
from vj.stage.testcard import draw_card


def test_edges_bars_and_grid(context: moderngl.Context) -> None:
    card = look(draw_card(context, Ink(context), (270, 480), "HDMI-1", "480x270 at 0,0"))
    assert card[0].min() == 255 and card[-1].min() == 255
    assert card[:, 0].min() == 255 and card[:, -1].min() == 255
    assert card[1, 1:-1, :3].max() == 0 and card[1:-1, -2, :3].max() == 0
    assert tuple(card[200, 192, :3]) == (0, 255, 255), "the third bar"
    columns = card[20, :, 0].astype(int)
    assert columns[30] > 100 and columns[29] < 40 and columns[31] < 40, "one pixel wide"
    assert (card[40:110, :, :3].min(axis=2) > 250).sum() > 1000, "letters in white"


def test_the_grids_of_two_outputs_that_overlap_lie_on_each_other(
    context: moderngl.Context,
) -> None:
    ink = Ink(context)
    left = look(draw_card(context, ink, (270, 480), "A", "", (0.0, 0.0, 0.6, 1.0)))
    right = look(draw_card(context, ink, (270, 480), "B", "", (0.4, 0.0, 0.6, 1.0)))
    line = 0.5  # of the picture, in the middle of both
    for card, start in ((left, 0.0), (right, 0.4)):
        at = round((line - start) / 0.6 * 480)
        assert card[20, at, 0] > 100


def test_a_long_name_fits() -> None:
    name = "Virtual Display of the Great Hall 12"
    assert width_of(name, fitting(name, 200.0, 640.0)) <= 640.01
    assert fitting("A", 200.0, 640.0) == 200.0


def test_nothing_is_drawn_twice(context: moderngl.Context) -> None:
    ink = Ink(context)
    target = context.framebuffer([context.texture((40, 40), 4)])
    target.clear()
    ink.dot((10.0, 10.0), 8.0)
    ink.draw(target, (40, 40))
    seen = np.frombuffer(target.read(components=1), np.uint8).reshape(40, 40)[::-1]
    assert seen[10, 10] == 255 and seen[30, 30] == 0
    target.clear()
    ink.draw(target, (40, 40))
    assert not np.frombuffer(target.read(components=1), np.uint8).any()
