"""Keeps the picture from flashing more than three times a second, whatever effects and hands do.

The output draws through it; `flash_limit: off` in the rig takes it out.
"""

from __future__ import annotations

import logging
import math

import moderngl
import numpy as np

from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.flashes import RED_SWING, Flashes

log = logging.getLogger(__name__)

_FIELDS = (18, 32)
_HOLD_AT = 6  # changes of the light in a second: three flashes
# Seconds below that until it is let go. Even flashing at 3 Hz is below for a sixth of a second; a
# pulse on every beat, which is allowed, must not be held for ever.
_CALM = 1.0
# Slow enough that full black and white at 3 Hz, evenly, leave a twentieth of the light moving.
_SLOW = 2.0
_QUICK, _RETURN = 0.1, 0.5  # seconds: how it moves and how long it takes when it is let go


class Limiter:
    """While what is wanted flashes too often, the audience gets its slow mean instead."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int]) -> None:
        """`size`: (height, width) of the output."""
        self.context = context
        self.flashes = Flashes()
        self.red_flashes = Flashes(RED_SWING, math.inf)
        self.holding = False
        self._let_go_at = self._hectic_at = -math.inf
        self._now: float | None = None
        self._begun = False
        # Finer than 8 bits: small steps towards the mean must not be lost in rounding.
        self._held = context.framebuffer([context.texture(size[::-1], 4, dtype="f2")])
        self._probe = context.framebuffer([context.texture(_FIELDS[::-1], 4)])
        self._fields = np.empty((*_FIELDS, 4), np.uint8)
        # Read one frame late, so that the graphics card is never waited for.
        self._pending = context.buffer(reserve=self._fields.nbytes)
        self._programs = [
            compile_fill(context, (SHADERS / f"{name}.frag").read_text("utf-8"))
            for name in ("light", "soften")
        ]
        self._light, self._soften = (context.vertex_array(one, []) for one in self._programs)

    @property
    def flashing(self) -> bool:
        """Whether the last second of what is wanted had more than three flashes."""
        return self._now is not None and self._hectic_at == self._now

    def rehearse(self, picture: moderngl.Texture) -> None:
        """Draw once, where nobody sees it, what such a picture needs: drivers compile then."""
        self._blend(picture, 1.0)
        self._bind(picture)
        self._probe.use()
        self._light.render(moderngl.TRIANGLES, 3)

    def share(self, now: float) -> float:
        """How much of the picture of the moment `now` (s) may be seen, 0..1; looks at the last."""
        dt = 0.0
        if self._now is not None:
            dt = max(now - self._now, 0.0)
            self._pending.read_into(self._fields)
            for unit, flashes in enumerate((self.flashes, self.red_flashes)):
                flashes.look(self._fields[..., unit] * np.float32(1.0 / 255.0), self._now)
        self._now = now
        changes = max(self.flashes.changes(now), self.red_flashes.changes(now))
        if changes >= _HOLD_AT:
            self._hectic_at = now
        if not self.holding and changes >= _HOLD_AT:
            self.holding = True
            log.info("the picture flashes more than three times a second and is softened")
        elif self.holding and now - self._hectic_at > _CALM:
            self.holding, self._let_go_at = False, now
        if self.holding:
            return 1.0 - math.exp(-dt / _SLOW)
        returning = now - self._let_go_at < _RETURN
        self._begun = self._begun and returning
        return 1.0 - math.exp(-dt / _QUICK) if returning else 1.0

    def keep(self, shown: moderngl.Texture) -> None:
        """Begin with what the audience sees, unless this has begun already."""
        if not self._begun:
            self._begun = True
            self._blend(shown, 1.0)

    def measure(self, wanted: moderngl.Texture) -> None:
        """Begin to measure the light of the picture that is wanted."""
        self._bind(wanted)
        self._probe.use()
        self._light.render(moderngl.TRIANGLES, 3)
        self._probe.read_into(self._pending, components=4)

    def soften(self, wanted: moderngl.Texture, share: float, black: bool) -> moderngl.Texture:
        """Let `share` of the wanted picture in and return what may be seen.

        `black`: a blackout is asked for; it comes at once and only the way back is slow.
        """
        self._blend(wanted, 1.0 if black else share)
        held = self._held.color_attachments[0]
        assert isinstance(held, moderngl.Texture)
        return held

    def _blend(self, picture: moderngl.Texture, share: float) -> None:
        self._bind(picture)
        self._held.use()
        write(self._programs[1], "share", share)
        self.context.enable(moderngl.BLEND)
        self.context.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        self._soften.render(moderngl.TRIANGLES, 3)
        self.context.disable(moderngl.BLEND)

    def _bind(self, picture: moderngl.Texture) -> None:
        self.context.clear_samplers(0, 1)
        picture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        picture.repeat_x = picture.repeat_y = False
        picture.use(0)
