"""Motion carry: between two paintings the last one moves along with the camera.

Used by the stage's inputs. Capture sends a field of where everything was when the camera took what
was painted; every frame shows the painting through it, and the camera's own changes since then by
as much as the painting follows the camera there.
"""

from __future__ import annotations

import moderngl
import numpy as np

from vj.core.mailbox import Mailbox
from vj.core.types import Pixels
from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.memory import blank, texture_of

FADE = 0.1  # s in which a new painting takes the place of the carried one, at most
FADE_PART = 0.4  # of the time from painting to painting
PATIENCE = 0.12  # s a new painting waits for its field
ALIVE = 0.4  # s without a field after which none is waited for
# s: a fast dancer who is carried for longer comes apart; then the painting only waits.
FRESH, STALE = 0.4, 0.6
_UNITS = ("painting", "origin", "field", "now", "first", "former")


def fresh(age: float) -> float:
    """How far a painting of what the camera saw `age` seconds ago is to be carried, 0..1."""
    return min(max((STALE - age) / (STALE - FRESH), 0.0), 1.0)


class Carry:
    """The field and the origin of one painting, and the picture shown last."""

    def __init__(self, context: moderngl.Context, motion: Mailbox, origin: Mailbox) -> None:
        self._context, self._motion, self._origin = context, motion, origin
        self._program = compile_fill(context, (SHADERS / "carry.frag").read_text("utf-8"))
        for unit, name in enumerate(_UNITS):
            write(self._program, name, unit)
        self._triangle = context.vertex_array(self._program, [])
        self._soft = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.LINEAR, moderngl.LINEAR)
        )
        self._out: Pixels = np.zeros((1, 2, 4), np.uint8)
        self._origin_out: Pixels = np.zeros((1, 1, 4), np.uint8)
        self._fields = [context.texture((1, 1), 4, dtype="f2", data=bytes(8)) for _ in range(2)]
        self._base = context.texture((1, 1), 4, data=bytes(4))
        self._targets = [blank(context, (1, 1)) for _ in range(2)]
        self._seq = self._origin_seq = 0
        self._base_of = self._field_of = 0  # the paintings they belong to
        self._shown = 0  # the painting shown last
        self._silent = ALIVE
        self._fading, self._fade = 0.0, FADE
        self._since = self._dt = 0.0  # s since another painting came
        self._waited = 0.0
        # Drivers finish compiling when something is drawn first: not in the middle of a show.
        self._draw(self._base, self._base, 1.0)

    @property
    def alive(self) -> bool:
        """Whether fields come."""
        return self._silent < ALIVE

    def upload(self, dt: float) -> None:
        """Upload the newest field and origin; `dt`: seconds since the last call."""
        self._silent += dt
        self._since, self._dt = self._since + dt, dt
        self._fading = max(self._fading - dt / self._fade, 0.0)
        frame = self._motion.latest(self._seq, self._out)
        if frame is None:
            return
        self._seq, self._silent, self._out = frame.seq, 0.0, frame.pixels
        rows, columns = frame.pixels.shape[0], frame.pixels.shape[1] // 2
        if self._fields[0].size != (columns, rows):
            for texture in self._fields:
                texture.release()
            self._fields = [self._context.texture((columns, rows), 4, dtype="f2") for _ in range(2)]
        self._fields[0].write(frame.pixels)
        if frame.take != self._field_of:
            self._fields[1].write(frame.pixels)
        self._field_of = frame.take
        self._take_origin()

    def waits(self, captured_at: int, dt: float) -> bool:
        """Whether a painting that is there should come a frame later, with its field."""
        if not self.alive or captured_at in (self._field_of, self._shown):
            self._waited = 0.0
            return False
        self._waited += dt
        return self._waited < PATIENCE

    def seen(
        self, painting: moderngl.Texture, captured_at: int, now: moderngl.Texture, amount: float
    ) -> moderngl.Texture:
        """Return the painting of what the camera took at `captured_at`, carried along to `now`.

        `amount`: 0..1. Where nothing is known of the movement it is the painting itself.
        """
        if amount <= 0.0 or not captured_at == self._field_of == self._base_of:
            self._shown, self._fading = 0, 0.0
            return painting
        if self._targets[0].size != painting.size:
            old, size = self._targets, painting.size[::-1]
            self._targets = [blank(self._context, size) for _ in range(2)]
            self._targets[0].use()  # one that is in use must not go
            for target in old:
                texture_of(target).release()
                target.release()
            self._shown = 0
        if captured_at != self._shown:
            self._targets.reverse()
            self._fade = min(FADE, max(FADE_PART * self._since, 1e-3))
            self._fading = max(1.0 - self._dt / self._fade, 0.0) if self._shown else 0.0
            self._shown, self._since = captured_at, 0.0
        self._draw(painting, now, amount)
        return texture_of(self._targets[0])

    def _draw(self, painting: moderngl.Texture, now: moderngl.Texture, amount: float) -> None:
        self._context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        self._targets[0].use()
        former = texture_of(self._targets[1])
        for unit, texture in enumerate((painting, self._base, self._fields[0], now)):
            texture.use(unit)
        self._fields[1].use(4)
        former.use(5)
        for unit in range(len(_UNITS)):
            self._soft.use(unit)
        write(self._program, "amount", amount)
        write(self._program, "fading", self._fading)
        self._triangle.render(moderngl.TRIANGLES, 3)

    def _take_origin(self) -> None:
        frame = self._origin.latest(self._origin_seq, self._origin_out)
        if frame is None:
            return
        self._origin_seq, self._origin_out = frame.seq, frame.pixels
        height, width = frame.pixels.shape[:2]
        if self._base.size != (width, height):
            self._base.release()
            self._base = self._context.texture((width, height), 4)
        self._base.write(frame.pixels)
        self._base_of = frame.take
