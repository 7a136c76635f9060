"""What addresses show follows the knobs, the scene and the book, in whole snapshots."""

from __future__ import annotations

import pytest

from tests.desk.hall import Hall
from vj.core.binding import Knob
from vj.core.layout import Layout, Meaning
from vj.desk.addresses import build_book
from vj.desk.shown import Line, Shown

NO_LAYOUT: Layout = {}


def test_lines_follow_what_moves_and_a_snapshot_stays_as_it_was(hall: Hall) -> None:
    shown = Shown(hall.mirror)
    book = build_book(hall.gig.table, hall.mirror.wanted.scenes, {})
    before = shown.lines(book, NO_LAYOUT)
    assert before["/style/strength"] == Line((1.0,), ("style.strength",))
    assert before["/scene/name"] == Line(("01_ink",))
    assert shown.lines(book, NO_LAYOUT) is before, "nothing has moved"
    hall.play("02_neon_night", style__strength=0.25)
    after = shown.lines(book, NO_LAYOUT)
    assert after["/style/strength"].arguments == (0.25,)
    assert after["/scene/name"].arguments == ("02_neon_night",)
    assert after["/scene/2"].arguments == (1,)
    assert after["/matte/feather"] is before["/matte/feather"]
    assert before["/style/strength"].arguments == (1.0,)


def test_another_book_forgets_the_addresses_of_the_last(hall: Hall) -> None:
    shown = Shown(hall.mirror)
    knobs = {"style.strength": Knob(osc="/1/fader1", range=(0.0, 0.5))}
    bound = build_book(hall.gig.table, (), knobs)
    hall.play(style__strength=0.25)
    assert shown.lines(bound, {})["/1/fader1"].arguments == (pytest.approx(0.5),)
    assert "/1/fader1" not in shown.lines(build_book(hall.gig.table, (), {}), {})


def test_a_foreign_control_shows_all_it_moves_and_belongs_to_all_of_it(hall: Hall) -> None:
    book = build_book(hall.gig.table, (), {})
    layout = {
        "/3/xy": Meaning(("/mix/person/norm", "/mix/background/norm")),
        "/2/push1": Meaning(("/scene/next",)),
    }
    hall.play(mix__person=0.25, mix__background=0.5)
    lines = Shown(hall.mirror).lines(book, layout)
    assert lines["/3/xy"] == Line((0.25, 0.5), ("mix.background", "mix.person"))
    assert "/2/push1" not in lines
