"""After crashes the stage plays with little, says so, loses nothing, and comes back to it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import moderngl
import pytest

from tests.stage.pictures import halves, look, plain
from vj.core.gig import Gig, open_gig
from vj.core.house import House, Options
from vj.core.types import Set, Trigger
from vj.stage.caution import Caution
from vj.stage.frame import Stage, build_stage, frame, presented
from vj.stage.going_on import go_on
from vj.stage.play import Play

SECOND = 1_000_000_000
CHAIN = ["mix", "dream", "grade"]


def _run(play: Play, seconds: float) -> None:
    began = play.time
    for second in range(1, round(seconds) + 1):
        play.advance(began + second, 1.0)


def test_it_trusts_itself_again_step_by_step() -> None:
    caution = Caution(2)
    assert not caution.tick(299.0) and caution.level == 2
    assert caution.tick(1.0) and caution.level == 1
    assert not caution.wants_effect()
    assert not caution.tick(60.0) and caution.level == 0
    assert caution.wants_effect() and not caution.wants_effect(), "one at a time"
    caution.tick(0.3)
    assert caution.wants_effect()
    assert caution.complaint == ""


def test_what_is_saved_meanwhile_is_the_scenes_own_chain(gig: Gig) -> None:
    """Saved while it played without effects, a scene lost them in its file."""
    play = Play(gig, Options(safety=1))
    play.advance(0.0, 0.0)
    assert "panic" in play.caution.complaint
    path = gig.scene_files["01_ink"]
    before = path.read_text()
    play.handle(Trigger("scene.save"), 0.0)
    play.prompter.keep.settle()
    play.advance(0.1, 0.1)
    assert play.complaint == ""
    assert path.read_text() == before
    assert list(play.document()["order"]) == CHAIN  # type: ignore[call-overload]


def test_after_more_crashes_the_dancer_plays_until_it_is_trusted_with_the_scene(gig: Gig) -> None:
    """Whatever scene was chosen, the dancer played it, until the whole show was started anew."""
    play = Play(gig, Options(safety=2, scene="01_ink"))
    play.caution.behind = "02_loop"
    document = play.document()
    assert (document["model"], document["source"]) == ("passthrough", {"kind": "dancer"})
    assert document["behind"] == "02_loop"
    _run(play, 299.0)
    assert play.cues.scene.name == "safe"
    _run(play, 2.0)
    assert play.cues.scene.name == "02_loop"
    assert play.document()["source"] != {"kind": "dancer"}
    assert play.caution.level == 1


@pytest.mark.parametrize(
    ("event", "level", "scene"),
    [(Trigger("scene.go", "03_plain"), 1, "03_plain"), (Trigger("panic"), 0, "02_loop")],
)
def test_a_hand_ends_it(gig: Gig, event: Trigger, level: int, scene: str) -> None:
    play = Play(gig, Options(safety=2))
    play.caution.behind = "02_loop"
    play.advance(0.0, 0.0)
    play.handle(event, 0.0)
    play.advance(0.1, 0.1)
    assert (play.caution.level, play.cues.scene.name) == (level, scene)


def test_a_scene_whose_file_is_broken_plays_on_in_the_next_life(gig: Gig) -> None:
    """The first scene of the set list came on instead, with another network and source."""
    play = Play(gig, Options(scene="02_loop"))
    play.handle(Trigger("chain.toggle", "glow"), 0.0)
    play.advance(0.0, 0.1)
    document = play.document()
    path = gig.scene_files["02_loop"]
    text = path.read_text()
    path.write_text("oops: [")
    again = Play(gig, Options())
    assert again.cues.scene.name == "01_ink"
    go_on(again, document)
    again.advance(0.1, 0.1)
    after = again.document()
    for key in ("scene", "model", "matte", "source", "order", "styles"):
        assert after[key] == document[key], key
    path.write_text(text)
    again.cues.watch.look()
    again.cues.watch.look()
    again.advance(0.2, 0.1)
    assert again.cues.scene == play.cues.scenes["02_loop"]


def test_styles_are_the_same_when_there_are_more_of_them(gig: Gig) -> None:
    """A picture that was dropped in during the show gave every style another number."""
    play = Play(gig, Options())
    params = play.params.table.params
    wanted = dict(
        zip(("style.person", "style.pad_top_left"), ("ink-wash", "marbling"), strict=True)
    )
    for name, word in wanted.items():
        play.handle(Set(name, float(params[name].choices.index(word))), 0.0)
    play.advance(0.0, 0.1)
    document = json.loads(json.dumps(play.document()))
    picture = gig.style_files["marbling"]
    (gig.folder / "styles").mkdir(exist_ok=True)
    (gig.folder / "styles" / f"aaa{picture.suffix}").write_bytes(picture.read_bytes())
    again = Play(open_gig(gig.folder), Options())
    numbers = again.params.table.params["style.person"].choices
    assert list(numbers) != list(params["style.person"].choices)
    go_on(again, document)
    for name, word in wanted.items():
        assert again.params.table.params[name].choices[int(again.params.goal(name))] == word
    document["words"] = {"style.person": "gone", "no.such": "x"}
    go_on(again, document)


def test_what_a_hand_did_wrong_is_not_told_for_ever(gig: Gig) -> None:
    """It stood on every page until the show ended, as if a save had failed."""
    play = Play(gig, Options())
    play.handle(Trigger("scene.go", "none"), 0.0)
    play.advance(1.0, 1.0)
    assert "none" in play.complaint
    _run(play, 20.0)
    assert play.complaint == ""
    play.handle(Trigger("scene.undo"), play.time)
    play.prompter.keep.settle()
    _run(play, 1.0)
    assert "nothing was saved over it" in play.complaint
    play.handle(Trigger("scene.duplicate"), play.time)
    play.prompter.keep.settle()
    _run(play, 1.0)
    assert play.complaint == ""


@pytest.fixture
def careful(context: moderngl.Context, house: House) -> Stage:
    house.camera.publish(halves(), SECOND)
    house.styled.publish(plain(0, 240, 0), SECOND)
    return build_stage(replace(house, options=replace(house.options, safety=1)), context, 9.0)


def test_a_shader_that_may_have_caused_the_crashes_is_not_loaded_at_once(careful: Stage) -> None:
    """A gig's effect with an endless loop was compiled again at every start of the stage."""
    assert set(careful.chain.effects) == {"mix"}
    frame(careful, 9.1)
    assert look(careful.output.texture)[..., :3].mean() > 10
    assert set(careful.chain.effects) == {"mix"}


def test_effects_come_back_one_by_one_those_that_play_first(careful: Stage) -> None:
    """They stayed away for the rest of the night, and nobody was told."""
    effects = careful.house.gig.table.effects
    broken = dict.fromkeys(["trails"], careful.house.gig.folder / "none.frag")
    careful.house.gig.table.effects.update(broken)  # type: ignore[attr-defined]
    now, seen = 9.0, [1]
    while now < 71.0:
        now += 0.2
        frame(careful, now)
        presented(careful, round(now * SECOND), 1 / 30)
        seen.append(len(careful.chain.effects))
    assert seen[280] == 1, "not within a minute"
    assert max(b - a for a, b in pairwise(seen)) == 1
    assert list(careful.chain.effects)[:3] == CHAIN
    while now < 95.0:
        now += 0.2
        frame(careful, now)
    assert set(careful.chain.effects) == set(effects) - set(broken)
    assert "trails" in careful.chain.errors
