"""The chain of effects: each draws from the result so far into a picture of its own.

The frame order draws it once per frame; it knows nothing of windows, scenes or processes.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import moderngl

from vj.core.errors import UserError
from vj.stage.canvas import Canvas
from vj.stage.drawing import Drawing
from vj.stage.effect import load_effect
from vj.stage.fused import Fused
from vj.stage.isf_drawing import IsfDrawing
from vj.stage.seen import Moment, Seen
from vj.stage.shun import Shun, together

__all__ = ["Chain", "Moment", "Seen"]

log = logging.getLogger(__name__)

_SICK_ERRORS, _SICK_SECONDS = 3, 10.0


class Chain:
    """Effects loaded from their files, and the pictures they draw into."""

    def __init__(
        self,
        context: moderngl.Context,
        size: tuple[int, int],
        files: Mapping[str, Path],
        shun: Shun | None = None,
    ) -> None:
        """Load the files, but for those that are shunned."""
        self.context, self.size = context, size
        self.canvas = Canvas(context, size)
        self.fused = Fused(self.canvas)
        self.effects: dict[str, Drawing | IsfDrawing] = {}
        self.errors: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        self.frame = 0  # the number of the newest
        self._failures: dict[str, deque[float]] = {}
        self._shun = shun
        for name, path in files.items():
            self._try(name, path)

    def load_another(self, files: Mapping[str, Path], first: Iterable[str]) -> None:
        """Load one of the files that were left out at the beginning, `first` before others."""
        lacking = (name for name in (*first, *files) if name in files and name not in self.effects)
        name = next((name for name in lacking if name not in self.errors), None)
        if name is not None:
            self._try(name, files[name])

    def _try(self, name: str, path: Path) -> None:
        """Load an effect for the first time, unless a driver hung on it."""
        if self._shun and str(path) in self._shun.paths:
            self.errors[name] = f"{path}: the graphics driver hung on it; save it to try again"
            log.warning("effect %s is left out: %s", name, self.errors[name])
        else:
            self.load(name, path)

    def load(self, name: str, path: Path) -> bool:
        """(Re)load an effect; one that does not compile or draw leaves the former in place."""
        former = self.effects.get(name)
        drawing: Drawing | IsfDrawing | None = None
        try:
            with self._shun.trying(path) if self._shun else nullcontext():
                drawing = self._made(name, path, former)
                self._rehearse(drawing)
        except Exception as error:  # whatever is in the file, the show goes on without it
            self.errors[name] = str(error) if isinstance(error, UserError) else f"{path}: {error}"
            log.warning("effect %s is not used: %s", name, error)
            if drawing:
                _put_away(drawing, former)
            return False
        if isinstance(former, Drawing):
            self.fused.forget(former.effect)
        if former:
            _put_away(former, drawing)
        self.effects[name], self._paths[name] = drawing, path
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
        self.frame += 1
        self.context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        picture = seen.dry
        faces = bool((seen.faces[:, 4] * seen.alive > 0).any())
        playing = [
            (name, effect, amount)
            for name, amount in lineup
            if (effect := self.effects.get(name))
            and not effect.rests(values, faces)
            and not self._is_sick(name)
        ]
        # Who comes in or goes out has a pass of its own: laying it over costs more than it saves.
        drawings = [effect if amount >= 1.0 else None for _, effect, amount in playing]
        at = 0
        while at < len(playing):
            ready = self.fused.ready(drawings[at:], values, self.frame)
            if ready:
                program, count = ready
                try:
                    picture = program.draw(self.canvas, picture, values, seen, moment)
                    at += count
                    continue
                except Exception as error:  # each of them may still play alone
                    log.info("effects are drawn one by one from now on: %s", error)
                    self.fused.give_up(program)
            name, effect, amount = playing[at]
            at += 1
            try:
                picture = effect.draw(picture, amount, values, seen, moment, self.frame)
            except Exception as error:  # nothing an effect does may end the show
                self._note(name, error, moment.time)
        return picture

    def seeks_faces(self, lineup: Sequence[tuple[str, float]], values: Mapping[str, float]) -> bool:
        """True while an effect that is drawn wants to know where faces are."""
        playing = (self.effects.get(name) for name, _ in lineup)
        return any(effect.seeks_faces(values) for effect in playing if effect)

    def reset(self) -> None:
        """Forget all feedback and give failed effects another chance."""
        for effect in self.effects.values():
            effect.forget()
        for name in list(self._failures):
            self._forgive(name)

    def _made(
        self, name: str, path: Path, former: Drawing | IsfDrawing | None
    ) -> Drawing | IsfDrawing:
        if path.suffix.lower() == ".fs":
            return IsfDrawing(name, path, self.canvas)
        memory = former.memory if isinstance(former, Drawing) else None
        return Drawing(load_effect(self.context, path), self.canvas, memory)

    def lacks(
        self, names: Iterable[str], values: Mapping[str, float]
    ) -> list[tuple[str, Mapping[str, float]]]:
        """Effects of a scene and values for which no program is compiled yet."""
        return [
            (name, own)
            for name in names
            if isinstance(drawing := self.effects.get(name), Drawing)
            for _, own in drawing.effect.parts(values)
            if not drawing.effect.variants.has(own)
        ]

    def compile(self, name: str, values: Mapping[str, float]) -> None:
        """Compile an effect's program for values as they stand.

        Raises: moderngl.Error when it does not compile.
        """
        drawing = self.effects.get(name)
        if isinstance(drawing, Drawing):
            drawing.effect.variants.find(values)

    def fuse(self, names: Iterable[str], values: Mapping[str, float]) -> None:
        """Make one program of effects that follow each other, for values as they stand."""
        drawings = [self.effects[name] for name in names]
        if not self._shun:
            self.fused.make(drawings, values)
            return
        all_of_them = together(self._paths[name] for name in names)
        hung = str(all_of_them) in self._shun.paths
        with nullcontext() if hung else self._shun.trying(all_of_them):
            self.fused.make(drawings, values, hung)

    def draw_together(
        self,
        names: Sequence[str],
        picture: moderngl.Texture,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> None:
        """Draw effects with the program that was made of them, if there is one.

        Raises: RuntimeError when the driver complains.
        """
        program = self.fused.find([self.effects[name] for name in names], values)
        if program:
            program.draw(self.canvas, picture, values, seen, moment)

    def fuse_standing(self) -> None:
        """Make a program of effects that have been drawn one by one, in this order, for a while."""
        standing = self.fused.standing(self.frame)
        if standing:
            self.fuse(*standing)

    def _rehearse(self, drawing: Drawing | IsfDrawing) -> None:
        """Draw once where nobody sees it: compiles the driver's variants, finds what fails.

        The pictures are as large as those of the show: drivers compile for how they are filtered.
        """
        black = self.context.texture(self.size[::-1], 4)
        seen = Seen(black, black, 1.0)
        try:
            drawing.draw(black, 1.0, {}, seen, Moment(0.0, 0.0, 1 / 30), 0)
            drawing.forget()
            self.context.finish()
        finally:
            black.release()

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


def _put_away(drawing: Drawing | IsfDrawing, stays: Drawing | IsfDrawing | None) -> None:
    """Free one edition of an effect, but not the memory that the one that stays has as well."""
    drawing.release()
    kept = stays.memory if isinstance(stays, Drawing) else None
    if isinstance(drawing, Drawing) and drawing.memory is not kept:
        drawing.memory.release()
