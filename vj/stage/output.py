"""The last pass: freeze, blackout, no flicker, the picture for recorder and preview, no black.

The frame order calls it with the chain's result; what it holds is shown until the next picture.
"""

from __future__ import annotations

import moderngl
import numpy as np

from vj.core.mailbox import Mailbox
from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.limiter import Limiter

_BLACK = 1.0  # mean of the brightest channel, 0..255, up to which a picture counts as black
_PROBE = 8


class Output:
    """The picture the audience gets, in a framebuffer of its own that outlives failed frames."""

    def __init__(
        self,
        context: moderngl.Context,
        size: tuple[int, int],
        screen: Mailbox,
        flash_limit: bool = True,
    ) -> None:
        self.context, self.size = context, size
        self.limiter = Limiter(context, size) if flash_limit else None
        self._screen = screen
        height, width = size
        self.texture = context.texture((width, height), 4)
        self._target = context.framebuffer([self.texture])
        self._target.clear()
        self._held = context.framebuffer([context.texture((width, height), 4)])
        self._holding = False
        self.light = 1.0  # less while the show ends
        self._probe = context.framebuffer([context.texture((_PROBE, _PROBE), 4)])
        self._program = compile_fill(context, (SHADERS / "output.frag").read_text("utf-8"))
        self._triangle = context.vertex_array(self._program, [])
        self._probe_program = compile_fill(context, (SHADERS / "probe.frag").read_text("utf-8"))
        self._probe_triangle = context.vertex_array(self._probe_program, [])
        self._pixels = np.empty((height, width, 4), np.uint8)
        self._fields = np.empty((_PROBE, _PROBE, 4), np.uint8)
        # Read one frame late, so that the graphics card is never waited for.
        self._pending = context.buffer(reserve=self._pixels.nbytes)
        self._pending_at = 0
        self._probe_pending = context.buffer(reserve=self._fields.nbytes)
        self._probed: bool | None = None

    def draw(self, picture: moderngl.Texture, blackout: bool, freeze: bool, now: float) -> None:
        """Draw the chain's result, or the held picture while frozen, or black, at `now` (s)."""
        if freeze and not self._holding:
            self._copy(picture, self._held, 1.0)
        self._holding = freeze
        held = self._held.color_attachments[0]
        assert isinstance(held, moderngl.Texture)
        share = self.limiter.share(now) if self.limiter else 1.0
        if self.limiter and share < 1.0:
            self.limiter.keep(self.texture)
        self._copy(held if freeze else picture, self._target, 0.0 if blackout else self.light)
        if self.limiter:
            self.limiter.measure(self.texture)
            if share < 1.0:
                softened = self.limiter.soften(self.texture, share, blackout)
                self._copy(softened, self._target, 1.0)

    def rehearse(self, picture: moderngl.Texture) -> None:
        """Draw once, black, what pictures of this kind need: drivers compile then."""
        self._copy(picture, self._target, 0.0)
        if self.limiter:
            self.limiter.rehearse(self.texture)

    def is_black(self, asked: bool) -> bool | None:
        """Whether the frame before this one was black without being `asked` to; None if unknown."""
        answer = None
        if self._probed is False:
            self._probe_pending.read_into(self._fields)
            answer = float(self._fields[..., :3].max(axis=2).mean()) <= _BLACK
        self._probe.use()
        self.texture.use(0)
        self.context.clear_samplers(0, 1)
        self._probe_triangle.render(moderngl.TRIANGLES, 3)
        self._probe.read_into(self._probe_pending, components=4)
        self._probed = asked
        return answer

    def start_reading(self, presented_at: int) -> None:
        """Begin to read this frame back; `presented_at`: perf_counter_ns."""
        self._target.read_into(self._pending, components=4)
        self._pending_at = presented_at

    def publish(self) -> None:
        """Hand the picture begun with `start_reading` to whoever looks at the screen mailbox."""
        if self._pending_at:
            self._pending.read_into(self._pixels)
            self._screen.publish(self._pixels, self._pending_at)
            self._pending_at = 0

    def _copy(self, picture: moderngl.Texture, to: moderngl.Framebuffer, light: float) -> None:
        to.use()
        self._copy_into(picture, light, picture.size != to.size)

    def _copy_into(self, picture: moderngl.Texture, light: float, soft: bool) -> None:
        self.context.clear_samplers(0, 1)
        way = moderngl.LINEAR if soft else moderngl.NEAREST
        picture.filter = (way, way)
        picture.repeat_x = picture.repeat_y = False
        picture.use(0)
        write(self._program, "light", light)
        self._triangle.render(moderngl.TRIANGLES, 3)
