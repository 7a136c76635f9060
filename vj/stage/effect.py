"""One effect: a fragment shader file compiled, with its knobs and how it wants to be drawn.

The chain loads every file in vj/stage/effects and in the gig's own effects folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import moderngl

from vj.core.errors import UserError
from vj.core.params import Param
from vj.core.table import effect_params

SHADERS = Path(__file__).with_name("shaders")
INPUTS = ("picture", "dry", "styled", "previous")

_SKIP = re.compile(r"^//\s*skip when:\s*(?P<rest>.+)$", re.MULTILINE)
_FLOAT = re.compile(r"^//\s*previous:\s*float\s*$", re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*")
_LINE = re.compile(r"\b\d+:(?P<line>\d+)")


@dataclass(frozen=True)
class Effect:
    """A compiled effect.

    `skip`: short knob name -> value; the pass is left out while all of them are so. `feeds`: it
    reads its own last picture, kept as float32 when `precise`. `wanders`: it reads its inputs in
    other places than the one it draws, so they have to be filtered.
    """

    name: str
    program: moderngl.Program
    triangle: moderngl.VertexArray
    knobs: tuple[Param, ...]
    skip: Mapping[str, float]
    feeds: bool
    precise: bool
    wanders: bool

    def rests(self, values: Mapping[str, float]) -> bool:
        """True when its knobs stand so that it would change nothing."""
        return bool(self.skip) and all(
            abs(values.get(f"{self.name}.{knob}", at - 1.0) - at) < 1e-6
            for knob, at in self.skip.items()
        )

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        self.triangle.release()
        self.program.release()


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
    """Give a uniform its value; one the compiler dropped as unused is no error."""
    uniform = program.get(name, None)
    if isinstance(uniform, moderngl.Uniform):
        uniform.value = value


def load_effect(context: moderngl.Context, path: Path) -> Effect:
    """Compile one effect file.

    Raises: UserError naming file and line when it does not compile.
    """
    source = path.read_text(encoding="utf-8")
    header = (SHADERS / "header.frag").read_text(encoding="utf-8")
    try:
        program = compile_fill(context, f"{header}\n#line 1\n{source}")
    except moderngl.Error as error:
        raise UserError(_said(path, str(error))) from error
    code = _COMMENT.sub("", source)
    skip = _SKIP.search(source)
    pairs = (pair.split("=") for pair in skip["rest"].split(",")) if skip else ()
    return Effect(
        name=path.stem,
        program=program,
        triangle=context.vertex_array(program, []),
        knobs=tuple(effect_params(path)),
        skip={knob.strip(): float(at) for knob, at in pairs},
        feeds="previous" in code,
        precise=bool(_FLOAT.search(source)),
        wanders="texture(" in code,
    )


def _said(path: Path, words: str) -> str:
    """The compiler's first complaint, with the line of the file it is about."""
    lines = [line.strip() for line in words.splitlines() if "error" in line.lower()]
    complaint = next((line for line in lines if _LINE.search(line)), lines[-1] if lines else words)
    match = _LINE.search(complaint)
    return f"{path}:{match['line'] if match else 1}: {complaint}"
