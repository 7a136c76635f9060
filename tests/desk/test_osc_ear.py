"""The ear starts steps from where a knob is going, and knows foreign controls."""

from __future__ import annotations

import time

import pytest

from tests.desk.hall import Hall
from vj.core.layout import Meaning
from vj.core.types import Set, Trigger
from vj.desk.addresses import Ask
from vj.desk.osc_ear import Ear
from vj.desk.osc_gate import Argument, Message


@pytest.fixture
def ear(hall: Hall) -> Ear:
    found = Ear(hall.gig, hall.mirror)
    found.layout = {
        "/3/xy": Meaning(("/mix/person/norm", "/mix/background/norm")),
        "/2/push1": Meaning(("/scene/next",)),
    }
    return found


def said(ear: Ear, address: str, *arguments: Argument) -> list[object]:
    return list(ear.meanings(Message(address, arguments), "x"))


def test_steps_start_from_where_the_knob_was_told_to_go(
    ear: Ear, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    hall.play(style__strength=0.5)
    assert said(ear, "/style/strength", "-", 0.125) == [Set("style.strength", 0.375, "x")]
    assert said(ear, "/style/strength", "-", 0.125) == [Set("style.strength", 0.25, "x")]
    clock[0] += 1.0  # by now the stage has had its say, and another hand perhaps its own
    assert said(ear, "/style/strength", "-", 0.125) == [Set("style.strength", 0.375, "x")]


def test_a_foreign_control_means_one_thing_for_each_argument(ear: Ear) -> None:
    assert said(ear, "/3/xy", 0.25, 0.5) == [
        Set("mix.person", 0.25, "x"),
        Set("mix.background", 0.5, "x"),
    ]
    assert said(ear, "/2/push1", 1) == [Trigger("scene.next", None, "x")]
    assert said(ear, "/2/push1", 0) == []
    assert said(ear, "/3/xy", "?") == [Ask("/3/xy")]
    assert ear.knows("/3/xy") and ear.knows("/sync") and not ear.knows("/3")


def test_the_book_follows_the_scene_and_the_set_list(ear: Ear, hall: Hall) -> None:
    assert ear.knows("/1/fader1") and not ear.knows("/scene/3")
    book = ear.book
    ear.refresh(1.0)
    assert ear.book is book
    scenes = ["01_ink", "02_neon_night", "03_late"]
    hall.house.state.post({"values": {}, "scene": "02_neon_night", "scenes": scenes})
    hall.mirror.poll(1.0)
    ear.refresh(2.0)
    assert not ear.knows("/1/fader1") and ear.knows("/scene/3")
