"""The mapping of every output as it is now: moved by hands, saved into rig.yaml, told to all.

Owned by the stage's Play; the outputs are drawn by it in the same frame.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.mapping import Mapping
from vj.core.outputs import OutputSpec
from vj.core.rewrite import write_text
from vj.core.rewrite_outputs import set_mapping
from vj.core.types import Trigger
from vj.stage.rig_file import RigFile, outputs_of

log = logging.getLogger(__name__)

# How an output is drawn, apart from where its points lie.
LOOK = ("part", "fit", "blend", "rotate", "mirror", "colour", "mask")


class Mappings:
    """One Mapping per output; `now` is replaced whole, never edited."""

    def __init__(self, gig: Gig) -> None:
        self._path = gig.folder / "rig.yaml"
        self.file = RigFile(gig)
        self.specs: Sequence[OutputSpec] = outputs_of(gig)
        self.now: tuple[Mapping, ...] = tuple(spec.mapping for spec in self.specs)
        self._saved = self.now
        self.displays: list[str] = [spec.display for spec in self.specs]
        self.complaint = ""
        self.saving: threading.Thread | None = None
        self._looks: dict[int, dict[str, object]] = {}  # of outputs whose file was edited since

    def handle(self, event: Trigger) -> None:
        """Move, reset or save; what makes no sense is remembered as `complaint`."""
        try:
            match event.action:
                case "map.move":
                    self._move(str(event.argument))
                case "map.reset":
                    self._reset(event.argument)
                case "map.save":
                    self.save()
        except UserError as error:
            self.complaint = str(error)

    def follow(self) -> None:
        """Take in a saved rig.yaml; a hand's points stay where the file's did not move."""
        specs = self.file.saved()
        if specs is None:
            return
        now = list(self.now)
        for number, (spec, saved) in enumerate(zip(specs, self._saved, strict=True)):
            if spec.mapping not in (saved, now[number]):
                now[number] = spec.mapping
            self._looks[number] = spec.model_dump(mode="json", include=set(LOOK))
        self.specs, self.now = specs, tuple(now)
        self._saved = tuple(spec.mapping for spec in specs)

    def save(self) -> None:
        """Write what has changed into rig.yaml; the disk is not waited for."""
        changed = {
            index: mapping
            for index, (mapping, saved) in enumerate(zip(self.now, self._saved, strict=True))
            if mapping != saved
        }
        if changed and not (self.saving and self.saving.is_alive()):
            self.saving = threading.Thread(target=self._write, args=(changed, self.now))
            self.saving.start()

    def document(self) -> list[dict[str, object]]:
        """What remote and curtain need, and a stage that is started again."""
        return [
            {"display": display, "points": mapping.points, "mesh": mapping.mesh}
            | ({"curved": mapping.curved, "look": self._looks[number]} if self._looks else {})
            for number, (display, mapping) in enumerate(zip(self.displays, self.now, strict=True))
        ]

    def restore(self, document: object) -> None:
        """Take over what an earlier life of the stage had not saved; nonsense is left out."""
        self.now = restored(self.now, document)

    def _move(self, argument: str) -> None:
        place, *numbers = argument.rsplit(maxsplit=2) or [""]
        output, _, point = place.rpartition("/")
        try:
            index, x, y = int(point), float(numbers[0]), float(numbers[1])
        except (ValueError, IndexError):
            said = f"map.move {argument!r}: allowed: OUTPUT/POINT X Y, as in 0/2 0.95 1"
            raise UserError(said) from None
        number = self._find(output)
        before = self.now[number]
        if not 0 <= index < len(before.points) or not (math.isfinite(x) and math.isfinite(y)):
            raise UserError(f"map.move {argument!r}: points are 0 to {len(before.points) - 1}")
        moved = before.moved(index, (x, y))
        if moved is not None:  # corners that would cross stay where they are
            self._put(number, moved)

    def _reset(self, output: str | float | None) -> None:
        numbers = range(len(self.now)) if output is None else [self._find(output)]
        for number in numbers:
            self._put(number, self.now[number].straight())

    def _find(self, output: str | float) -> int:
        """An output's number, by number from 0 or by its display's name."""
        word = str(output).strip().lower()
        names = [name.lower() for name in self.displays]
        if word in names:
            return names.index(word)
        try:
            number = int(float(word))
        except (ValueError, OverflowError):
            number = -1
        if not 0 <= number < len(self.now):
            shown = ", ".join(f"{n} {name}".strip() for n, name in enumerate(self.displays))
            raise UserError(f"no output {output!r}; there are: {shown}")
        return number

    def _put(self, number: int, mapping: Mapping) -> None:
        self.now = (*self.now[:number], mapping, *self.now[number + 1 :])

    def _write(self, changed: Dict[int, Mapping], written: tuple[Mapping, ...]) -> None:
        try:
            text = self._path.read_bytes().decode("utf-8") if self._path.is_file() else ""
            for index, mapping in changed.items():
                text = set_mapping(text, index, mapping, self._path)
            write_text(self._path, text)
        except (UserError, OSError, UnicodeDecodeError) as error:
            self.complaint = f"the mapping is not saved: {error}"
            log.warning("%s", self.complaint)
            return
        self._saved = written
        self.complaint = ""


def restored(mappings: Sequence[Mapping], document: Any) -> tuple[Mapping, ...]:
    """The mappings with the points of a state document wherever they fit."""
    found = list(mappings)
    told = document if isinstance(document, list) else []
    for number, (mapping, entry) in enumerate(zip(mappings, told, strict=False)):
        mesh = tuple(entry["mesh"]) if entry.get("mesh") else None
        points = tuple((float(x), float(y)) for x, y in entry["points"])
        if mesh == mapping.mesh and len(points) == len(mapping.points):
            found[number] = Mapping(points, mapping.mesh, mapping.curved)
    return tuple(found)


def told_anew(entry: Dict[str, Any]) -> tuple[OutputSpec, Mapping] | None:
    """An output of a state document as it is drawn since its file was edited; None before."""
    if "look" not in entry:
        return None
    mesh = tuple(entry["mesh"]) if entry["mesh"] else None
    points = tuple((float(x), float(y)) for x, y in entry["points"])
    spec = OutputSpec.model_validate({k: v for k, v in entry["look"].items() if v is not None})
    return spec, Mapping(points, mesh, bool(entry["curved"]))
