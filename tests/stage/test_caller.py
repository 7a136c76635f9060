"""The next scene comes by hand, by time, by bars, or waits until the show is let go."""

from __future__ import annotations

import json

import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.going_on import go_on
from vj.stage.play import Play

ADVANCING = {
    "01_ink": "model: passthrough\nfade: 1 s\nadvance: 10 s\n",
    "02_loop": "model: passthrough\nfade: 1 s\nadvance: 2 bars\n",
    "03_plain": "model: passthrough\nfade: 0\n",
}


@pytest.fixture
def play(gig: Gig) -> Play:
    for name, text in ADVANCING.items():
        (gig.folder / "scenes" / f"{name}.yaml").write_text(text)
    play = Play(open_gig(gig.folder), Options())
    play.advance(0.0, 0.0)
    return play


def _run(play: Play, start: float, seconds: float, dt: float = 0.05) -> float:
    now = start
    for _ in range(round(seconds / dt)):
        now += dt
        play.advance(now, dt)
    return now


def test_a_scene_is_followed_after_its_time(play: Play) -> None:
    assert play.document()["next"] == "02_loop"
    assert play.document()["advance_in"] == 10.0
    now = _run(play, 0.0, 9.5)
    assert play.cues.scene.name == "01_ink"
    assert play.document()["advance_in"] == pytest.approx(0.5, abs=0.01)
    _run(play, now, 0.6)
    assert play.cues.scene.name == "02_loop"


def test_bars_follow_the_tempo_and_end_on_a_bar(play: Play) -> None:
    play.handle(Set("tempo.bpm", 120.0), 0.0)
    now = _run(play, 0.0, 0.45)  # 0.9 beats into a bar
    play.handle(Trigger("scene.go", "02_loop"), now)
    assert play.document()["advance_in"] == pytest.approx(3.55, abs=0.06)
    now = _run(play, now, 3.4)
    assert play.cues.scene.name == "02_loop"
    now = _run(play, now, 0.25)
    assert play.cues.scene.name == "03_plain"
    assert play.timing.tempo.beat % 4 == pytest.approx(0.0, abs=0.3)
    assert play.document()["advance_in"] is None


def test_the_last_scene_stays_when_it_says_nothing(play: Play) -> None:
    play.handle(Trigger("scene.go", "03_plain"), 0.0)
    _run(play, 0.0, 30.0, 0.25)
    assert play.cues.scene.name == "03_plain"


def test_while_held_the_clock_stands_and_goes_on_where_it_stood(play: Play) -> None:
    now = _run(play, 0.0, 9.0)
    play.handle(Trigger("cue.hold"), now)
    now = _run(play, now, 20.0)
    assert play.cues.scene.name == "01_ink"
    assert play.document()["held"] is True
    play.handle(Trigger("cue.hold"), now)
    now = _run(play, now, 0.9)
    assert play.cues.scene.name == "01_ink"
    _run(play, now, 0.2)
    assert play.cues.scene.name == "02_loop"


def test_while_held_next_and_previous_choose_and_the_choice_comes_at_the_end(play: Play) -> None:
    play.handle(Trigger("cue.hold"), 0.0)
    for action in ("scene.next", "scene.next", "scene.next", "scene.previous"):
        play.handle(Trigger(action), 0.0)
    play.advance(0.1, 0.1)
    assert play.cues.scene.name == "01_ink"
    assert play.document()["next"] == "03_plain"
    play.handle(Trigger("cue.hold"), 0.1)
    assert play.cues.scene.name == "03_plain"
    assert play.document()["held"] is False


def test_letting_go_without_a_choice_changes_nothing(play: Play) -> None:
    for action in ("cue.hold", "scene.next", "scene.previous", "cue.hold"):
        play.handle(Trigger(action), 0.0)
    assert play.cues.scene.name == "01_ink"


def test_naming_a_scene_goes_there_even_while_held(play: Play) -> None:
    play.handle(Trigger("cue.hold"), 0.0)
    play.handle(Trigger("scene.next"), 0.0)
    play.handle(Trigger("scene.go", "03_plain"), 0.0)
    assert play.cues.scene.name == "03_plain"
    assert play.document()["next"] == "03_plain"


def test_a_restarted_stage_keeps_the_hold_and_the_time_that_was_left(play: Play, gig: Gig) -> None:
    now = _run(play, 0.0, 7.0)
    document = json.loads(json.dumps(play.document()))
    again = Play(open_gig(gig.folder), Options())
    go_on(again, document)
    assert again.document()["advance_in"] == pytest.approx(3.0, abs=0.05)
    play.handle(Trigger("cue.hold"), now)
    go_on(again, json.loads(json.dumps(play.document())))
    assert again.document()["held"] is True
    go_on(again, {"held": 3, "advance_in": "soon"})
    assert again.document()["held"] is False


def test_a_lone_scene_that_would_be_followed_by_itself_stays(gig: Gig) -> None:
    for name in ("02_loop", "03_plain"):
        (gig.folder / "scenes" / f"{name}.yaml").unlink()
    (gig.folder / "scenes" / "01_ink.yaml").write_text("model: passthrough\nadvance: 1 s\n")
    play = Play(open_gig(gig.folder), Options())
    play.handle(Set("mix.person", 0.2), 0.0)
    _run(play, 0.0, 3.0)
    assert play.params.goal("mix.person") == 0.2
