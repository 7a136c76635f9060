"""The programs of one effect: one for each way the knobs it wants compiled in stand.

Made with the effect. Software renderers compute every branch of a shader for every pixel; a knob
that is a constant leaves only one. A program is compiled when it is first needed and then kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moderngl

from vj.core.params import Param
from vj.stage.fill import compile_fill, inputs_of

Key = tuple[int | None, ...]


@dataclass(frozen=True)
class Variant:
    """One compiled program, what draws it, and the units of the inputs it reads."""

    program: moderngl.Program
    triangle: moderngl.VertexArray
    reads: tuple[int, ...]


class Variants:
    """Programs by their constants: a whole number as it stands, a fraction when it is 0."""

    def __init__(
        self, context: moderngl.Context, head: str, source: str, constants: Sequence[Param]
    ) -> None:
        self._context, self._head, self._source = context, head, source
        self.constants = tuple(constants)
        self._made: dict[Key, Variant] = {}

    def find(self, values: Mapping[str, float]) -> Variant:
        """Return the program for knobs as they stand (by full name; missing ones at default).

        Raises: moderngl.Error when it does not compile.
        """
        key = self.key(values)
        made = self._made.get(key)
        if made is None:
            program = compile_fill(self._context, f"{self._head}{self.text(key)}")
            triangle = self._context.vertex_array(program, [])
            made = self._made[key] = Variant(program, triangle, inputs_of(program))
        return made

    def has(self, values: Mapping[str, float]) -> bool:
        """Say whether the program for knobs as they stand is compiled already."""
        return self.key(values) in self._made

    def key(self, values: Mapping[str, float]) -> Key:
        """What the program for knobs as they stand has compiled in."""
        return tuple(_fixed(knob, values) for knob in self.constants)

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        for variant in self._made.values():
            variant.triangle.release()
            variant.program.release()
        self._made.clear()

    def text(self, key: Key) -> str:
        """Return the effect's source with what the key has compiled in."""
        text = self._source
        for knob, value in zip(self.constants, key, strict=True):
            if value is None:
                continue
            kind, name = ("float" if knob.kind == "float" else "int"), knob.name.partition(".")[2]
            declared = rf"^(\s*)uniform\s+{kind}\s+{name}\s*;"
            literal = f"{value}.0" if kind == "float" else str(value)
            text = re.sub(
                declared, rf"\1const {kind} {name} = {literal};", text, flags=re.MULTILINE
            )
        return text


def _fixed(knob: Param, values: Mapping[str, float]) -> int | None:
    value = values.get(knob.name, knob.default)
    if knob.kind == "float":
        return 0 if value == 0.0 else None
    return int(value)
