"""The curtain: windows that show the last good picture while the stage is away, one per output.

Started by the show beside a stage with a window (X11); it imports nothing that could fail with it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from vj.core.board import Board
from vj.core.house import House
from vj.stage.displays import has_x11

log = logging.getLogger(__name__)

_AWAY = 0.2  # seconds without a new state document until the stage counts as away
_BACK = 3  # frames a stage that came back has to have drawn before the curtain goes
_LOOK = 1 / 30
_OPENING = 30.0  # seconds a window may take to open
_FETCH_EVERY = 0.3


def main(house: House) -> None:
    """Stand behind the stage's full-screen window, and in front when it is gone."""
    if house.options.headless or not has_x11():
        log.info("no curtain here")
        while True:
            house.status["curtain"].post({})
            time.sleep(1.0)
    watch = StageWatch(house.state)
    curtains: dict[int, Curtain] = {}
    while True:
        now = time.perf_counter()
        house.status["curtain"].post({})
        away = watch.look(now)
        for number, place in enumerate(_places(house.status["stage"])):
            if number not in curtains and place is not None and not away:
                house.status["curtain"].post({"lease": _OPENING})
                curtains[number] = Curtain(house, number, place)
            if number in curtains:
                curtains[number].step(now, away, place)
        time.sleep(_LOOK)


@dataclass
class StageWatch:
    """Tells from the state board's counter whether the stage draws."""

    board: Board
    away: bool = False
    _newest: int = 0
    _moved_at: float = 0.0
    _back_from: int = 0

    def look(self, now: float) -> bool:
        """Look once at `now` seconds; True while the stage is away and not yet back for good."""
        newest = self.board.newest
        if newest != self._newest:
            self._newest, self._moved_at = newest, now
        if now - self._moved_at > _AWAY:
            self.away, self._back_from = newest > 0, newest
        elif self.away and newest - self._back_from >= _BACK:
            self.away = False
        return self.away


def _places(board: Board) -> list[tuple[int, int, int, int] | None]:
    """Where each output fills a display (x, y, width, height), None while it does not."""
    found = board.read()
    told = found[1].get("places", []) if found else []
    return [(int(p[0]), int(p[1]), int(p[2]), int(p[3])) if p else None for p in told]


class Curtain:
    """One output's window and the last picture of the stage, mapped as the output is."""

    def __init__(self, house: House, number: int, place: tuple[int, int, int, int]) -> None:
        import pyglet

        pyglet.options["debug_gl"] = False
        pyglet.options["shadow_window"] = False
        import moderngl
        import pyglet.window

        from vj.stage import x11
        from vj.stage.mapper import Mapper
        from vj.stage.rig_file import outputs_of

        self._pyglet: Any = pyglet
        self._x11: Any = x11
        self._house, self._number = house, number
        self._seq = 0
        self._fetch_at = 0.0
        self._texture: Any = None
        self._front = self._hidden = False
        self._place = place
        x, y, width, height = place
        self._window = pyglet.window.Window(
            width, height, caption="vj curtain", style="borderless", visible=False, vsync=False
        )
        x11.keep_background(self._window)
        x11.unmanage(self._window)
        self._window.set_location(x, y)
        self._window.set_mouse_visible(False)
        self._context = moderngl.create_context(require=330)
        self._target = self._context.detect_framebuffer()
        spec = outputs_of(house.gig)[number]
        self._mapping = spec.mapping
        self._mapper = Mapper(self._context, spec, house.gig.folder)
        # What stood in front and is gone leaves black behind until it is drawn over.
        self._window.push_handlers(on_expose=self._draw)
        pyglet.app.platform_event_loop.start()
        # Lowered before it is ever seen: mapping raises, and the stage must not be covered.
        self._window.set_visible(True)
        x11.stack(self._window, on_top=False)

    def step(self, now: float, away: bool, place: tuple[int, int, int, int] | None) -> None:
        """Fetch the newest picture now and then; come to the front while the stage is away."""
        self._pyglet.app.platform_event_loop.step(0.0)
        self._window.switch_to()
        self._window.dispatch_events()
        if not away:
            self._follow(place)
        if not away and now - self._fetch_at >= _FETCH_EVERY:
            self._fetch_at = now
            self._fetch()
            self._draw()
        front = away and place is not None and self._texture is not None
        if front != self._front:
            self._front = front
            log.info("the curtain is %s", "in front" if front else "behind the stage")
            if front:
                self._fetch()
            self._x11.stack(self._window, on_top=front)
            self._draw()
        elif front:
            self._draw()

    def _follow(self, place: tuple[int, int, int, int] | None) -> None:
        """Stay behind the stage's window; unseen while that fills no display."""
        if (place is None) != self._hidden:
            self._hidden = place is None
            self._window.set_visible(not self._hidden)
            if not self._hidden:
                self._x11.stack(self._window, on_top=False)
        if place is not None and place != self._place:
            self._place = place
            self._window.set_location(*place[:2])
            self._window.set_size(*place[2:])

    def _fetch(self) -> None:
        """Take the newest picture, and the mapping as it is now."""
        from vj.stage.mappings import restored, told_anew

        state = self._house.state.read()
        if state is not None:
            told = state[1].get("mapping", [])[self._number : self._number + 1]
            anew = told_anew(told[0]) if told else None
            if anew is None:
                (self._mapping,) = restored([self._mapping], told)
            else:
                self._mapping = anew[1]
                if anew[0] != self._mapper.spec:
                    self._mapper.take(anew[0])
        frame = self._house.screen.latest(self._seq)
        if frame is None:
            return
        self._seq = frame.seq
        size = frame.pixels.shape[1::-1]
        if self._texture is None or self._texture.size != size:
            self._texture = self._context.texture(size, 4)
        self._texture.write(frame.pixels.tobytes())

    def _draw(self) -> None:
        if self._texture is None or self._hidden:
            return
        _, _, width, height = self._place
        self._mapper.draw(self._texture, self._mapping, self._target, (height, width), "cut")
        self._window.flip()
