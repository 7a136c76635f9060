"""The soundcheck's reading: rig, scenes, cards and weights, to the last mistake.

Opens files only; what it cannot read it names and goes on.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from vj.capture.mistakes import source_mistakes
from vj.core.document import Document, read_document, validate
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig, check_rig_knobs
from vj.core.outputs import check_outputs
from vj.core.scene import Scene, scene_of
from vj.studio.faults import faults
from vj.studio.soundcheck import Finding, broken, warning

Read = tuple[Document, Scene]


def read_scenes(gig: Gig) -> tuple[list[Finding], dict[str, Read], set[str]]:
    """Read every scene; also return the readable ones and the names of those with mistakes.

    A scene with mistakes is returned without what is wrong in it, so that the rest can be checked.
    """
    found: list[Finding] = []
    scenes: dict[str, Read] = {}
    wrong: set[str] = set()
    if not gig.scene_files:
        found.append(broken(f"{gig.folder / 'scenes'}: no scene (*.yaml) there"))
    choices = gig.choices
    for name, path in gig.scene_files.items():
        try:
            document = read_document(path)
        except UserError as error:
            found.append(broken(error))
            wrong.add(name)
            continue
        said, rest = faults(document, lambda doc: scene_of(doc, gig.table, choices))
        found += [broken(text) for text in said]
        wrong |= {name} if said else set()
        try:
            scenes[name] = rest, scene_of(rest, gig.table, choices)
        except UserError:
            continue  # it has been said
    return found, scenes, wrong


def check_rig(gig: Gig) -> Iterator[Finding]:
    """Name every mistake of rig.yaml."""
    path = gig.folder / "rig.yaml"
    if not path.is_file():
        return
    try:
        document = read_document(path)
    except UserError as error:
        yield broken(error)
        return

    def read(document: Document) -> None:
        rig = validate(Rig, document)
        check_outputs(rig.outputs, document, gig.folder)
        check_rig_knobs(gig, rig, document)

    yield from (broken(text) for text in faults(document, read)[0])


def check_sources(gig: Gig, scenes: dict[str, Read]) -> Iterator[Finding]:
    """Check the source of the rig and what every scene plays and lays over, without opening any."""
    for error in source_mistakes(gig, [scene for _, scene in scenes.values()]):
        yield broken(error)


def check_material(gig: Gig, scenes: dict[str, Read]) -> Iterator[Finding]:
    """Read the card and weights of every network and matte in use, and of the gig's other cards."""
    models = {scene.model: document for document, scene in reversed(list(scenes.values()))}
    for model, document in models.items():
        try:
            card = gig.card(model)
            if card.weights:
                card.weights_bytes()
        except UserError as error:
            yield broken(f"{document.where(('model',))}: {error}")
    mattes = {scene.matte: document for document, scene in reversed(list(scenes.values()))}
    for matte, document in mattes.items():
        try:
            gig.check_matte(matte)
        except UserError as error:
            yield broken(f"{document.where(('matte',))}: {error}")
    yield from _idle_cards(gig, {*models, *mattes})


def _idle_cards(gig: Gig, used: Container[str]) -> Iterator[Finding]:
    """Warn of cards in the gig's own checkpoints/ that fail as soon as somebody chooses them."""
    own = (gig.folder / "checkpoints").resolve()
    for name, path in gig.card_files.items():
        if name in used or path.parent.resolve() != own:
            continue
        try:
            card = gig.card(name)
            if card.weights:
                card.weights_bytes()
        except UserError as error:
            place = "" if str(error).startswith(str(path)) else f"{path}: "
            yield warning(f"{place}{error}; no scene uses it")
