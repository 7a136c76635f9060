"""No scene that ships flashes while the dancer kicks: what flashes is softened for seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import moderngl
import pytest

from vj.capture.dancer.picture import Dancer
from vj.core.gig import STARTER, Gig, open_gig
from vj.core.house import Options, build_house
from vj.core.types import Pixels
from vj.infer.body import Body
from vj.infer.engine import Engine, build_engine
from vj.infer.painter import Painter
from vj.infer.want import want_of
from vj.stage.frame import Stage, build_stage, frame
from vj.stage.offscreen import Offscreen

pytestmark = pytest.mark.slow

# (h, w), painted and drawn: a slow machine paints so small, but draws no lines as coarse as that
PAINTING, DRAWING = (144, 256), (216, 384)
PAINTED, DRAWN = 15, 30  # a second
KICKS = ((5.0, 7.0), (35.4, 36.9))  # s of the dance, from and to
LEAD = 2.0  # s before that, in which the picture comes in
SCENES = sorted(path.stem for path in (STARTER / "scenes").glob("*.yaml"))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    found = Offscreen().context
    yield found
    found.release()


@cache
def _dancer(size: tuple[int, int]) -> Dancer:
    return Dancer(*size)


@cache
def _engine(model: str) -> Engine:
    return build_engine(open_gig(STARTER), model, [], DRAWING, "cpu")


def _gig(scene: str) -> Gig:
    gig = open_gig(STARTER)
    paints = gig.scene(scene).model == "brush"
    size = PAINTING if paints else DRAWING
    return replace(gig, rig=gig.rig.model_copy(update={"size": size, "output": size}))


def _painter(stage: Stage) -> Callable[[Pixels], Pixels]:
    want, painter = want_of(stage.play.document()), Painter()
    engine = _engine(want.model)
    for style, _ in (*want.person, *want.background):
        assert engine.shelf.get(style) is not None
    return lambda dry: painter.paint(dry, want, engine.model, engine.shelf, "cpu")[0]


@pytest.mark.parametrize("scene", SCENES)
def test_a_kick_is_no_flash(scene: str, context: moderngl.Context) -> None:
    """Mirrors, tiles, charcoal and lights were softened for up to half of every minute."""
    gig = _gig(scene)
    house = build_house(gig, Options(scene=scene, headless=True))
    stage = build_stage(house, context, 0.0)
    limiter = stage.output.limiter
    assert limiter is not None
    frame(stage, 0.001)
    paint, body, dancer, now = _painter(stage), Body(), _dancer(gig.rig.size), 0.0
    for begin, end in KICKS:
        for number in range(round((begin - LEAD) * PAINTED), round(end * PAINTED)):
            at = number / PAINTED
            dry, taken = dancer.draw(at), round(now * 1e9) + 1
            house.camera.publish(dry, taken)
            house.styled.publish(paint(dry), taken, 1)
            house.body.publish(body.look(dry, dry[..., 3], taken), taken)
            for _ in range(DRAWN // PAINTED):
                now += 1.0 / DRAWN
                frame(stage, now)
                assert at < begin or not limiter.flashing, f"flashes at {at:.1f} s of the dance"
