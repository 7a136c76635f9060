"""What a scene ignores stays as it stands: knobs, groups, styles, network, source, chain."""

from __future__ import annotations

import json

import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.going_on import go_on
from vj.stage.play import Play

IGNORING = """
fade: 0
ignore: [dream, mix.person, source, model, style.person, chain, modulate]
styles: {background: neon-grid}
params: {grade.exposure: 1.5}
"""


@pytest.fixture
def play(gig: Gig) -> Play:
    scenes = gig.folder / "scenes"
    first = "model: passthrough\nsource: {kind: testcard}\nstyles: ink-wash\nchain: [mix, trails]\n"
    (scenes / "01_ink.yaml").write_text(first + "modulate: {trails.zoom: {beats: 4}}\n")
    (scenes / "02_loop.yaml").write_text(IGNORING)
    play = Play(open_gig(gig.folder), Options())
    play.handle(Set("dream.person", 0.7), 0.0)
    play.handle(Set("mix.person", 0.3), 0.0)
    play.handle(Set("mix.background", 0.3), 0.0)
    play.advance(0.1, 0.1)
    play.handle(Trigger("scene.next"), 0.1)
    play.advance(0.2, 0.1)
    return play


def test_what_is_ignored_stays_and_the_rest_comes(play: Play) -> None:
    goal = play.params.goal
    assert (goal("dream.person"), goal("mix.person")) == (0.7, 0.3)
    assert (goal("mix.background"), goal("grade.exposure")) == (1.0, 1.5)
    document = play.document()
    assert document["scene"] == "02_loop"
    assert document["model"] == "passthrough"
    assert document["source"] == {"kind": "testcard"}
    assert document["matte"] == "auto"
    assert document["styles"]["person"] == [["ink-wash", 1.0]]  # type: ignore[index]
    assert document["styles"]["background"] == [["neon-grid", 1.0]]  # type: ignore[index]
    assert play.lineup.order == ("mix", "trails")
    assert "trails.zoom" in play.params._motions


def test_a_restarted_stage_stands_on_what_the_scene_left_alone(play: Play, gig: Gig) -> None:
    again = Play(open_gig(gig.folder), Options())
    go_on(again, json.loads(json.dumps(play.document())))
    document = again.document()
    assert (document["model"], document["source"]) == ("passthrough", {"kind": "testcard"})
    go_on(again, {"scene": "02_loop", "model": 7, "source": "x"})
    assert again.document()["model"] == "brush"


def test_a_show_that_begins_with_such_a_scene_has_the_defaults(gig: Gig, play: Play) -> None:
    first = Play(open_gig(gig.folder), Options(scene="02_loop")).document()
    assert (first["model"], first["source"]) == ("brush", {"kind": "camera"})
