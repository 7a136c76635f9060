"""From one network's pictures to another's: the last old picture fades out over the new ones.

Used by the stage's inputs; motion goes on in the new pictures while the old one leaves.

Two networks could paint side by side for a while instead, but at half the rate each: on a small
machine that is seen as stuttering, a picture that stands still while it leaves is not.
"""

from __future__ import annotations

import moderngl

from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.memory import with_levels

LONGEST = 1.5  # seconds; what stands still for longer than that begins to look like a ghost


class Dissolve:
    """At rest it costs nothing; during a fade one drawing per frame."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int]) -> None:
        self._context = context
        self._program = compile_fill(context, (SHADERS / "blend.frag").read_text(encoding="utf-8"))
        write(self._program, "other", 1)
        self._triangle = context.vertex_array(self._program, [])
        self._sampler = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.LINEAR, moderngl.LINEAR)
        )
        height, width = size
        self._between = [with_levels(context.texture((width, height), 4)) for _ in range(2)]
        self._targets = [context.framebuffer([texture]) for texture in self._between]
        self._leaving: moderngl.Texture | None = None
        self._drawn = False  # whether the mixture of this fade has been on screen
        self._part = 1.0

    def rehearse(self, size: tuple[int, int]) -> None:
        """Draw once what pictures of `size` (height, width) need: drivers compile then."""
        painting = with_levels(self._context.texture(size[::-1], 4))
        self._leaving = self._between[1]
        self.seen(painting)
        self.end()
        painting.release()

    def begin(self, old: moderngl.Texture) -> None:
        """Start to fade from `old`, or from the mixture on screen if a fade is not over yet.

        The texture now belongs to the dissolve.
        """
        if self._leaving is None:
            self._leaving = old
        else:
            old.release()
            if self._drawn:
                self.end()
                self._leaving = self._between[0]
                self._between.reverse()
                self._targets.reverse()
        self._part, self._drawn = 0.0, False

    def tick(self, dt: float, seconds: float) -> None:
        """Move on by `dt` of the `seconds` a fade takes; 0 cuts."""
        if self._leaving is None:
            return
        seconds = min(seconds, LONGEST)
        self._part += dt / seconds if seconds > 0 else 1.0
        if self._part >= 1.0:
            self.end()

    def end(self) -> None:
        """Show the new pictures alone from now on."""
        if self._leaving is not None and self._leaving not in self._between:
            self._leaving.release()
        self._leaving = None

    def seen(self, newest: moderngl.Texture) -> moderngl.Texture:
        """Return what is to be seen: `newest`, or the mixture on the way to it."""
        if self._leaving is None:
            return newest
        self._context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        self._targets[0].use()
        for unit, texture in enumerate((self._leaving, newest)):
            texture.use(unit)
            self._sampler.use(unit)
        write(self._program, "amount", self._part * self._part * (3.0 - 2.0 * self._part))
        self._triangle.render(moderngl.TRIANGLES, 3)
        self._drawn = True
        return self._between[0]
