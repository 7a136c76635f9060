"""rig.yaml saved while the show runs: the outputs follow, the rest is said to need a new start.

Owned by the stage's mappings; a mistake leaves everything as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vj.core.document import parse_document, validate
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig
from vj.core.outputs import OutputSpec, check_outputs
from vj.stage.watch import Watch

log = logging.getLogger(__name__)

_NAME = "rig.yaml"
_FOLLOWED = ("outputs", "display", "knobs")  # knobs are learned by the desk, which writes them


class RigFile:
    """What rig.yaml says now; `trouble`: what is wrong with it, or has to wait, in one sentence."""

    def __init__(self, gig: Gig) -> None:
        self._gig = gig
        self._watch = Watch(gig.folder, _NAME, self._parse)
        self._began = self._now()
        self.trouble = ""

    def start(self, again: bool = False) -> None:
        """Begin to look; `again`: what it says now was not read by this show's beginning."""
        if again:
            self._watch.again(self._gig.folder / _NAME)
        self._watch.start()

    def look(self) -> None:
        """Look at the file once, as is done four times a second."""
        self._watch.look()

    def saved(self) -> Sequence[OutputSpec] | None:
        """The outputs as they were saved since the last call; None when nothing is to be done."""
        found: Sequence[OutputSpec] | None = None
        while self._watch.found:
            path, result = self._watch.found.popleft()
            if path.name != _NAME:
                continue
            if isinstance(result, Rig):
                found = self._outputs(result)
            else:
                self._say(str(result or ""))
        return found

    def _outputs(self, rig: Rig) -> Sequence[OutputSpec] | None:
        before = outputs_of(self._gig)
        after = outputs_of(replace(self._gig, rig=rig))
        waiting = [
            name
            for name in Rig.model_fields
            if name not in _FOLLOWED and getattr(rig, name) != getattr(self._began, name)
        ]
        same = [one.display for one in before] == [one.display for one in after]
        if not same:
            waiting.insert(0, "which displays there are outputs for")
        keys = " and ".join(filter(None, [", ".join(waiting[:-1]), *waiting[-1:]]))
        sentence = f"{self._gig.folder / _NAME}: {keys}: taken in when the show is started again"
        self._say(sentence if waiting else "")
        return after if same else None

    def _now(self) -> Rig:
        """The file as it is; a show may have changed some of it for itself, as a rehearsal does."""
        path = self._gig.folder / _NAME
        try:
            return self._parse(path.read_bytes(), path)
        except (OSError, UserError):
            return self._gig.rig

    def _say(self, text: str) -> None:
        if text and text != self.trouble:
            log.warning("%s", text)
        self.trouble = text

    def _parse(self, raw: bytes, path: Path) -> Rig:
        document = parse_document(raw, path)
        rig = validate(Rig, document)
        check_outputs(rig.outputs, document, self._gig.folder)
        return rig


def outputs_of(gig: Gig) -> Sequence[OutputSpec]:
    """The rig's outputs; without any, one on the rig's display."""
    if not gig.rig.outputs:
        return [OutputSpec(display=gig.rig.display)]
    first, *others = gig.rig.outputs
    if not first.display and gig.rig.display:
        first = first.model_copy(update={"display": gig.rig.display})
    return [first, *others]
