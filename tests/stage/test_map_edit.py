"""Handles: keys and the mouse ask for moves, which go the way of every hand."""

from __future__ import annotations

import pytest

from vj.core.mapping import CORNERS, Mapping, grid
from vj.core.types import Event, Trigger
from vj.stage.map_edit import Editor

SIZES = [(100, 200), (100, 200)]


@pytest.fixture
def editor() -> Editor:
    editor = Editor()
    editor.mappings = (Mapping(), Mapping(grid(CORNERS, 3, 2), (3, 2)))
    assert editor.toggle(1) == []
    return editor


def _words(events: list[Event] | None) -> list[tuple[str, object]]:
    return [(event.action, event.argument) for event in events or () if isinstance(event, Trigger)]


def test_arrows_move_by_a_pixel_and_with_shift_by_ten(editor: Editor) -> None:
    assert _words(editor.key("RIGHT", False, SIZES, 1)) == [("map.move", "0/0 0.00500 0.00000")]
    assert _words(editor.key("UP", True, SIZES, 1)) == [("map.move", "0/0 0.00500 -0.10000")], (
        "the key before has not been drawn yet"
    )


def test_tab_goes_through_all_points_of_all_outputs(editor: Editor) -> None:
    seen = []
    for _ in range(10):
        seen.append((editor.output, editor.point))
        assert editor.key("TAB", False, SIZES, 1) == []
    assert seen == [(0, n) for n in range(4)] + [(1, n) for n in range(6)]
    assert (editor.output, editor.point) == (0, 0)
    editor.key("TAB", True, SIZES, 1)
    assert (editor.output, editor.point) == (1, 5)


def test_reset_and_the_way_out(editor: Editor) -> None:
    editor.point = 3
    assert _words(editor.key("R", False, SIZES, 1)) == [("map.reset", "0")]
    assert editor.key("B", False, SIZES, 1) is None, "other keys do what they always do"
    assert _words(editor.key("ESCAPE", False, SIZES, 1)) == [("map.save", None)]
    assert not editor.on
    assert editor.key("ESCAPE", False, SIZES, 1) is None


def test_the_mouse_takes_the_handle_it_is_near(editor: Editor) -> None:
    editor.press(1, (0.55, 0.95), SIZES[1])
    assert (editor.output, editor.point) == (1, 4)
    assert _words(editor.drag(1, (0.6, 0.9), 1)) == [("map.move", "1/4 0.60000 0.90000")]
    assert editor.drag(0, (0.6, 0.9), 1) == [], "on the other output's window"
    editor.press(1, (0.5, 0.5), (1000, 2000))
    assert editor.drag(1, (0.6, 0.9), 1) == [], "nothing was near"
