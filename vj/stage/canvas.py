"""Pictures to draw into, ways to read pictures, and how a drawn one is laid over the one before.

The chain has one; its effects draw with it.
"""

from __future__ import annotations

import moderngl

from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.memory import blank, texture_of

ALL = 0
"""The region that is everywhere; 1 is people, 2 the background."""


class Canvas:
    """What all effects of a chain draw with; `size` is (height, width)."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int]) -> None:
        self.context, self.size = context, size
        self._shared = [blank(context, size) for _ in range(3)]
        self.nothing = context.texture((1, 1), 4, data=bytes(4))
        self.near = self._sampler(moderngl.NEAREST, moderngl.NEAREST)
        self.soft = self._sampler(moderngl.LINEAR, moderngl.LINEAR)
        self.levels = self._sampler(moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self._blends = (SHADERS / "blends.frag").read_text(encoding="utf-8")
        self._lay = (SHADERS / "lay.frag").read_text(encoding="utf-8")
        self._programs: dict[
            tuple[int, int, bool], tuple[moderngl.Program, moderngl.VertexArray]
        ] = {}

    @property
    def targets(self) -> tuple[moderngl.Framebuffer, ...]:
        """The pictures all effects share."""
        return tuple(self._shared)

    def free(self, *busy: moderngl.Texture) -> moderngl.Framebuffer:
        """Return a target nobody needs who is not named."""
        return next(target for target in self._shared if texture_of(target) not in busy)

    def over(
        self,
        before: moderngl.Texture,
        after: moderngl.Texture,
        amount: float,
        region: int = ALL,
        mode: int = 0,
    ) -> moderngl.Texture:
        """Lay what an effect drew over what came to it: `amount` 0..1 of it, in a region, blended.

        People are where they were before and where they are after, so that who is moved does not
        leave a copy. Costs nothing when all of it is wanted everywhere.
        """
        if amount >= 1.0 and region == ALL and not mode:
            return after
        target = self.free(before, after)
        self._draw(before, after, amount, region, mode, target)
        return texture_of(target)

    def covering(
        self,
        before: moderngl.Texture,
        after: moderngl.Texture,
        amount: float,
        region: int,
        mode: int,
    ) -> moderngl.Texture:
        """Lay a picture over another as `over` does, as far as its alpha says; the matte stays."""
        target = self.free(before, after)
        self._draw(before, after, amount, region, mode, target, True)
        return texture_of(target)

    def copy(self, picture: moderngl.Texture, target: moderngl.Framebuffer) -> None:
        """Draw a picture as it is."""
        self._draw(picture, picture, 0.0, ALL, 0, target)

    def _draw(
        self,
        before: moderngl.Texture,
        after: moderngl.Texture,
        amount: float,
        region: int,
        mode: int,
        target: moderngl.Framebuffer,
        covering: bool = False,
    ) -> None:
        program, triangle = self._program(region, mode, covering)
        target.use()
        for unit, texture in enumerate((before, after)):
            texture.use(unit)
            self.soft.use(unit)
        write(program, "amount", amount)
        triangle.render(moderngl.TRIANGLES, 3)

    def _program(
        self, region: int, mode: int, covering: bool
    ) -> tuple[moderngl.Program, moderngl.VertexArray]:
        # One for each way, as a software renderer computes every branch for every pixel.
        way = (region, mode, covering)
        made = self._programs.get(way)
        if made is None:
            head = f"#version 330\nconst int region = {region}, mode = {mode};\n"
            head += f"const bool covering = {str(covering).lower()};\n"
            program = compile_fill(self.context, f"{head}{self._blends}\n{self._lay}")
            write(program, "other", 1)
            made = self._programs[way] = (program, self.context.vertex_array(program, []))
        return made

    def _sampler(self, smaller: int, larger: int) -> moderngl.Sampler:
        return self.context.sampler(repeat_x=False, repeat_y=False, filter=(smaller, larger))
