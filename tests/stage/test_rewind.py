"""The last minute can be had again, by an explicit clock."""

from __future__ import annotations

import tracemalloc

import pytest

from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.play import Play
from vj.stage.rewind import seconds_of


@pytest.fixture
def play(gig: Gig) -> Play:
    return Play(gig, Options())


def _run(play: Play, start: float, seconds: float, dt: float = 0.05) -> float:
    now = start
    for _ in range(round(seconds / dt)):
        now += dt
        play.advance(now, dt)
    return now


def test_a_twist_too_far_is_taken_back_softly(play: Play) -> None:
    play.handle(Set("dream.person", 0.4), 0.0)
    now = _run(play, 0.0, 8.0)
    play.handle(Set("dream.person", 0.9), now)
    now = _run(play, now, 4.0)
    play.handle(Trigger("rewind.5"), now)
    shown = play.advance(now + 0.2, 0.2)
    assert 0.4 < shown["dream.person"] < 0.9
    _run(play, now + 0.2, 1.0)
    assert play.params.shown["dream.person"] == pytest.approx(0.4)


def test_scene_styles_chain_and_effects_come_back_but_not_light_and_tempo(play: Play) -> None:
    now = _run(play, 0.0, 12.0)
    play.handle(Trigger("scene.go", "02_loop"), now)
    now = _run(play, now, 3.0)
    play.handle(Trigger("blackout.toggle"), now)
    play.handle(Set("tempo.bpm", 90.0), now)
    play.handle(Trigger("rewind.recall", 8.0), now)
    now = _run(play, now, 1.0)
    assert play.cues.scene.name == "01_ink"
    assert play.styles.document()["person"] == [["ink-wash", 1.0]]
    assert [name for name, _ in play.chain] == ["mix", "dream", "grade"]
    assert play.params.shown["grade.exposure"] == 1.0
    assert play.params.shown["blackout"] == 1.0
    assert play.params.goal("tempo.bpm") == 90.0


def test_a_rewind_can_be_taken_back(play: Play) -> None:
    now = _run(play, 0.0, 6.0)
    play.handle(Set("grade.exposure", 2.0), now)
    now = _run(play, now, 3.0)
    play.handle(Trigger("rewind.5"), now)
    now = _run(play, now, 4.0)
    assert play.params.shown["grade.exposure"] == pytest.approx(1.0)
    play.handle(Trigger("rewind.5"), now)
    _run(play, now, 1.0)
    assert play.params.shown["grade.exposure"] == pytest.approx(2.0)


def test_a_minute_is_kept_and_no_more_and_memory_does_not_grow(play: Play) -> None:
    play.handle(Set("mix.person", 0.11), 0.0)
    now = _run(play, 0.0, 2.0, 0.1)
    play.handle(Set("mix.person", 0.99), now)
    now = _run(play, now, 61.0, 0.1)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    now = _run(play, now, 60.0, 0.1)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 500_000  # one set of values kept at every tick would be some millions
    look = play.prompter.rewind.ago(now, 60.0)
    assert look is not None
    assert look.values["mix.person"] == 0.99
    assert play.prompter.rewind.ago(now, 500.0) is not None


def test_a_younger_show_gives_the_oldest_it_has(play: Play) -> None:
    assert play.prompter.rewind.ago(0.0, 5.0) is None
    play.handle(Trigger("rewind.20"), 0.0)  # nothing there: nothing happens
    play.handle(Set("mix.person", 0.2), 0.0)
    now = _run(play, 0.0, 1.0)
    play.handle(Set("mix.person", 0.9), now)
    play.handle(Trigger("rewind.20"), now)
    _run(play, now, 1.0)
    assert play.params.shown["mix.person"] == pytest.approx(0.2)


def test_knobs_that_come_while_the_show_runs_join(play: Play, gig: Gig) -> None:
    now = _run(play, 0.0, 2.0)
    path = gig.folder / "fresh.frag"
    knobs = "".join(f"uniform float k{n}; // 0..1 = 0.5: a knob\n" for n in range(90))
    path.write_text(knobs)
    gig.table.learn_effect(path)
    play.params.grow()
    now = _run(play, now, 2.0)
    looks = [play.prompter.rewind.ago(now, seconds) for seconds in (3.5, 0.5)]
    old, new = (look.values if look else {} for look in looks)
    assert "fresh.k7" not in old
    assert new["fresh.k7"] == 0.5
    assert new["mix.person"] == old["mix.person"] == 0.8


@pytest.mark.parametrize(
    ("action", "argument", "seconds"),
    [
        ("rewind.5", None, 5.0),
        ("rewind.20", 1.0, 20.0),
        ("rewind.recall", None, 10.0),
        ("rewind.recall", 1.0, 10.0),
        ("rewind.recall", 7.5, 7.5),
        ("rewind.recall", "20", 20.0),
        ("rewind.recall", "soon", 10.0),
        ("rewind.recall", 1e9, 60.0),
        ("rewind.recall", float("nan"), 10.0),
        ("rewind.recall", -5.0, 10.0),
    ],
)
def test_how_far_back(action: str, argument: str | float | None, seconds: float) -> None:
    assert seconds_of(action, argument) == seconds
