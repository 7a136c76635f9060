"""The chain of effects: each draws from the result so far into a picture of its own.

The frame order draws it once per frame; it knows nothing of windows, scenes or processes.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import moderngl
import numpy as np

from vj.core.errors import UserError
from vj.core.types import FACES, Faces, no_faces
from vj.stage.effect import Effect, load_effect
from vj.stage.fill import SHADERS, compile_fill, write, write_rows
from vj.stage.history import History
from vj.stage.memory import Memory, blank, memory_for, texture_of

log = logging.getLogger(__name__)

# Shaders see float32 seconds: a wrap where sin(time * k) does not jump for k in thousandths.
_TIME_WRAP = 2000.0 * math.pi
_BEAT_WRAP = 3600.0
_SICK_ERRORS, _SICK_SECONDS = 3, 10.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a frame is drawn: seconds, beats, seconds since the last frame (> 0)."""

    time: float
    beat: float
    dt: float


@dataclass(frozen=True, slots=True)
class Seen:
    """The pictures that came in: textures, how present the painted one is (0..1), its faces."""

    dry: moderngl.Texture
    styled: moderngl.Texture
    alive: float
    faces: Faces = field(default_factory=no_faces)


class Chain:
    """Effects loaded from their files, and the pictures they draw into."""

    def __init__(
        self, context: moderngl.Context, size: tuple[int, int], files: Mapping[str, Path]
    ) -> None:
        self.context, self.size = context, size
        self.effects: dict[str, Effect] = {}
        self.errors: dict[str, str] = {}
        self._frame = 0
        self._memories: dict[str, Memory] = {}
        self._failures: dict[str, deque[float]] = {}
        self._shared = [blank(context, size) for _ in range(3)]
        self._near = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._soft = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.LINEAR, moderngl.LINEAR)
        )
        levels = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self._levels = context.sampler(repeat_x=False, repeat_y=False, filter=levels)
        blend = (SHADERS / "blend.frag").read_text(encoding="utf-8")
        self._blend = compile_fill(context, blend)
        write(self._blend, "other", 1)
        self._blend_triangle = context.vertex_array(self._blend, [])
        for name, path in files.items():
            self.load(name, path)

    def load(self, name: str, path: Path) -> bool:
        """(Re)load an effect; one that does not compile or draw leaves the former in place."""
        try:
            effect = load_effect(self.context, path)
            self._rehearse(effect)
        except (UserError, moderngl.Error, OSError) as error:
            self.errors[name] = str(error)
            log.warning("effect %s is not used: %s", name, error)
            return False
        former = self.effects.get(name)
        if former:
            former.release()
        self.effects[name] = effect
        self._forgive(name)
        return True

    def draw(
        self,
        lineup: Sequence[tuple[str, float]],
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> moderngl.Texture:
        """Draw all effects in order and return the result, good until the next call.

        `lineup`: (effect, amount 0..1]; an effect that fails is left out of this frame, and out of
        the show after 3 failures in 10 s.
        """
        self._frame += 1
        self.context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        picture = seen.dry
        faces = bool((seen.faces[:, 4] * seen.alive > 0).any())
        for name, amount in lineup:
            effect = self.effects.get(name)
            if effect is None or effect.rests(values, faces) or self._is_sick(name):
                continue
            try:
                drawn = self._draw_one(effect, picture, values, seen, moment)
                picture = drawn if amount >= 1.0 else self._mixed(picture, drawn, amount)
            except Exception as error:  # nothing an effect does may end the show
                self._note(name, error, moment.time)
        return picture

    def seeks_faces(self, lineup: Sequence[tuple[str, float]], values: Mapping[str, float]) -> bool:
        """True while an effect that is drawn wants to know where faces are."""
        playing = (self.effects.get(name) for name, _ in lineup)
        return any(effect.seeks_faces(values) for effect in playing if effect)

    def reset(self) -> None:
        """Forget all feedback and give failed effects another chance."""
        for memory in self._memories.values():
            memory.used_at = -1
        for name in list(self._failures):
            self._forgive(name)

    def _draw_one(
        self,
        effect: Effect,
        picture: moderngl.Texture,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> moderngl.Texture:
        memory = self._memory(effect)
        goes_on = memory.used_at == self._frame - 1
        previous = past = picture
        if memory.history:
            if not goes_on:
                memory.history.forget()
            memory.history.record(picture, self._soft, moment.time)
            past = memory.history.texture
        if effect.feeds:
            if goes_on:
                previous = texture_of(memory.targets[1])
            target = memory.targets[0]
        else:
            target = self._free(picture)
        if effect.mipmaps:
            picture.build_mipmaps()
        if effect.covers:
            self._copy(picture, target)
        target.use()
        for unit, texture in enumerate((picture, seen.dry, seen.styled, previous, past)):
            texture.use(unit)
            same = texture.size == target.size and not effect.wanders
            (self._near if same else self._soft).use(unit)
        if effect.mipmaps:
            self._levels.use(0)
        try:
            self._draw_parts(effect, target, values, seen, moment, memory.history)
        finally:
            target.scissor = (0, 0, *target.size)
        error = self.context.error
        if error != "GL_NO_ERROR":
            raise RuntimeError(error)
        if effect.feeds:
            memory.targets.reverse()
        memory.used_at = self._frame
        return texture_of(target)

    def _draw_parts(
        self,
        effect: Effect,
        target: moderngl.Framebuffer,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
        history: History | None,
    ) -> None:
        columns, rows = effect.shape(values)
        told: set[int] = set()
        for (column, row), own in effect.parts(values):
            variant = effect.variants.find(own)
            if variant.program.glo not in told:
                told.add(variant.program.glo)
                self._tell(effect, variant.program, own, seen, moment)
                if history:
                    history.tell(variant.program, moment.time)
            if effect.grid:
                write(variant.program, "part", (column, row))
                target.scissor = _cell(self.size, (columns, rows), (column, row))
            variant.triangle.render(moderngl.TRIANGLES, 3)

    def _tell(
        self,
        effect: Effect,
        program: moderngl.Program,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> None:
        write(program, "alive", seen.alive)
        if effect.faces:
            there = seen.faces[seen.faces[:, 4] * seen.alive > 0]
            write(program, "face_count", len(there))
            shown = np.concatenate([there, seen.faces])[:FACES]  # the array is always whole
            write_rows(program, "faces", shown[:, :4])
            write_rows(program, "presence", shown[:, 4:] * np.float32(seen.alive))
        write(program, "time", moment.time % _TIME_WRAP)
        write(program, "beat", moment.beat % _BEAT_WRAP)
        write(program, "dt", max(moment.dt, 1e-4))
        write(program, "size", (float(self.size[1]), float(self.size[0])))
        for knob in effect.knobs:
            short = knob.name.partition(".")[2]
            value = values.get(knob.name, knob.default)
            write(program, short, value if knob.kind == "float" else int(value))

    def _mixed(
        self, before: moderngl.Texture, after: moderngl.Texture, amount: float
    ) -> moderngl.Texture:
        target = self._free(before, after)
        self._lay(before, after, amount, target)
        return texture_of(target)

    def _copy(self, picture: moderngl.Texture, target: moderngl.Framebuffer) -> None:
        self._lay(picture, picture, 0.0, target)

    def _lay(
        self,
        before: moderngl.Texture,
        after: moderngl.Texture,
        amount: float,
        target: moderngl.Framebuffer,
    ) -> None:
        target.use()
        for unit, texture in enumerate((before, after)):
            texture.use(unit)
            self._soft.use(unit)
        write(self._blend, "amount", amount)
        self._blend_triangle.render(moderngl.TRIANGLES, 3)

    def _rehearse(self, effect: Effect) -> None:
        """Draw once where nobody sees it: compiles the driver's variants, finds what fails."""
        black = self.context.texture((1, 1), 4, data=bytes(4))
        seen = Seen(black, black, 1.0)
        self._draw_one(effect, black, {}, seen, Moment(0.0, 0.0, 1 / 30))
        self._memory(effect).used_at = -1
        self.context.finish()
        black.release()

    def _memory(self, effect: Effect) -> Memory:
        former = self._memories.get(effect.name)
        memory = memory_for(effect, former, self.context, self.size)
        self._memories[effect.name] = memory
        return memory

    def _free(self, *busy: moderngl.Texture) -> moderngl.Framebuffer:
        return next(target for target in self._shared if texture_of(target) not in busy)

    def _forgive(self, name: str) -> None:
        self._failures.pop(name, None)
        self.errors.pop(name, None)

    def _is_sick(self, name: str) -> bool:
        return len(self._failures.get(name, ())) >= _SICK_ERRORS

    def _note(self, name: str, error: Exception, now: float) -> None:
        failures = self._failures.setdefault(name, deque())
        failures.append(now)
        while now - failures[0] > _SICK_SECONDS:
            failures.popleft()
        state = "switched off" if self._is_sick(name) else "left out of a frame"
        message = f"effect {name} {state}: {error}"
        if self.errors.get(name) != message:
            log.warning("%s", message)
        self.errors[name] = message


def _cell(
    size: tuple[int, int], grid: tuple[int, int], place: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The pixels of one part of a picture of `size` (height, width): left, top, width, height."""
    height, width = size
    left, right = (round(width * (place[0] + n) / grid[0]) for n in (0, 1))
    top, bottom = (round(height * (place[1] + n) / grid[1]) for n in (0, 1))
    return left, top, right - left, bottom - top
