"""The dress rehearsal: what the scenes of the set list will draw with is compiled before they come.

Made with the stage, stepped by the frame; a program that is compiled while it is wanted is seen as
a stutter.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping

import moderngl

from vj.core.table import Table
from vj.stage.asked import values_of
from vj.stage.chain import Chain
from vj.stage.cues import Cues

log = logging.getLogger(__name__)


class Dress:
    """All scenes at the start; what is saved later, one program a frame."""

    def __init__(self, chain: Chain, cues: Cues, table: Table) -> None:
        self._chain, self._cues, self._table = chain, cues, table
        self._edition = cues.edition
        self._pending: deque[tuple[str, Mapping[str, float]]] = deque()
        for scene in cues.scenes.values():
            chain.rehearse(scene.chain, values_of(scene, table))

    def step(self) -> None:
        """Compile the next program that a scene saved meanwhile is going to need."""
        if self._cues.edition != self._edition:
            self._edition = self._cues.edition
            self._pending = deque(
                one
                for scene in self._cues.scenes.values()
                for one in self._chain.lacks(scene.chain, values_of(scene, self._table))
            )
        if self._pending:
            name, values = self._pending.popleft()
            try:
                self._chain.compile(name, values)
            except moderngl.Error as error:  # it is said when it is drawn
                log.info("effect %s cannot be compiled ahead: %s", name, error)
