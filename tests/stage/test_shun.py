"""A file the stage died of is left out by the next stage, until it is saved again."""

from __future__ import annotations

from pathlib import Path

import moderngl
import pytest

from vj.core.board import Board
from vj.core.gig import PROGRAM
from vj.stage.chain import Chain
from vj.stage.shun import Shun

GOOD = "void main() { color = here(picture); }\n"


def _board(document: dict[str, object] | None = None) -> Board:
    board = Board.create(4096)
    if document:
        board.post(document)
    return board


def test_what_was_tried_when_the_stage_died_is_shunned(tmp_path: Path) -> None:
    board, path = _board(), tmp_path / "hang.frag"
    with pytest.raises(KeyboardInterrupt), Shun(board).trying(path):
        found = board.read()
        assert found is not None and found[1]["loading"] == str(path) and found[1]["lease"] > 0
        killed_here = _board(found[1])
        raise KeyboardInterrupt
    assert Shun(killed_here).paths == {str(path)}
    assert Shun(board).paths == set(), "it came back, if only to say what is wrong"
    assert Shun(_board({"shunned": [str(path)], "frames_shown": 5})).paths == {str(path)}
    assert Shun(_board()).paths == set()


def test_our_own_effects_are_not_told() -> None:
    board = _board()
    with Shun(board).trying(PROGRAM / "stage" / "effects" / "mix.frag"):
        assert board.read() is None


def test_a_shunned_effect_is_left_out_and_comes_back_when_saved(
    context: moderngl.Context, tmp_path: Path
) -> None:
    files = {name: tmp_path / f"{name}.frag" for name in ("good", "hang")}
    for path in files.values():
        path.write_text(GOOD)
    shun = Shun(_board({"loading": str(files["hang"])}))
    chain = Chain(context, (8, 8), files, shun)
    assert set(chain.effects) == {"good"}
    assert "hang.frag: the graphics driver hung on it" in chain.errors["hang"]
    assert shun.document() == [str(files["hang"])]
    assert chain.load("hang", files["hang"])
    assert set(chain.effects) == {"good", "hang"} and not chain.errors
    assert shun.document() == []
