"""What drawing costs on this machine: chains of effects and a mapping against a plain copy.

Called by `vj bench stage`; ratios are of times measured in turn in one process.
"""

from __future__ import annotations

import cProfile
import gc
import math
import pstats
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import moderngl
import numpy as np

from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.core.outputs import OutputSpec
from vj.core.types import Pixels, Set, Trigger
from vj.stage.fill import SHADERS, compile_fill
from vj.stage.frame import Stage, build_stage, frame, presented
from vj.stage.fused import Fused, runs
from vj.stage.mapper import Mapper
from vj.stage.offscreen import Offscreen

# Six that look at one place of the picture each, and six as a scene would have them.
CHAINS = {
    "colour": ["mix", "grade", "palette", "posterise", "grain", "vignette"],
    "scene": ["mix", "dream", "trails", "glow", "grain", "grade"],
}
KNOBS = {
    "grade.exposure": 0.2, "grade.gamma": 1.2, "palette.amount": 0.5, "posterise.amount": 0.5,
    "grain.amount": 0.3, "vignette.amount": 0.5, "glow.amount": 0.5, "dream.person": 0.3,
    "trails.decay": 0.8,
}  # fmt: skip
PINNED = OutputSpec.model_validate(
    {
        "corners": [[0.04, 0.02], [0.97, 0.06], [0.99, 0.98], [0.01, 0.95]],
        "blend": {"right": 0.1},
        "mask": [[0, 0], [1, 0], [1, 0.9], [0.8, 1], [0, 1]],
    }
)
_SETTLE = 10
_FIFTHS = 5
_REHEARSED = 10_000  # steps; the starter gig has 2,183


def bench_stage(gig: Gig, rounds: int, changes: int) -> dict[str, Any]:
    """Measure at 1280x720: ratios to a copy, Python's own time, growth over scene changes.

    `rounds`: frames of each kind; `changes`: from scene to scene of the gig.
    """
    surface = Offscreen()
    figures: dict[str, Any] = {"gl": surface.context.info["GL_RENDERER"], "size": "1280x720"}
    figures |= _ratios(gig, surface.context, rounds)
    figures |= _python_ms(gig, surface.context, rounds)
    return figures | _growth(gig, surface.context, changes)


def _stage(gig: Gig, context: moderngl.Context, size: tuple[int, int]) -> Stage:
    house = build_house(gig, Options(headless=True), size)
    stage = build_stage(house, context, 0.0)
    picture = _picture(gig.rig.size if size[0] < 100 else size)
    house.camera.publish(picture[: house.camera.shape[0], : house.camera.shape[1]], 1)
    house.styled.publish(picture[: house.styled.shape[0], : house.styled.shape[1]], 1)
    return stage


def _picture(size: tuple[int, int]) -> Pixels:
    """Slopes of colour, a person in the middle."""
    height, width = size
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    person = np.hypot(x - 0.5, y - 0.5) < 0.3
    layers = (x, y, 0.5 + 0.5 * np.sin(20 * x * y), person.astype(float))
    return np.ascontiguousarray(np.stack(layers, -1) * 255, np.uint8)


def _ratios(gig: Gig, context: moderngl.Context, rounds: int) -> dict[str, Any]:
    size = (720, 1280)
    stage = _stage(gig, context, size)
    source = context.texture((1280, 720), 4, _picture(size).tobytes())
    target = context.framebuffer([context.texture((1280, 720), 4)])
    copy = compile_fill(context, (SHADERS / "copy.frag").read_text("utf-8"))
    triangle = context.vertex_array(copy, [])
    mapper, mapping = Mapper(context, PINNED, Path()), PINNED.mapping
    for name, value in KNOBS.items():
        stage.play.params.set(name, value)
    together, alone = stage.chain.fused, Fused(stage.chain.canvas)
    together.live = alone.live = False
    for chain in CHAINS.values():  # as for the scenes of a set list
        for at, count in runs([stage.chain.effects[name] for name in chain]):
            stage.chain.fuse(chain[at : at + count], KNOBS)

    def plain() -> None:
        target.use()
        source.use(0)
        triangle.render(moderngl.TRIANGLES, 3)

    def draw(chain: Sequence[str], mapped: bool, fused: Fused = together) -> Callable[[], None]:
        def once() -> None:
            stage.chain.fused = fused
            stage.play.lineup.change(chain, 0.0)
            frame(stage, stage.now + 1 / 60)
            if mapped:
                mapper.draw(stage.output.texture, mapping, target, size)

        return once

    ways = {"plain copy": plain}
    for name, chain in CHAINS.items():
        ways[f"{name} chain, pass by pass"] = draw(chain, False, alone)
        ways[f"{name} chain"] = draw(chain, False)
        ways[f"{name} chain + mapping"] = draw(chain, True)
    times = _in_turn(context, ways, rounds)
    base = median(times["plain copy"])
    figures: dict[str, Any] = {"chains": CHAINS, "plain_copy_ms": round(base * 1e3, 2)}
    for name, taken in times.items():
        # Of neighbours in time: other programs on the machine slow both.
        shares = [one / plain for one, plain in zip(taken, times["plain copy"], strict=True)]
        figures[f"{name} / copy"] = round(median(shares), 2)
    return figures


def _in_turn(
    context: moderngl.Context, ways: dict[str, Callable[[], None]], rounds: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(_SETTLE + rounds):
        for name, way in ways.items():
            way()
            context.finish()
            start = time.perf_counter()
            way()
            context.finish()
            if number >= _SETTLE:
                times[name].append(time.perf_counter() - start)
    return times


def _python_ms(gig: Gig, context: moderngl.Context, rounds: int) -> dict[str, float]:
    """A frame of the scene's chain with hardly a pixel to draw, and what of it is not Python's.

    After the dress rehearsal, which takes a step a frame in a show's first minute. `python_ms`: the
    median thread time of a frame; `in_driver_ms`: what the profiler finds in OpenGL calls, a frame.
    """
    stage = _stage(gig, context, (16, 24))
    stage.play.lineup.change(CHAINS["scene"], 0.0)
    for name, value in KNOBS.items():
        stage.play.params.set(name, value)
    for _ in range(_REHEARSED):
        stage.dress.step()

    def frames(count: int) -> Iterator[float]:
        for number in range(count):
            stage.house.events.send(Set("grade.saturation", 1.0 + (number % 9) / 100))
            start = time.thread_time()
            frame(stage, stage.now + 1 / 60)
            yield time.thread_time() - start
            presented(stage, round(stage.now * 1e9), 1 / 60)

    taken = list(frames(_SETTLE + 4 * rounds))[_SETTLE:]
    profile = cProfile.Profile(time.thread_time)
    profile.runcall(lambda: deque(frames(4 * rounds), maxlen=0))
    calls = pstats.Stats(profile).get_stats_profile().func_profiles
    driver = sum(one.tottime for name, one in calls.items() if "'mgl." in name)
    return {
        "python_ms": round(median(taken) * 1e3, 3),
        "in_driver_ms": round(driver / (4 * rounds) * 1e3, 3),
    }


def _growth(gig: Gig, context: moderngl.Context, changes: int) -> dict[str, Any]:
    """Change scenes, fading; count memory and objects after every fifth of it.

    Programs are made when they are first needed, so the first fifths may grow.
    """
    stage = _stage(gig, context, (16, 24))
    counted = []
    for number in range(1, changes + 1):
        stage.house.events.send(Trigger("scene.next"))
        frame(stage, stage.now + 0.2)
        presented(stage, round(stage.now * 1e9), 0.2)
        if number % max(changes // _FIFTHS, 1) == 0:
            counted.append(_census())
    growth: dict[str, Any] = {"scene_changes": changes}
    for name in counted[0]:
        growth[f"{name}_by_fifths"] = [round(one[name], 2) for one in counted]
    return growth


def _census() -> dict[str, float]:
    gc.collect()
    found = gc.get_objects()
    kinds = (moderngl.Texture, moderngl.Buffer, moderngl.Program, moderngl.Framebuffer)
    return {
        "rss_mib": _rss_mib(),
        "objects": len(found),
        "gl_objects": sum(isinstance(one, kinds) for one in found),
    }


def _rss_mib() -> float:
    """Memory in use; not a number where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError):
        return math.nan
    return pages * 4096 / 2**20
