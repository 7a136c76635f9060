"""The code of an ISF shader as a program for the stage.

ISF counts rows from the bottom and the house from the top: what its words read and where they say
they are is turned over, the code itself stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import moderngl

from vj.core.errors import UserError
from vj.core.isf import Input, Isf
from vj.stage.effect import said
from vj.stage.fill import SHADERS, compile_fill, write

_TYPES = {"event": "bool", "bool": "bool", "long": "int", "float": "float"}
_TYPES |= {"point2D": "vec2", "color": "vec4", "image": "sampler2D"}
_MAIN = re.compile(r"\bvoid\s+main\s*\(\s*(void)?\s*\)")
_VERSION = re.compile(r"^[ \t]*#[ \t]*version\b[^\n]*", re.MULTILINE)
_FOOT = "void main() { isf_color = vec4(0.0); isf_main(); isf_color = isf_finite(isf_color); }\n"
_WORDS = {"gl_FragColor": "isf_color", "gl_FragCoord": "isf_FragCoord"}


def compile_isf(context: moderngl.Context, isf: Isf, path: Path) -> moderngl.Program:
    """Compile the shader; images, then buffers, are bound in the order they are declared.

    Raises: UserError naming file and line when it does not compile.
    """
    try:
        program = compile_fill(context, source(isf))
    except moderngl.Error as error:
        raise UserError(said(path, str(error))) from error
    for unit, name in enumerate(samplers(isf)):
        write(program, name, unit)
    return program


def samplers(isf: Isf) -> list[str]:
    """Names of its images and of its buffers, in the order of their units."""
    images = [one.name for one in isf.inputs if one.kind == "image"]
    return images + list(dict.fromkeys(one.target for one in isf.passes if one.target))


def source(isf: Isf) -> str:
    """Return the whole text for the compiler; its line numbers are those of the file."""
    head = (SHADERS / "isf.frag").read_text(encoding="utf-8")
    code = _VERSION.sub("", isf.code)
    code = _MAIN.sub("void isf_main()", code)
    for word, ours in _WORDS.items():
        code = re.sub(rf"\b{word}\b", ours, code)
    return "\n".join([head, *_declared(isf), f"#line {isf.line}", code, _FOOT])


def _declared(isf: Isf) -> Iterator[str]:
    for one in isf.inputs:
        yield f"uniform {_TYPES[one.kind]} {one.name};"
    for name in dict.fromkeys(one.target for one in isf.passes if one.target):
        yield f"uniform sampler2D {name};"


def value_of(
    one: Input, numbers: list[float], size: tuple[int, int]
) -> bool | int | float | tuple[float, ...]:
    """What an input's uniform is given for its parameters' values; `size` is (height, width)."""
    match one.kind:
        case "bool" | "event":
            return numbers[0] >= 0.5
        case "long":
            number = int(numbers[0])
            return one.values[number] if one.values else number
        case "float":
            return numbers[0]
        case "point2D" if one.pixels:
            return numbers[0] * size[1], numbers[1] * size[0]
    return tuple(numbers)
