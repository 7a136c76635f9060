"""Programs that fill a picture: one triangle, one fragment shader, inputs in a fixed order.

Whatever draws on the stage compiles its shaders here.
"""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

SHADERS = Path(__file__).with_name("shaders")
INPUTS = ("picture", "dry", "styled", "previous", "history", "second", "logo")


def compile_fill(context: moderngl.Context, fragment: str) -> moderngl.Program:
    """Compile a fragment shader that fills its target; inputs are bound in the order of INPUTS.

    Raises: moderngl.Error with the compiler's words.
    """
    vertex = (SHADERS / "fill.vert").read_text(encoding="utf-8")
    program = context.program(vertex_shader=vertex, fragment_shader=fragment)
    write(program, "scale", (1.0, 1.0))
    for unit, name in enumerate(INPUTS):
        write(program, name, unit)
    return program


def write(program: moderngl.Program, name: str, value: object) -> None:
    """Give a uniform its value; one the compiler dropped as unused is no error.

    Most stand still from frame to frame: what the program was told last is not told again.
    """
    told: dict[str, object] | None = program.extra
    if told is None:
        told = program.extra = {}
    if name in told and told[name] == value:
        return
    told[name] = value
    uniform = program.get(name, None)
    if isinstance(uniform, moderngl.Uniform):
        uniform.value = value


def inputs_of(program: moderngl.Program) -> tuple[int, ...]:
    """The units of the inputs that a program reads: the compiler drops those it does not need."""
    return tuple(unit for unit, name in enumerate(INPUTS) if program.get(name, None) is not None)


def use_again(context: moderngl.Context, target: moderngl.Framebuffer | None) -> None:
    """Draw into what was drawn into before, or into one pixel if that was released meanwhile.

    A target that is released while it is in use makes an error of whatever is made next.
    """
    if target is None or not hasattr(target.mglo, "use"):
        target = context.simple_framebuffer((1, 1))
    target.use()


def write_rows(program: moderngl.Program, name: str, rows: NDArray[np.float32]) -> None:
    """Give an array uniform its values, (n, 1..4); the compiler may have shortened it."""
    uniform = program.get(name, None)
    if isinstance(uniform, moderngl.Uniform):
        uniform.write(np.ascontiguousarray(rows[: uniform.array_length], np.float32).tobytes())
