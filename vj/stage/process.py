"""The stage process: a window or an off-screen surface, and the loop that draws into it.

Started by the show; ends with SIGTERM or when its window is closed.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Protocol

import moderngl

from vj.core.brief import brief
from vj.core.child import TERMINATED
from vj.core.house import House
from vj.core.ring import Ring
from vj.core.types import Event, Trigger
from vj.stage.displays import has_display
from vj.stage.ending import Ending
from vj.stage.frame import Stage, build_stage, frame, presented
from vj.stage.mappings import Mappings
from vj.stage.offscreen import Offscreen
from vj.stage.output import Output
from vj.stage.software import drawn_in_software

log = logging.getLogger(__name__)

_STATUS_EVERY = 0.15
# Without a graphics card the same cores draw and paint: enough to look fluid, no more.
_SOFTWARE_RATE = 32.0
# There, a hand that moves while the stage rests is seen at once; not oftener, as hands that never
# rest would take what paints.
_HURRY_EVERY, _LOOK_S = 0.1, 0.002


class Surface(Protocol):
    """Where pictures are presented: a window, or nowhere."""

    context: moderngl.Context
    closed: bool

    @property
    def display(self) -> str:
        """Where it is, in words."""

    @property
    def displays(self) -> list[str]:
        """Each output's display by name; empty where there is none."""

    @property
    def places(self) -> list[tuple[int, int, int, int] | None]:
        """x, y, width, height of the display each output fills; None while it fills none."""

    @property
    def rate(self) -> float:
        """How many pictures per second make sense here."""

    def events(self) -> list[Event]:
        """What keys were pressed since the last call."""

    def act(self, actions: Sequence[Trigger]) -> None:
        """Do what only windows can do: full screen, help, displays, test card, mapping."""

    def present(self, output: Output, mappings: Mappings) -> None:
        """Show the output picture as mapped; returns when it is on its way to the screen."""


def main(house: House) -> None:
    """Draw until the window is closed or the process is told to end."""
    # Not by an exception: raised while a program is compiled it would crash moderngl.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(TERMINATED))
    # The renderer and the reloading of scenes share one interpreter: switch quickly.
    sys.setswitchinterval(0.001)
    surface = open_surface(house)
    stage = build_stage(house, surface.context, time.perf_counter())
    gc.collect()
    gc.freeze()
    ending = Ending()
    if not isinstance(surface, Offscreen):  # where nobody sees it, nobody waits for it
        ending.listen()
    loop(stage, surface, ending)
    # For a show that has taken over this process and cannot know its exit code.
    found = house.status["stage"].read()
    house.status["stage"].post((found[1] if found else {}) | {"closed": True})


def open_surface(house: House) -> Surface:
    """Open the window, or an off-screen surface when asked for or when there is no display."""
    if house.options.headless or not has_display():
        return Offscreen()
    try:
        from vj.stage.window import Window

        return Window(house)
    except Exception:  # whatever a windowing system raises, the show goes on without it
        log.exception("no window; drawing off-screen")
        return Offscreen()


def loop(stage: Stage, surface: Surface, ending: Ending) -> None:
    """Draw one picture after the other at the surface's pace; nothing a frame raises ends it.

    Raises: SystemExit when the light has gone down after the process was told to end.
    """
    software = drawn_in_software(stage.context)
    status_at, hurried_at, due = 0.0, 0.0, time.perf_counter()
    while not surface.closed:
        now = time.perf_counter()
        period = 1.0 / (min(surface.rate, _SOFTWARE_RATE) if software else surface.rate)
        light = ending.light(now)
        if light <= 0.0:
            sys.exit(TERMINATED)
        try:
            stage.output.light = light
            frame(stage, now, surface.events())
            surface.act(stage.play.take_window_actions())
            stage.stats.draw_ms.add((time.perf_counter() - now) * 1e3)
            surface.present(stage.output, stage.play.mappings)
            presented(stage, time.perf_counter_ns(), period)
            if now - status_at >= _STATUS_EVERY:
                status_at = now
                stage.play.mappings.displays = surface.displays or stage.play.mappings.displays
                stage.house.status["stage"].post(_status(stage, surface))
        except Exception as error:
            # No status without a picture: frames that keep failing get the stage started anew.
            said = f"{type(error).__name__}: {error}"
            if said != stage.play.complaint:
                log.exception("a frame failed; the last picture stays")
            stage.play.complaint = said
        # A flip that waits for the display sets the pace; the limiter, a little faster, is for
        # those that do not: hidden windows, drivers without vsync, off-screen.
        due = max(due + period * (1.0 if software else 0.9), now)
        may_hurry = software and now - hurried_at >= _HURRY_EVERY
        if rest(due, stage.house.events if may_hurry else None):
            due = hurried_at = time.perf_counter()


def rest(due: float, hands: Ring | None) -> bool:
    """Sleep until `due` (perf_counter seconds), or only until a hand moves; say whether one did."""
    while (left := due - time.perf_counter()) > 0.0:
        if hands is None:
            time.sleep(left)
        elif hands.waiting:
            return True
        else:
            time.sleep(min(left, _LOOK_S))
    return False


def _status(stage: Stage, surface: Surface) -> dict[str, object]:
    # What a hand or a frame did wrong passes; mistakes in files stand behind it as the newest.
    rig = stage.play.mappings.file.trouble
    errors = [stage.play.complaint, *stage.play.cues.errors.values()]
    errors += [*stage.chain.errors.values(), rig, stage.play.caution.complaint]
    errors = [text for text in errors if text]
    height, width = stage.output.size
    return stage.stats.document() | {
        "gl": str(stage.context.info["GL_RENDERER"]),
        "ahead_ms": stage.play.timing.ahead.document(),
        "scene": stage.play.cues.scene.name,
        "display": surface.display,
        "places": surface.places,
        "size": [height, width],
        "shunned": stage.shun.document(),
        "flashing": bool(stage.output.limiter and stage.output.limiter.flashing),
        **stage.inputs.ladder.document(),
        "errors": [brief(text, 300) for text in errors[-6:]],
    }
