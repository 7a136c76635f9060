"""The frame: what happens between two pictures, in order, as one readable function.

The stage process calls it for every picture; time comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import moderngl

from vj.core.effect_knobs import effect_name
from vj.core.gig import PROGRAM, Gig
from vj.core.house import House
from vj.core.types import Event
from vj.stage.arrivals import Arrivals
from vj.stage.chain import Chain
from vj.stage.dress import Dress
from vj.stage.going_on import go_on
from vj.stage.inputs import Inputs
from vj.stage.output import Output
from vj.stage.overlays import Overlays
from vj.stage.play import Play
from vj.stage.restraint import Restraint
from vj.stage.seen import Moment
from vj.stage.shun import Shun
from vj.stage.software import drawn_in_software
from vj.stage.stats import Stats

_LONGEST_STEP = 0.25  # a suspended machine or a stopped process must not make phases jump
_PREVIEW_EVERY = 0.1
_BLACK_FOR = 1.0


@dataclass
class Stage:
    """Everything the frame works with; lives as long as the process."""

    house: House
    context: moderngl.Context
    play: Play
    inputs: Inputs
    overlays: Overlays
    chain: Chain
    output: Output
    stats: Stats
    arrivals: Arrivals
    dress: Dress
    shun: Shun
    carries: bool = True  # paintings along; what that costs a processor, it paints with instead
    restraint: Restraint = field(default_factory=Restraint)
    now: float = 0.0
    fresh: Fresh = field(default_factory=lambda: Fresh())
    preview_at: float = 0.0
    black_since: float | None = None


@dataclass
class Fresh:
    """What a frame is the first to show: captured moments (0 = nothing new), moved hands."""

    dry: int = 0
    styled: int = 0
    hands: list[int] = field(default_factory=list)


def build_stage(house: House, context: moderngl.Context, now: float) -> Stage:
    """Load effects and scenes and stand where an earlier life of the stage stood, if any."""
    size = house.screen.shape
    before = house.state.read()
    _learn_missed(house.gig, before[1].get("late", {}) if before else {})
    play = Play(house.gig, house.options)
    play.time = now
    if before and house.options.safety < 2:
        go_on(play, before[1])
    elif before:
        play.caution.behind = str(before[1].get("behind") or before[1].get("scene", ""))
    play.cues.watch.start()
    play.mappings.file.start(again=before is not None)
    shun = Shun(house.status["stage"])
    chain = Chain(context, size, _trusted(house), shun)
    shun.starting = False
    inputs = Inputs(context, size, house)
    output = Output(context, size, house.screen, house.gig.rig.flash_limit)
    return Stage(
        house=house,
        context=context,
        play=play,
        inputs=inputs,
        overlays=Overlays(context, size, house.layer, house.logo),
        chain=chain,
        output=output,
        stats=Stats(),
        arrivals=Arrivals(house.gig).start(),
        dress=Dress(chain, play.cues, house.gig, inputs, output, at_once=before is None),
        shun=shun,
        carries=not drawn_in_software(context),
        now=now,
    )


def _trusted(house: House) -> Mapping[str, Path]:
    """The effects to load: after crashes only what plays then, since a shader may be their cause.

    A shader without an end stops the graphics card, and the stage with it, each time it is loaded.
    The others come later, see `vj.stage.caution`.
    """
    if house.options.safety:
        return {"mix": PROGRAM / "stage" / "effects" / "mix.frag"}
    return house.gig.table.effects


def frame(stage: Stage, now: float, keys: Sequence[Event] = ()) -> None:
    """Draw the picture for the moment `now` (seconds); `keys` are the window's own events."""
    dt = min(max(now - stage.now, 0.0), _LONGEST_STEP)
    stage.now = now
    play = stage.play

    for event in (*stage.house.events.drain(), *keys):
        if not stage.restraint.allows(event, now):
            continue
        play.handle(event, now)
        if stage.house.notes:
            stage.house.notes.send(event)
        if event.at:
            stage.fresh.hands.append(event.at)

    house = stage.house
    play.senses.take(house.audio.read(), house.body.read(), round(now * 1e9), dt)
    values = play.advance(now, dt)
    seeks_faces = stage.chain.seeks_faces(play.chain, values)
    document = {**play.document(), "faces": seeks_faces, "carries": stage.carries}
    stage.house.state.post(document)

    _take_arrivals(stage)
    play.mappings.follow()
    if play.caution.wants_effect():
        stage.chain.load_another(house.gig.table.effects, play.lineup.order)
    stage.dress.step()
    if play.take_fresh_start() or _black_too_long(stage, now):
        stage.chain.reset()
    compose(stage, values, play.chain, Moment(now, play.timing.tempo.beat, dt))


def compose(
    stage: Stage, values: Mapping[str, float], chain: Sequence[tuple[str, float]], moment: Moment
) -> None:
    """Draw the picture of one moment from the newest pictures: the effects, then the output.

    `values`: parameter name -> value; `chain`: effects in order, each with its amount 0..1.
    """
    network = bool(stage.play.setting.model)
    carry = values.get("style.carry", 0.0) if stage.carries else 0.0
    news = stage.inputs.upload(moment.dt, values["style.fade"], carry, network)
    stage.overlays.upload(moment.dt, values["style.fade"])
    if news.dry:
        stage.fresh.dry = stage.inputs.camera.captured_at
    if news.styled:
        stage.fresh.styled = stage.inputs.styled.captured_at
    seen = stage.overlays.over(stage.inputs.seen(moment))
    picture = stage.chain.draw(chain, values, seen, moment)
    black, frozen = values["blackout"] >= 0.5, values["freeze"] >= 0.5
    stage.output.draw(picture, black, frozen, moment.time)


def presented(stage: Stage, at: int, period_s: float) -> None:
    """Count the picture that reached the screen at `at` (perf_counter_ns) and hand it around."""
    fresh, stage.fresh = stage.fresh, Fresh()
    live = stage.inputs.camera.seq > 0
    stage.stats.presented(at, live, period_s)
    stage.stats.showed(at, fresh.dry, fresh.styled, fresh.hands)
    take = stage.inputs.styled.take
    stage.play.timing.ahead.shown(at, round(stage.now * 1e9), fresh.styled, take)
    _look_for_black(stage)
    stage.output.publish()
    kept = stage.play.recording.wants_picture() or bool(stage.house.gig.rig.share)
    if kept or stage.now - stage.preview_at >= _PREVIEW_EVERY:
        stage.preview_at = stage.now
        stage.output.start_reading(at)


def _learn_missed(gig: Gig, news: Mapping[str, Any]) -> None:
    """Learn what the stage's former life had learned, and what came while there was no stage."""
    gig.table.follow(news)
    gig.table.learn_styles(gig.style_files)
    missed = [path for name, path in gig.effect_files.items() if name not in gig.table.effects]
    gig.table.follow({"effects": missed})


def _take_arrivals(stage: Stage) -> None:
    """Learn the styles and effects that came, and read again the scenes that waited for them.

    An effect that does not compile leaves the former in place, with its knobs.
    """
    table, play = stage.house.gig.table, stage.play
    before = table.edition
    for path in stage.arrivals.saved_effects():
        if stage.chain.load(effect_name(path), path):
            table.follow({"effects": [path]})
    table.learn_styles(stage.arrivals.saved_styles())
    if table.edition != before:
        play.params.grow()
    if stage.arrivals.saved_cards() or table.edition != before:
        play.cues.look_again()


def _look_for_black(stage: Stage) -> None:
    asked = stage.play.params.shown["blackout"] >= 0.5 or stage.output.light < 1.0
    black = stage.output.is_black(asked)
    if black is None:
        return
    stage.stats.black_frames += black
    if not black:
        stage.black_since = None
    elif stage.black_since is None:
        stage.black_since = stage.now


def _black_too_long(stage: Stage, now: float) -> bool:
    """Feedback that went black for a second, unasked, may be stuck: start it afresh."""
    if stage.black_since is None or now - stage.black_since < _BLACK_FOR:
        return False
    stage.black_since = now
    return True
