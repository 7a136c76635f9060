"""Tries effects on: draws a pixel of each in every kind of picture it is going to meet.

The dress rehearsal says what is tried; drivers finish compiling when something is drawn first.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import ref

import moderngl

from vj.core.scene import Scene
from vj.stage.chain import Chain
from vj.stage.drawing import Drawing
from vj.stage.fused import run_of, runs
from vj.stage.memory import with_levels
from vj.stage.seen import Moment, Seen
from vj.stage.ways import Way

log = logging.getLogger(__name__)

_DT = 1.0 / 30.0
_LOGO = (67, 101)  # no power of two, as pictures hardly ever are: some drivers care


@dataclass(frozen=True, slots=True)
class Part:
    """An effect with its values, or several in one program.

    `fine`: the picture that comes to it may be of floats; `filmed`: it is the camera's.
    """

    names: tuple[str, ...]
    values: Mapping[str, float]
    fine: bool
    layered: bool
    signed: bool
    filmed: bool = False


class Fitting:
    """What was tried on already, and black pictures to try with.

    `filmed`, `painted`: (height, width) of the camera's and the network's pictures.
    """

    def __init__(self, chain: Chain, filmed: tuple[int, int], painted: tuple[int, int]) -> None:
        self._chain, self._filmed, self._painted = chain, filmed, painted
        self._tried: set[tuple[object, ...]] = set()
        self._pictures: dict[tuple[tuple[int, int], str], moderngl.Texture] = {}

    def parts(self, way: Way, scenes: Sequence[Scene]) -> Iterator[Part]:
        """List what a moment of `scenes` needs and was not tried yet; counts as tried from now."""
        names, values = way
        layered = any(bool(scene.layer) for scene in scenes)
        signed = any(bool(scene.logo) for scene in scenes)
        came_fine = False
        for name in names:
            drawing = self._chain.effects.get(name)
            if drawing is None:
                continue
            effect = drawing.effect if isinstance(drawing, Drawing) else None
            for fine in (False, True)[: 1 + came_fine]:
                # A reference: the next edition may get the address of one that is gone.
                kind: tuple[object, ...] = (name, ref(drawing), fine, layered, signed)
                if effect is not None:
                    keys = {effect.variants.key(own) for _, own in effect.parts(values)}
                    region = effect.at(values, "region") if effect.placed else 0
                    kind = (*kind, frozenset(keys), region)
                if kind not in self._tried:
                    self._tried.add(kind)
                    yield Part((name,), values, fine, layered, signed)
            came_fine |= effect is not None and effect.precise

    def runs(self, way: Way, scene: Scene, swayed: Container[str]) -> Iterator[Part]:
        """List what a scene at rest could draw in one program and was not tried yet.

        `swayed`: the knobs that do not rest even then.
        """
        values = way[1]
        still = {name: value for name, value in values.items() if name not in swayed}
        playing = [
            (name, drawing)
            for name in way[0]
            if (drawing := self._chain.effects.get(name)) and not drawing.rests(still)
        ]
        drawings = [drawing for _, drawing in playing]
        for at, count in runs(drawings):
            before = drawings[at - 1] if at else None
            fine = isinstance(before, Drawing) and before.effect.precise
            names = tuple(name for name, _ in playing[at : at + count])
            part = Part(names, values, fine, bool(scene.layer), bool(scene.logo), at == 0)
            run = run_of(drawings[at : at + count], values)
            kind = (run, fine, part.layered, part.signed, part.filmed)
            if kind not in self._tried and not self._chain.fused.full:
                self._tried.add(kind)
                yield part

    def plays(self, part: Part) -> bool:
        """Whether an effect keeps pictures of the show just now, which trying it would spoil."""
        if len(part.names) > 1:
            return False
        drawing = self._chain.effects.get(part.names[0])
        if not isinstance(drawing, Drawing):
            return True
        memory = drawing.memory
        keeps = bool(memory.targets or memory.history)
        return keeps and memory.used_at >= self._chain.frame - 1

    def wear(self, part: Part) -> None:
        """Draw a part where nobody sees it; whatever fails is said when it is drawn."""
        drawing = self._chain.effects.get(part.names[0])
        if drawing is None:
            return
        canvas, size = self._chain.canvas, self._chain.size
        kept = drawing.memory.targets if isinstance(drawing, Drawing) else []
        targets = (*canvas.targets, *kept)
        self._chain.context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        for target in targets:
            target.viewport = (0, 0, 1, 1)
        try:
            for painted in dict.fromkeys((self._painted, size)):
                seen = self._seen(part, painted)
                for number in (2, 3):  # the second has a past
                    came = self._filmed if part.filmed else size
                    picture = self.picture(came, "f4" if part.fine else "f1")
                    moment = Moment(number * _DT, 0.0, _DT)
                    if len(part.names) > 1:
                        self._chain.draw_together(part.names, picture, part.values, seen, moment)
                    else:
                        drawing.draw(picture, 0.5, part.values, seen, moment, number)
        except Exception as error:  # nothing an effect does may end the show
            log.warning("effect %s cannot be rehearsed: %s", part.names[0], error)
        finally:
            for target in targets:
                target.viewport = (0, 0, size[1], size[0])
            drawing.forget()

    def picture(self, size: tuple[int, int], dtype: str = "f1") -> moderngl.Texture:
        """A black picture of `size` (height, width), of the kind effects draw into."""
        made = self._pictures.get((size, dtype))
        if made is None:
            made = with_levels(self._chain.context.texture(size[::-1], 4, dtype=dtype))
            self._pictures[size, dtype] = made
        return made

    def close(self) -> None:
        """Free the pictures; they are made again when they are needed."""
        for texture in self._pictures.values():
            texture.release()
        self._pictures.clear()

    def _seen(self, part: Part, painted: tuple[int, int]) -> Seen:
        return Seen(
            self.picture(self._filmed),
            self.picture(painted),
            1.0,
            layer=self.picture(self._chain.size) if part.layered else None,
            logo=self.picture(_LOGO) if part.signed else None,
        )
