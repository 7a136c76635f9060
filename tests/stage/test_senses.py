"""Sound and dancer become values 0..1: smoothed, calibrated by one button, gone when they are."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from vj.core.gauges import AUDIO, BODY, Gauges, Reading
from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.types import Trigger
from vj.stage.going_on import go_on
from vj.stage.play import Play
from vj.stage.senses import CALIBRATION_S, Senses

S = 10**9
QUIET = Reading(dict.fromkeys(AUDIO, 0.0))


def _body(at: float, **values: float) -> Reading:
    return Reading({**dict.fromkeys(BODY, 0.0), **values}, round(at * S))


def _settle(senses: Senses, body: Reading, at: float) -> None:
    for step in range(30):
        senses.take(QUIET, body, round(at * S) + step, 1 / 30)


def test_values_glide_between_the_pictures_they_were_measured_in() -> None:
    senses = Senses()
    seen = []
    for frame in range(12):
        senses.take(QUIET, _body(1.0, area=0.4), round((1 + frame / 60) * S), 1 / 60)
        seen.append(senses.now.values["body.area"])
    assert all(a < b for a, b in pairwise(seen))
    assert 0.3 < seen[0] < seen[-1] <= 1.0


def test_what_is_measured_no_more_falls_and_a_place_stays() -> None:
    senses = Senses()
    sound = Reading({**QUIET.values, "bass": 0.7}, S, 3)
    senses.take(sound, _body(1.0), S, 0.02)
    assert (senses.now.values["audio.bass"], senses.now.onsets) == (0.7, 3)
    _settle(senses, _body(1.0, area=0.3, x=0.8), 1.0)
    senses.take(sound, _body(1.0, area=0.3, x=0.8), 5 * S, 1.0)
    assert senses.now.values["audio.bass"] == 0.0
    assert senses.now.values["body.area"] < 0.05
    assert senses.now.values["body.x"] == pytest.approx(0.8, abs=0.01)


def _dance(senses: Senses, seconds: float, start: float) -> None:
    for step in range(round(seconds * 30)):
        at, phase = start + step / 30, (step % 30) / 29
        senses.take(QUIET, _body(at, area=0.1 + 0.1 * phase, x=0.4), round(at * S), 1 / 30)


def test_calibration_lays_what_was_seen_onto_its_whole_way() -> None:
    senses = Senses()
    senses.calibrate()
    _dance(senses, CALIBRATION_S + 0.1, 1.0)
    assert senses.document()["calibrating"] == 0.0
    _settle(senses, _body(20.0, area=0.1, x=0.4), 20.0)
    assert senses.now.values["body.area"] == pytest.approx(0.0, abs=0.01)
    assert senses.now.values["body.x"] == pytest.approx(0.4, abs=0.01)  # she never moved: unchanged
    _settle(senses, _body(21.0, area=0.2), 21.0)
    assert senses.now.values["body.area"] == pytest.approx(1.0, abs=0.01)


def test_pressed_again_it_has_seen_enough_and_nothing_seen_changes_nothing() -> None:
    senses = Senses()
    before = senses.document()["ranges"]
    senses.calibrate()
    senses.calibrate()
    assert senses.document()["ranges"] == before
    senses.calibrate()
    _dance(senses, 2.0, 1.0)
    senses.calibrate()
    assert senses.document()["calibrating"] == 0.0
    _settle(senses, _body(20.0, area=0.2), 20.0)
    assert senses.now.values["body.area"] == pytest.approx(1.0, abs=0.03)


def test_a_restarted_stage_keeps_the_ranges(gig: Gig) -> None:
    play = Play(gig, Options())
    play.handle(Trigger("body.calibrate"), 0.0)
    _dance(play.senses, CALIBRATION_S + 0.1, 1.0)
    document = json.loads(json.dumps(play.document()))
    again = Play(gig, Options())
    go_on(again, document)
    ranges = json.loads(json.dumps(again.senses.document()))["ranges"]
    assert ranges == document["body"]["ranges"]
    assert ranges["area"][0] > 0.09


def test_a_scene_follows_the_dancer(gig: Gig) -> None:
    text = "model: passthrough\nchain: [mix]\nparams: {edges.accum_w1: 0.2}\n"
    text += "modulate: {edges.accum_w1: {follow: body.area, depth: 0.5, attack: 0}}\n"
    (gig.folder / "scenes" / "04_body.yaml").write_text(text)
    play = Play(gig, Options(scene="04_body"))
    gauges = Gauges.create(BODY)
    gauges.publish({"area": 0.4}, S)
    for _ in range(30):
        play.senses.take(QUIET, gauges.read(), S, 1 / 30)
        shown = play.advance(1.0, 1 / 30)
    assert shown["edges.accum_w1"] == pytest.approx(0.7, abs=0.01)
