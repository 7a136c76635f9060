"""Draws a picture on an output: its part, bent, turned, in its colours, with soft edges and mask.

One per output and graphics context; without a mapping it is a plain copy.
"""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from vj.core.mapping import WHOLE, Box, Mapping, fitted, surface
from vj.core.outputs import Colour, OutputSpec
from vj.stage.fill import SHADERS, compile_fill, use_again, write
from vj.stage.mask import make_mask

_MARGIN = 2.0  # pixels the triangles go over the edge, so that the outline can be smooth
# From the mapping to the picture's own directions, for a picture turned clockwise.
_TURNED = {
    0: np.eye(3),
    90: np.array([[0, 1, 0], [-1, 0, 1], [0, 0, 1]]),
    180: np.array([[-1, 0, 1], [0, -1, 1], [0, 0, 1]]),
    270: np.array([[0, -1, 1], [1, 0, 0], [0, 0, 1]]),
}
_MIRRORED = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1]])


class Mapper:
    """What is needed to draw one output; made anew only when its mapping or a size changes."""

    def __init__(self, context: moderngl.Context, spec: OutputSpec, folder: Path) -> None:
        """`folder`: of the gig, where pictures of masks are."""
        self.context, self.spec, self._folder = context, spec, folder
        fill = (SHADERS / "output.frag").read_text("utf-8")
        self._plain = compile_fill(context, fill)
        write(self._plain, "light", 1.0)
        self._triangle = context.vertex_array(self._plain, [])
        ways = {way: (way, way) for way in (moderngl.NEAREST, moderngl.LINEAR)}
        self._samplers = {
            way: context.sampler(repeat_x=False, repeat_y=False, filter=both)
            for way, both in ways.items()
        }
        self._programs: dict[str, moderngl.Program] = {}
        self._made_for: object = None
        self._made: list[moderngl.Texture | moderngl.Buffer | moderngl.VertexArray] = []
        self._mesh: moderngl.VertexArray
        self._light: moderngl.Texture | None = None
        self._mask: NDArray[np.uint8] | None = None
        self._mask_for = (0, 0)

    def take(self, spec: OutputSpec) -> None:
        """Draw otherwise from the next picture on."""
        self.spec = spec
        self._made_for = self._mask = None

    def draw(
        self,
        picture: moderngl.Texture,
        mapping: Mapping,
        target: moderngl.Framebuffer,
        size: tuple[int, int],
        fit: str = "",
        all_of_it: bool = False,
    ) -> None:
        """Draw `picture` into a window's framebuffer of `size` (height, width) pixels.

        `fit`: how, unless the output says so itself; `all_of_it`: whatever its part, as for a
        test card.
        """
        height, width = size
        fit = "stretch" if all_of_it else self.spec.fit or ("stretch" if self.spec.part else fit)
        self.context.disable(moderngl.BLEND)
        if mapping.is_plain and (self.spec.is_plain or self._only_fits()):
            target.use()
            self.context.viewport = (0, 0, width, height)
            self._draw_plain(picture, size, fit or "cut")
            return
        key = (mapping, size, picture.size, fit, all_of_it)
        if key != self._made_for:
            self._make(mapping, size, picture.size, fit or "cut", all_of_it)
            self._made_for = key
        target.use()
        self.context.viewport = (0, 0, width, height)
        self.context.clear()
        picture.use(0)
        self._samplers[moderngl.LINEAR].use(0)
        if self._light:
            self._light.use(1)
            self._samplers[moderngl.NEAREST].use(1)
        self._mesh.render(moderngl.TRIANGLES)
        self.context.clear_samplers(0, 2)

    def _only_fits(self) -> bool:
        return self.spec.model_copy(update={"fit": ""}).is_plain

    def _draw_plain(self, picture: moderngl.Texture, size: tuple[int, int], fit: str) -> None:
        same = picture.size == size[::-1]
        picture.use(0)
        self._samplers[moderngl.NEAREST if same else moderngl.LINEAR].use(0)
        write(self._plain, "scale", fill_scale(picture.size[::-1], size, fit))
        self._triangle.render(moderngl.TRIANGLES, 3)
        self.context.clear_samplers(0, 1)

    def _make(
        self,
        mapping: Mapping,
        size: tuple[int, int],
        picture: tuple[int, int],
        fit: str,
        all_of_it: bool,
    ) -> None:
        """Cut the mapping into triangles and draw how much light each place gets."""
        for thing in self._made:
            thing.release()
        self._made.clear()
        height, width = size
        spec = self.spec
        part = spec.part if spec.part and not all_of_it else None
        box: Box = (part.x, part.y, part.width, part.height) if part else WHOLE
        on_side = spec.rotate in (90, 270)
        box, inner = fitted(
            box, fit, picture[0] / picture[1], height / width if on_side else width / height
        )
        if on_side:
            inner = (inner[1], inner[0], inner[3], inner[2])
        turned = _TURNED[spec.rotate]
        if spec.mirror:
            turned = _MIRRORED @ turned
        sheet = surface(mapping, _MARGIN / min(size), inner)
        lit = self._is_lit or inner != WHOLE or not mapping.is_plain
        program = self._program(lit)
        for each in (program, self._program_of_light()):
            write(each, "part", box)
            write(each, "turned", tuple(turned.T.astype("f4").ravel()))
        corners = self.context.buffer(np.hstack([sheet.places, sheet.at]).tobytes())
        order = self.context.buffer(sheet.triangles.tobytes())
        self._mesh = self.context.vertex_array(
            program, [(corners, "2f 3f", "place", "at")], order, skip_errors=True
        )
        self._made += [corners, order, self._mesh]
        self._light = None
        if lit:
            self._light = self._draw_light(corners, order, size, box, all_of_it)
            self._made.append(self._light)

    def _draw_light(
        self,
        corners: moderngl.Buffer,
        order: moderngl.Buffer,
        size: tuple[int, int],
        box: Box,
        all_of_it: bool,
    ) -> moderngl.Texture:
        height, width = size
        program, blend = self._program_of_light(), self.spec.blend
        part = self.spec.part
        share = (part.width, part.height) if all_of_it and part else box[2:]
        widths = (blend.left, blend.top, blend.right, blend.bottom)
        soft = tuple(w / of for w, of in zip(widths, (*share, *share), strict=True))
        for name, value in (("soft", soft), ("gamma", blend.gamma), ("size", (width, height))):
            write(program, name, value)
        if self._mask is None or self._mask_for != size:
            found = make_mask(self.spec.mask, self._folder, size)
            self._mask = np.full((1, 1), 255, np.uint8) if found is None else found[::-1]
            self._mask_for = size
        pixels = self._mask
        mask = self.context.texture(
            pixels.shape[::-1], 1, np.ascontiguousarray(pixels).tobytes(), alignment=1
        )
        light = self.context.texture((width, height), 1, alignment=1)
        before = self.context.fbo
        target = self.context.framebuffer([light])
        target.use()
        target.clear()
        mask.use(0)
        self._samplers[moderngl.LINEAR].use(0)
        mesh = self.context.vertex_array(
            program, [(corners, "2f 3f", "place", "at")], order, skip_errors=True
        )
        mesh.render(moderngl.TRIANGLES)
        self.context.clear_samplers(0, 1)
        use_again(self.context, before)
        for thing in (mesh, target, mask):
            thing.release()
        return light

    @property
    def _is_lit(self) -> bool:
        """Whether places get more or less light by the output's own wish."""
        blend = self.spec.blend
        return bool(self.spec.mask or blend.left or blend.right or blend.top or blend.bottom)

    def _program(self, lit: bool) -> moderngl.Program:
        """The program that does what this output needs; every step costs a software renderer."""
        colour = self.spec.colour
        wishes = ["COLOUR"] if colour != Colour() else []
        wishes += ["GAMMA"] if colour.gamma != 1.0 else []
        wishes += ["LIGHT"] if lit else []
        head = "".join(f"#define {wish}\n" for wish in wishes)
        body = (SHADERS / "mapping.frag").read_text("utf-8")
        program = self._compile(f"#version 330\n{head}{body}")
        write(program, "tone", (colour.brightness, colour.contrast, 1.0 / colour.gamma))
        write(program, "gain", (colour.red, colour.green, colour.blue))
        write(program, "light", 1)
        return program

    def _program_of_light(self) -> moderngl.Program:
        program = self._compile((SHADERS / "lightmap.frag").read_text("utf-8"))
        write(program, "mask", 0)
        return program

    def _compile(self, fragment: str) -> moderngl.Program:
        if fragment not in self._programs:
            vertex = (SHADERS / "mapping.vert").read_text("utf-8")
            program = self.context.program(vertex_shader=vertex, fragment_shader=fragment)
            self._programs[fragment] = program
        return self._programs[fragment]


def fill_scale(picture: tuple[int, int], window: tuple[int, int], fit: str) -> tuple[float, float]:
    """Return the scale for `fill.vert` that fits a (height, width) picture into a window.

    y is negative: a window has its bottom row first.
    """
    wider = (picture[1] * window[0]) / (picture[0] * window[1])
    if fit == "stretch":
        return 1.0, -1.0
    if (wider > 1.0) == (fit == "cut"):
        return wider, -1.0
    return 1.0, -1.0 / wider
