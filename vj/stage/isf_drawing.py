"""An ISF shader at work: its passes, its buffers and what it is told.

The chain has one for each `.fs` file, beside the drawings of its own effects.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import moderngl

from vj.core.isf import PICTURES, Input, Pass, read_isf
from vj.core.isf_size import work_out
from vj.stage.canvas import ALL, Canvas
from vj.stage.fill import write
from vj.stage.isf import compile_isf, samplers, value_of
from vj.stage.memory import blank, texture_of
from vj.stage.seen import Moment, Seen

_TIME_WRAP = 2000.0 * math.pi
_LARGEST = 2.0  # a buffer is at most so many times as wide and as high as the picture


@dataclass
class Buffer:
    """A pass's picture and the one it draws next, which it may read the former in."""

    now: moderngl.Framebuffer
    next: moderngl.Framebuffer

    def release(self) -> None:
        """Free it on the graphics card."""
        for target in (self.now, self.next):
            texture_of(target).release()
            target.release()


class IsfDrawing:
    """A shader, its buffers, and the frame it is in.

    Its alpha says how far it covers; the person matte stays the picture's.
    """

    def __init__(self, name: str, path: Path, canvas: Canvas) -> None:
        """Raises: UserError when the file asks for what does not work here, or does not compile."""
        self.name, self._canvas = name, canvas
        self.isf = read_isf(path, name)
        self._names = samplers(self.isf)
        self._program = compile_isf(canvas.context, self.isf, path)
        self._triangle = canvas.context.vertex_array(self._program, [])
        self._buffers: dict[str, Buffer] = {}
        self._fitted: dict[str, moderngl.Framebuffer] = {}
        self._pressed: dict[str, bool] = {}
        self._frame, self._born, self._number = 0, 0.0, -2

    def rests(self, values: Mapping[str, float], faces: bool = True) -> bool:
        """True when nothing of it would be seen."""
        return values.get(f"{self.name}.opacity", 1.0) <= 0.0

    def seeks_faces(self, values: Mapping[str, float]) -> bool:
        """Faces are not in the format."""
        return False

    def forget(self) -> None:
        """Begin afresh, with empty buffers, at the next frame."""
        self._number = -2

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        self._empty()
        for target in self._fitted.values():
            texture_of(target).release()
            target.release()
        self._triangle.release()
        self._program.release()

    def draw(
        self,
        picture: moderngl.Texture,
        amount: float,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
        number: int,
    ) -> moderngl.Texture:
        """Draw over `picture` and return the result, as `Drawing` does."""
        if number - self._number > 1:
            self._empty()
            self._frame, self._born = 0, moment.time
        self._number = number
        drawn = self._passes(picture, values, seen, moment)
        self._frame += 1
        error = self._canvas.context.error
        if error != "GL_NO_ERROR":
            raise RuntimeError(error)
        mode, region = (int(values.get(f"{self.name}.{knob}", ALL)) for knob in ("blend", "region"))
        amount *= values.get(f"{self.name}.opacity", 1.0)
        return self._canvas.covering(picture, drawn, amount, region, mode)

    def _passes(
        self,
        picture: moderngl.Texture,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> moderngl.Texture:
        images = {
            one.name: self._image(one, picture, values, seen)
            for one in self.isf.inputs
            if one.kind == "image"
        }
        sums = self._tell(values, moment)
        drawn = picture
        opaque = [texture for texture in images.values() if texture is not seen.layer]
        try:
            for texture in opaque:
                texture.swizzle = (
                    "RGB1"  # their alpha is the person matte, which ISF knows nothing of
                )
            for index, one in enumerate(self.isf.passes):
                drawn = self._pass(index, one, images, sums, picture)
        finally:
            for texture in opaque:
                texture.swizzle = "RGBA"
        return drawn

    def _pass(
        self,
        index: int,
        one: Pass,
        images: Mapping[str, moderngl.Texture],
        sums: Mapping[str, float],
        picture: moderngl.Texture,
    ) -> moderngl.Texture:
        height, width = self._canvas.size
        wide = _side(work_out(one.width, sums, width), width)
        high = _side(work_out(one.height, sums, height), height)
        buffer = self._buffer(one, (high, wide)) if one.target else None
        target = buffer.next if buffer else self._canvas.free(picture)
        target.use()
        for unit, name in enumerate(self._names):
            kept = self._buffers.get(name)
            texture = images.get(name) or (texture_of(kept.now) if kept else self._canvas.nothing)
            texture.use(unit)
            self._canvas.soft.use(unit)
        write(self._program, "PASSINDEX", index)
        write(self._program, "RENDERSIZE", (float(target.width), float(target.height)))
        self._triangle.render(moderngl.TRIANGLES, 3)
        if buffer:
            buffer.now, buffer.next = buffer.next, buffer.now
        return texture_of(target)

    def _image(
        self, one: Input, picture: moderngl.Texture, values: Mapping[str, float], seen: Seen
    ) -> moderngl.Texture:
        """What an image input shows, as large as the picture: shaders count its pixels."""
        chosen = "picture"
        if one.numbers:
            chosen = PICTURES[int(values.get(one.numbers[0].name, one.numbers[0].default))]
        found = {"camera": seen.dry, "painting": seen.styled, "layer": seen.layer}
        image = picture if chosen == "picture" else found[chosen] or self._canvas.nothing
        if image.size == self._canvas.size[::-1]:
            return image
        fitted = self._fitted.get(one.name)
        if fitted is None:
            fitted = blank(self._canvas.context, self._canvas.size)
            self._fitted[one.name] = fitted
        self._canvas.copy(image, fitted)
        return texture_of(fitted)

    def _tell(self, values: Mapping[str, float], moment: Moment) -> dict[str, float]:
        """Give the program its inputs; return the numbers sizes may refer to."""
        height, width = self._canvas.size
        sums = {"WIDTH": float(width), "HEIGHT": float(height)}
        for one in self.isf.inputs:
            if one.kind == "image":
                continue
            numbers = [values.get(param.name, param.default) for param in one.numbers]
            value = value_of(one, numbers, self._canvas.size)
            if one.kind == "event":  # true in the one frame in which it is pressed
                held = bool(value)
                value, self._pressed[one.name] = held and not self._pressed.get(one.name), held
            elif isinstance(value, (int, float)):
                sums[one.name] = float(value)
            write(self._program, one.name, value)
        now = time.localtime()
        second = now.tm_hour * 3600 + now.tm_min * 60 + now.tm_sec
        write(self._program, "TIME", (moment.time - self._born) % _TIME_WRAP)
        write(self._program, "TIMEDELTA", max(moment.dt, 1e-4))
        write(self._program, "DATE", (now.tm_year, now.tm_mon, now.tm_mday, second))
        write(self._program, "FRAMEINDEX", self._frame)
        return sums

    def _buffer(self, one: Pass, size: tuple[int, int]) -> Buffer:
        found = self._buffers.get(one.target)
        if found and found.now.size == size[::-1]:
            return found
        if found:
            found.release()
        dtype = "f4" if one.precise else "f1"
        made = Buffer(*(blank(self._canvas.context, size, dtype) for _ in range(2)))
        self._buffers[one.target] = made
        return made

    def _empty(self) -> None:
        for buffer in self._buffers.values():
            buffer.release()
        self._buffers.clear()


def _side(wanted: float, whole: int) -> int:
    return max(1, min(int(wanted), int(_LARGEST * whole)))
