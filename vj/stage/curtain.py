"""The curtain: a window that shows the last good picture while the stage is away.

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
_FETCH_EVERY = 0.3


def main(house: House) -> None:
    """Stand behind the stage's full-screen window, and in front when it is gone."""
    if house.options.headless or not has_x11():
        log.info("no curtain here")
        while True:
            time.sleep(1.0)
    watch = StageWatch(house.state)
    curtain: Curtain | None = None
    while True:
        now = time.perf_counter()
        away = watch.look(now)
        place = _place(house.status["stage"])
        if curtain is None and place is not None and not away:
            curtain = Curtain(house, place)
        if curtain is not None:
            curtain.step(now, away, place)
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


def _place(board: Board) -> tuple[int, int, int, int] | None:
    """Where the stage fills a display (x, y, width, height), None while it is a mere window."""
    found = board.read()
    place = found[1].get("place") if found else None
    return (int(place[0]), int(place[1]), int(place[2]), int(place[3])) if place else None


class Curtain:
    """The window itself and the last picture of the stage."""

    def __init__(self, house: House, place: tuple[int, int, int, int]) -> None:
        import pyglet

        pyglet.options["debug_gl"] = False
        pyglet.options["shadow_window"] = False
        import pyglet.window

        from vj.stage import x11

        self._pyglet: Any = pyglet
        self._x11: Any = x11
        self._house = house
        self._seq = 0
        self._fetch_at = 0.0
        self._texture: Any = None
        self._front = False
        self._place = place
        x, y, width, height = place
        self._window = pyglet.window.Window(
            width, height, caption="vj curtain", style="borderless", visible=False, vsync=False
        )
        x11.keep_background(self._window)
        x11.unmanage(self._window)
        self._window.set_location(x, y)
        self._window.set_mouse_visible(False)
        pyglet.app.platform_event_loop.start()
        # Lowered before it is ever seen: mapping raises, and the stage must not be covered.
        self._window.set_visible(True)
        x11.stack(self._window, on_top=False)

    def step(self, now: float, away: bool, place: tuple[int, int, int, int] | None) -> None:
        """Fetch the newest picture now and then; come to the front while the stage is away."""
        self._pyglet.app.platform_event_loop.step(0.0)
        self._window.dispatch_events()
        if place is not None and place != self._place and not away:
            self._place = place
            self._window.set_location(*place[:2])
            self._window.set_size(*place[2:])
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

    def _fetch(self) -> None:
        frame = self._house.screen.latest(self._seq)
        if frame is None:
            return
        self._seq = frame.seq
        height, width = frame.pixels.shape[:2]
        image = self._pyglet.image.ImageData(
            width, height, "RGBA", frame.pixels.tobytes(), pitch=-4 * width
        )
        if self._texture is None or (self._texture.width, self._texture.height) != (width, height):
            self._texture = image.get_texture()
        else:
            self._texture.blit_into(image, 0, 0, 0)

    def _draw(self) -> None:
        if self._texture is None:
            return
        self._window.switch_to()
        _, _, width, height = self._place
        scale = max(width / self._texture.width, height / self._texture.height)
        wide, high = self._texture.width * scale, self._texture.height * scale
        self._texture.blit((width - wide) / 2, (height - high) / 2, 0, wide, high)
        self._window.flip()
