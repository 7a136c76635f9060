"""Hands, scenes and restarts: what is wanted is always one clear state."""

from __future__ import annotations

import json

import pytest

from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.going_on import go_on
from vj.stage.play import Play


@pytest.fixture
def play(gig: Gig) -> Play:
    play = Play(gig, Options())
    play.advance(0.0, 0.01)
    return play


def test_it_begins_with_the_first_scene_at_once(play: Play) -> None:
    assert play.params.shown["mix.person"] == 0.8
    assert play.params.shown["grade.exposure"] == 1.0
    assert play.document()["styles"] == {
        "person": [["ink-wash", 1.0]],
        "background": [["marbling", 1.0]],
    }
    assert play.chain == [("mix", 1.0), ("dream", 1.0), ("grade", 1.0)]


def test_it_begins_with_the_scene_asked_for(gig: Gig) -> None:
    assert Play(gig, Options(scene="02_loop")).cues.scene.name == "02_loop"


def test_a_scene_fades_values_styles_and_effects_together(play: Play) -> None:
    play.handle(Trigger("scene.next"), 0.0)
    values = play.advance(0.5, 0.5)
    assert values["mix.person"] == pytest.approx(0.9)
    assert values["trails.decay"] == pytest.approx((0.92 + 0.5) / 2)
    styles = play.styles.document()
    assert sorted(styles["person"]) == [["ink-wash", 0.5], ["marbling", 0.5]]
    assert styles["background"] == [["marbling", 1.0]]
    assert dict(play.chain) == pytest.approx({"mix": 1, "dream": 0.5, "grade": 0.5, "trails": 0.5})
    values = play.advance(1.0, 0.5)
    assert values["grade.exposure"] == 0.0
    assert values["style.person"] == play.params.table.params["style.person"].choices.index(
        "marbling"
    )
    assert play.chain == [("mix", 1.0), ("trails", 1.0)]


def test_a_scene_leaves_blackout_freeze_and_tempo_to_the_hands(play: Play) -> None:
    for name, value in (("blackout", 1.0), ("freeze", 1.0), ("tempo.bpm", 97.0)):
        play.handle(Set(name, value), 0.0)
    play.handle(Trigger("scene.go", "03_plain"), 0.0)
    values = play.advance(0.1, 0.1)
    assert (values["blackout"], values["freeze"], values["tempo.bpm"]) == (1.0, 1.0, 97.0)


def test_a_style_pad_fades_in_by_the_style_fade(play: Play) -> None:
    choices = play.params.table.params["style.person"].choices
    play.handle(Set("style.fade", 2.0), 0.0)
    play.handle(Set("style.person", float(choices.index("neon-grid"))), 0.0)
    play.advance(1.0, 1.0)
    assert sorted(play.styles.document()["person"]) == [["ink-wash", 0.5], ["neon-grid", 0.5]]


def test_nonsense_is_ignored_and_named(play: Play) -> None:
    before = dict(play.advance(0.0, 0.0))
    for event in (
        Set("no.such", 1.0, "osc:x"),
        Set("mix.person", float("nan")),
        Trigger("explode"),
    ):
        play.complaint = ""
        play.handle(event, 0.0)
        assert play.complaint
    play.handle(Trigger("scene.go", "04_nope"), 0.0)
    assert "01_ink" in play.complaint
    assert play.advance(0.0, 0.0) == before


def test_panic_starts_the_scene_afresh_but_keeps_a_blackout(play: Play) -> None:
    play.handle(Set("mix.person", 0.1), 0.0)
    play.handle(Trigger("blackout.toggle"), 0.0)
    play.handle(Trigger("freeze.toggle"), 0.0)
    play.handle(Trigger("scene.next"), 0.0)
    play.advance(0.1, 0.1)
    play.handle(Trigger("panic"), 0.1)
    values = play.advance(0.1, 0.0)
    assert (values["mix.person"], values["trails.decay"]) == (1.0, 0.5)
    assert (values["blackout"], values["freeze"]) == (1.0, 0.0)
    assert play.chain == [("mix", 1.0), ("trails", 1.0)]
    assert play.take_fresh_start()
    assert not play.take_fresh_start()


def test_toggles_toggle_and_taps_set_the_tempo(play: Play) -> None:
    for wanted in (1.0, 0.0):
        play.handle(Trigger("blackout.toggle"), 0.0)
        assert play.advance(0.0, 0.01)["blackout"] == wanted
    for at in (0.0, 0.6, 1.2):
        play.handle(Trigger("tap"), at)
    assert play.advance(1.3, 0.1)["tempo.bpm"] == pytest.approx(100.0)


def test_what_only_the_window_can_do_is_passed_on(play: Play) -> None:
    play.handle(Trigger("fullscreen.toggle", "off"), 0.0)
    assert play.take_window_actions() == [Trigger("fullscreen.toggle", "off")]
    assert play.take_window_actions() == []


def test_saving_the_running_scene_moves_only_what_the_edit_changed(gig: Gig, play: Play) -> None:
    """A performer turns a knob, then saves an edit of something else: the knob stays turned."""
    play.handle(Set("mix.person", 0.3), 0.0)
    text = "model: passthrough\nstyles: {person: neon-grid, background: marbling}\n"
    text += "chain: [mix, dream, grade]\nparams: {mix.person: 0.8, grade.exposure: 2.0}\n"
    (gig.folder / "scenes" / "01_ink.yaml").write_text(text)
    play.cues.watch.look()
    play.cues.watch.look()
    play.advance(1.0, 0.0)
    values = play.advance(2.0, 1.0)
    assert values["grade.exposure"] == 2.0
    assert values["mix.person"] == pytest.approx(0.3, abs=1e-3)
    assert play.styles.document()["person"] == [["neon-grid", 1.0]]


def test_a_restarted_stage_stands_where_the_old_one_stood(gig: Gig, play: Play) -> None:
    play.handle(Trigger("scene.go", 2), 0.0)
    play.advance(0.4, 0.4)
    play.handle(Set("trails.hue", 0.7), 0.4)
    play.advance(0.5, 0.1)
    document = json.loads(json.dumps(play.document()))
    again = Play(gig, Options(scene="03_plain"))
    go_on(again, document)
    values = again.advance(0.5, 0.0)
    assert again.cues.scene.name == "02_loop"
    assert again.params.goal("trails.hue") == 0.7
    assert values["mix.person"] == pytest.approx(document["values"]["mix.person"], abs=0.05)
    assert sorted(again.styles.document()["person"]) == sorted(document["styles"]["person"])


def test_any_document_can_be_restored(gig: Gig, play: Play) -> None:
    go_on(play, {})
    go_on(play, {"scene": "gone", "values": {"no.such": 1.0}, "styles": {"person": []}})
    assert play.advance(0.1, 0.1)["blackout"] == 0.0


def test_a_hand_rearranges_the_chain_and_the_document_tells(gig: Gig) -> None:
    play = Play(gig, Options(scene="01_ink"))
    for action, argument in (
        ("chain.up", "grade"),
        ("chain.toggle", 2.0),
        ("chain.toggle", "glow"),
    ):
        play.handle(Trigger(action, argument), 0.0)
        for number in range(60):
            play.advance(number / 60, 1 / 60)
    assert play.document()["order"] == ("mix", "grade", "glow")
    assert [name for name, _ in play.chain] == ["mix", "grade", "glow"]
    again = Play(gig, Options(scene="01_ink"))
    go_on(again, play.document())
    again.advance(0.0, 1 / 60)
    assert [name for name, _ in again.chain] == ["mix", "grade", "glow"]
    for argument in ("nonsense", 9.0, None, float("nan")):
        play.complaint = ""
        play.handle(Trigger("chain.toggle", argument, "osc"), 0.0)
        assert "which effect" in play.complaint
    play.handle(Trigger("scene.go", "01_ink"), 0.0)
    assert play.document()["order"] == ("mix", "dream", "grade")
