"""The dress rehearsal: what the set list will draw with is compiled before it is seen.

Made with the stage, stepped by the frame; a program that is compiled while it is wanted is seen as
a stutter. Drivers compile twice: a program when it is made, and again when it is first drawn with
another kind of picture. So everything is really drawn, a pixel of it, in all the kinds that come.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import permutations

import moderngl

from vj.core.gig import Gig
from vj.core.scene import Scene
from vj.stage.chain import Chain
from vj.stage.cues import Cues
from vj.stage.drawing import Drawing
from vj.stage.fitting import Fitting, Part
from vj.stage.inputs import Inputs
from vj.stage.output import Output
from vj.stage.ways import Ways

_ALL = object()  # was done
Changes = Callable[[Sequence[Scene]], Iterable[tuple[Scene, ...]]]


def neighbours(scenes: Sequence[Scene]) -> Iterator[tuple[Scene, Scene]]:
    """Every scene and the next in the set list, there and back; after the last comes the first."""
    for here, there in zip(scenes, (*scenes[1:], *scenes[:1]), strict=True):
        if here is not there:
            yield from ((here, there), (there, here))


def all_pairs(scenes: Sequence[Scene]) -> Iterator[tuple[Scene, ...]]:
    """Every scene and every other."""
    return permutations(scenes, 2)


class Dress:
    """All scenes and the changes to their neighbours in the set list before the first frame.

    Jumps to any other scene, and what is saved meanwhile, come later, one thing a frame.
    `at_once`: False leaves all for later; a stage that fell over has to be back first.
    """

    def __init__(
        self,
        chain: Chain,
        cues: Cues,
        gig: Gig,
        inputs: Inputs,
        output: Output,
        at_once: bool = True,
    ) -> None:
        self._chain, self._cues, self._table = chain, cues, gig.table
        self._fitting = Fitting(chain, gig.rig.filmed, gig.rig.size)
        for part in self._needed(neighbours) if at_once else ():
            if part is None:
                continue
            if len(part.names) > 1:
                chain.fuse(part.names, part.values)
            self._fitting.wear(part)
        chain.context.finish()
        inputs.rehearse(gig.rig.size)
        for dtype in ("f1", "f4"):
            output.rehearse(self._fitting.picture(chain.size, dtype))
        self._fitting.close()
        self._editions = self._now
        self._later = self._one_by_one()

    def step(self) -> None:
        """Compile the next thing that a change of scenes, or a scene saved meanwhile, may need."""
        if self._now != self._editions:
            self._editions = self._now
            self._later = self._one_by_one()
        if next(self._later, _ALL) is _ALL:
            self._chain.fuse_standing()

    @property
    def _now(self) -> tuple[int, int, int]:
        return self._cues.edition, self._table.edition, len(self._chain.effects)

    def _parts(self, ways: Ways, *scenes: Scene) -> Iterator[Part | None]:
        """What a scene needs, or the change from one to another; None after each moment of it."""
        first, last = scenes[0], scenes[-1]
        moments = ways.between(first, last) if len(scenes) > 1 else [ways.at_rest(first)]
        for moment in moments:
            yield from self._fitting.parts(moment, scenes)
            yield None
        if len(scenes) == 1:
            yield from self._fitting.runs(ways.at_rest(first), first, ways.swayed(first))

    def _needed(self, changes: Changes) -> Iterator[Part | None]:
        """What every scene and these changes of scenes need and was not tried yet."""
        effects = self._chain.effects.items()
        shaping = {name: one.effect.shaping for name, one in effects if isinstance(one, Drawing)}
        ways, scenes = Ways(self._table, shaping), list(self._cues.scenes.values())
        for together in (*((scene,) for scene in scenes), *changes(scenes)):
            yield from self._parts(ways, *together)

    def _one_by_one(self) -> Iterator[None]:
        """Do one thing at each step: look at a moment, compile a program, or draw an effect."""
        for part in self._needed(all_pairs):
            # Effects without a program in common are drawn one by one: no frame is lost for it.
            if part is not None and (len(part.names) == 1 or self._chain.fused.live):
                yield from self._compile(part)
                if not self._fitting.plays(part):
                    self._fitting.wear(part)
            yield
        self._fitting.close()

    def _compile(self, part: Part) -> Iterator[None]:
        if len(part.names) > 1:
            self._chain.fuse(part.names, part.values)
            yield
            return
        for name, values in self._chain.lacks(part.names, part.values):
            try:
                self._chain.compile(name, values)
            except moderngl.Error as error:  # it is said when it is drawn
                logging.getLogger(__name__).info("effect %s cannot be compiled: %s", name, error)
            yield
