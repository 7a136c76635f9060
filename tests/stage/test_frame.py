"""The frame order, played with a clock of our own: hours pass in no time."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import halves, look, plain
from vj.core.house import House
from vj.core.types import Set, Trigger, no_faces
from vj.stage.frame import Stage, build_stage, frame, presented
from vj.stage.inputs import News
from vj.stage.software import drawn_in_software

SECOND = 1_000_000_000


@pytest.fixture
def stage(context: moderngl.Context, house: House) -> Stage:
    house.camera.publish(halves(), SECOND)
    house.styled.publish(plain(0, 240, 0), SECOND)
    stage = build_stage(house, context, 0.0)
    for step in range(1, 31):
        frame(stage, step / 30)
        presented(stage, step * SECOND // 30, 1 / 30)
    return stage


def _play(stage: Stage, seconds: float, fps: int = 30) -> None:
    for _ in range(round(seconds * fps)):
        frame(stage, stage.now + 1 / fps)
        presented(stage, round((stage.now) * SECOND), 1 / fps)


def test_a_knob_shows_in_the_next_frame_with_everything_else_dead(stage: Stage) -> None:
    frame(stage, stage.now + 1 / 60)
    before = look(stage.output.texture)
    stage.house.events.send(Set("grade.exposure", -3.0))
    frame(stage, stage.now + 1 / 60)
    after = look(stage.output.texture)
    assert after[..., :3].mean() < before[..., :3].mean() - 3


def test_blackout_freeze_and_panic_work_in_the_next_frame(stage: Stage) -> None:
    stage.house.events.send(Trigger("blackout.toggle"))
    frame(stage, stage.now + 1 / 60)
    assert look(stage.output.texture)[..., :3].max() == 0
    frame(stage, stage.now + 1 / 60, [Trigger("blackout.toggle"), Trigger("freeze.toggle")])
    held = look(stage.output.texture)
    assert held[..., :3].max() > 100
    stage.house.camera.publish(plain(9, 9, 9), 3 * SECOND)
    stage.house.styled.publish(plain(9, 9, 9), 3 * SECOND)
    _play(stage, 1.0)
    assert np.array_equal(look(stage.output.texture), held)
    frame(stage, stage.now + 1 / 60, [Trigger("panic")])
    assert look(stage.output.texture)[..., :3].max() < 40


def test_the_state_is_published_before_it_is_drawn(stage: Stage) -> None:
    stage.house.events.send(Set("mix.background", 0.5))
    frame(stage, stage.now + 10.0)
    found = stage.house.state.read()
    assert found is not None
    assert found[1]["scene"] == "01_ink"
    assert found[1]["values"]["mix.background"] < 1.0
    assert found[1]["model"] == "passthrough"
    assert found[1]["styles"]["person"] == [["ink-wash", 1.0]]


def test_faces_are_asked_for_while_they_are_wanted_and_drawn_where_they_are(stage: Stage) -> None:
    def asked() -> bool:
        found = stage.house.state.read()
        assert found is not None
        return bool(found[1]["faces"])

    frame(stage, stage.now + 1 / 60)
    assert not asked()
    stage.play.chain = [("mix", 1.0), ("faces", 1.0)]
    stage.play.lineup.change(["mix", "faces"], 0.0)
    faces = no_faces()
    faces[5] = (0.25, 0.5, 0.1, 0.2, 1.0)
    stage.house.events.send(Set("faces.fx", 8))
    stage.house.styled.publish(plain(40, 40, 40), 2 * SECOND, faces=faces)
    stage.house.events.send(Set("mix.person", 1.0))
    _play(stage, 1.0)
    assert asked()
    drawn = look(stage.output.texture)[..., 0].astype(int)
    assert drawn[24, 16] > 150 and drawn[24, 48] < 80
    stage.house.events.send(Set("faces.region", 2))
    frame(stage, stage.now + 1 / 60)
    assert not asked()


def test_delays_are_measured_from_hand_and_camera_to_screen(stage: Stage) -> None:
    before = stage.stats.latency.summary()["count"]
    at = 100 * SECOND
    stage.house.styled.publish(plain(1, 2, 3), at - 80_000_000)
    stage.house.camera.publish(plain(1, 2, 3), at - 30_000_000)
    frame(stage, stage.now + 1 / 30, [Trigger("tap", at=at - 20_000_000)])
    presented(stage, at, 1 / 30)
    assert stage.stats.latency.summary()["count"] == before + 1
    assert stage.stats.knob.summary()["p50"] == 20.0
    assert stage.fresh.hands == []


def test_a_machine_that_slept_an_hour_does_not_jump(stage: Stage) -> None:
    stage.house.events.send(Trigger("scene.next"))
    frame(stage, stage.now + 1 / 60)
    frame(stage, stage.now + 3600.0)
    assert 0.9 > dict(stage.play.chain)["trails"] > 0.1


def test_hours_later_it_draws_the_same(stage: Stage) -> None:
    stage.house.events.send(Trigger("scene.go", "03_plain"))
    _play(stage, 1.0)
    early = look(stage.output.texture)
    for hours in (8, 24, 24 * 365):
        frame(stage, hours * 3600.0)
        _play(stage, 0.2)
        assert np.array_equal(look(stage.output.texture), early)


def test_the_preview_is_read_ten_times_a_second_and_recordings_each_frame(stage: Stage) -> None:
    before = stage.house.screen.newest
    _play(stage, 2.0)
    assert 17 <= stage.house.screen.newest - before <= 21
    stage.play.handle(Trigger("record.toggle"), stage.now)
    before = stage.house.screen.newest
    _play(stage, 1.0)
    assert stage.house.screen.newest - before == 29


def test_black_pictures_are_counted_unless_asked_for(stage: Stage) -> None:
    assert stage.stats.black_frames == 0
    stage.house.events.send(Trigger("blackout.toggle"))
    _play(stage, 1.0)
    stage.house.events.send(Trigger("blackout.toggle"))
    _play(stage, 0.5)
    assert stage.stats.black_frames == 0
    stage.house.camera.publish(plain(0, 0, 0), 5 * SECOND)
    stage.house.styled.publish(plain(0, 0, 0), 5 * SECOND)
    _play(stage, 3.0)
    assert stage.stats.black_frames > 30


def test_a_restarted_stage_shows_what_the_old_one_showed(stage: Stage) -> None:
    stage.house.events.send(Set("grade.saturation", 0.0))
    stage.house.events.send(Trigger("blackout.toggle"))
    _play(stage, 1.0)
    again = build_stage(stage.house, stage.context, stage.now)
    frame(again, again.now + 1 / 60)
    assert again.play.params.shown["grade.saturation"] == 0.0
    assert look(again.output.texture)[..., :3].max() == 0


def test_an_effect_that_is_saved_is_seen(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "mix.frag"
    path.write_text("void main() { color = vec4(0.0, 0.0, 1.0, 0.0); }")
    stage.arrivals.effects[0].found.append((path, path))
    stage.house.events.send(Trigger("scene.go", "03_plain"))
    frame(stage, stage.now + 1 / 60)
    assert tuple(look(stage.output.texture)[9, 9]) == (0, 0, 255, 255)
    path.write_text("void main() { broken")
    stage.arrivals.effects[0].found.append((path, path))
    frame(stage, stage.now + 1 / 60)
    assert tuple(look(stage.output.texture)[9, 9]) == (0, 0, 255, 255)
    assert "mix.frag" in stage.chain.errors["mix"]


def test_a_processor_that_draws_carries_nothing_along(stage: Stage) -> None:
    """Carrying took a quarter of the paintings where the processor draws as well."""
    told = stage.house.state.read()
    assert told is not None and told[1]["carries"] != drawn_in_software(stage.context)
    kept = stage.inputs.upload
    amounts: list[float] = []

    def upload(dt: float, fade: float, carry: float, wanted: bool) -> News:
        amounts.append(carry)
        return kept(dt, fade, carry, wanted)

    stage.inputs.upload = upload  # type: ignore[method-assign]
    for carries in (False, True):
        stage.carries = carries
        frame(stage, stage.now + 1 / 60)
    assert amounts == [0.0, 1.0]
