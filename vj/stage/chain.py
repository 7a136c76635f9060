"""The chain of effects: each draws from the result so far into a picture of its own.

The frame order draws it once per frame; it knows nothing of windows, scenes or processes.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import moderngl

from vj.core.errors import UserError
from vj.stage.effect import SHADERS, Effect, compile_fill, load_effect, write

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
    """The pictures that came in: textures and how present the painted one is (0..1)."""

    dry: moderngl.Texture
    styled: moderngl.Texture
    alive: float


@dataclass
class _Memory:
    """An effect's last picture and the one it draws next."""

    targets: list[moderngl.Framebuffer]
    used_at: int = -1


class Chain:
    """Effects loaded from their files, and the pictures they draw into."""

    def __init__(
        self, context: moderngl.Context, size: tuple[int, int], files: Mapping[str, Path]
    ) -> None:
        self.context, self.size = context, size
        self.effects: dict[str, Effect] = {}
        self.errors: dict[str, str] = {}
        self._frame = 0
        self._memories: dict[str, _Memory] = {}
        self._failures: dict[str, deque[float]] = {}
        self._shared = [self._target("f1") for _ in range(3)]
        self._near = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._soft = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.LINEAR, moderngl.LINEAR)
        )
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
        for name, amount in lineup:
            effect = self.effects.get(name)
            if effect is None or effect.rests(values) or self._is_sick(name):
                continue
            try:
                drawn = self._draw_one(effect, picture, values, seen, moment)
                picture = drawn if amount >= 1.0 else self._mixed(picture, drawn, amount)
            except Exception as error:  # nothing an effect does may end the show
                self._note(name, error, moment.time)
        return picture

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
        previous = picture
        if effect.feeds:
            if memory.used_at == self._frame - 1:
                previous = _texture(memory.targets[1])
            target = memory.targets[0]
        else:
            target = self._free(picture)
        target.use()
        for unit, texture in enumerate((picture, seen.dry, seen.styled, previous)):
            texture.use(unit)
            same = texture.size == target.size and not effect.wanders
            (self._near if same else self._soft).use(unit)
        self._tell(effect, values, seen.alive, moment)
        effect.triangle.render(moderngl.TRIANGLES, 3)
        error = self.context.error
        if error != "GL_NO_ERROR":
            raise RuntimeError(error)
        if effect.feeds:
            memory.targets.reverse()
            memory.used_at = self._frame
        return _texture(target)

    def _tell(
        self, effect: Effect, values: Mapping[str, float], alive: float, moment: Moment
    ) -> None:
        program = effect.program
        write(program, "alive", alive)
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
        target.use()
        for unit, texture in enumerate((before, after)):
            texture.use(unit)
            self._soft.use(unit)
        write(self._blend, "amount", amount)
        self._blend_triangle.render(moderngl.TRIANGLES, 3)
        return _texture(target)

    def _rehearse(self, effect: Effect) -> None:
        """Draw once where nobody sees it: compiles the driver's variants, finds what fails."""
        black = self.context.texture((1, 1), 4, data=bytes(4))
        seen = Seen(black, black, 1.0)
        self._draw_one(effect, black, {}, seen, Moment(0.0, 0.0, 1 / 30))
        self._memory(effect).used_at = -1
        self.context.finish()
        black.release()

    def _target(self, dtype: str) -> moderngl.Framebuffer:
        height, width = self.size
        texture = self.context.texture((width, height), 4, dtype=dtype)
        target = self.context.framebuffer([texture])
        target.clear()
        return target

    def _memory(self, effect: Effect) -> _Memory:
        memory = self._memories.get(effect.name)
        if memory is None or len(memory.targets) != 2 * effect.feeds:
            dtype = "f4" if effect.precise else "f1"
            targets = [self._target(dtype) for _ in range(2)] if effect.feeds else []
            memory = self._memories[effect.name] = _Memory(targets)
        return memory

    def _free(self, *busy: moderngl.Texture) -> moderngl.Framebuffer:
        return next(target for target in self._shared if _texture(target) not in busy)

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


def _texture(target: moderngl.Framebuffer) -> moderngl.Texture:
    texture = target.color_attachments[0]
    assert isinstance(texture, moderngl.Texture)
    return texture
