"""A gig is a folder: scenes in file order, styles, checkpoints and the rig of this machine.

Opened by the command line before the show; handed to every process inside the House.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vj.core.binding import Knob
from vj.core.bounded import read_bounded
from vj.core.card import Card, read_card
from vj.core.controller import check_controls
from vj.core.document import MOST_BYTES, Document, read_document, validate
from vj.core.effect_knobs import EFFECTS, effect_name
from vj.core.errors import UserError, unknown
from vj.core.folders import PICTURES, named
from vj.core.knob_names import check_knob
from vj.core.outputs import OutputSpec, check_outputs
from vj.core.scene import Choices, Scene, read_scene
from vj.core.table import Table, build_table
from vj.core.words import Port, Size, Switch, Target, WayOut

PROGRAM = Path(__file__).resolve().parent.parent
STARTER = PROGRAM.parent
SCENES = (".yaml", ".yml")
"""How scene files end, in small letters."""


class Rig(BaseModel):
    """This machine: camera, display by name, sizes (width x height), ports, global knobs.

    `size`: what the model sees; `output`: what effects draw and recordings keep; ports 0 = any free
    one; `outputs`: several displays, or a mapping for one;
    `flash_limit`: no more than three flashes a second; `paintings`: a second that are kept up by
    painting smaller, 0 never does; `threads` 0 = chosen by the number of
    cores; `feedback_to`: who is told over OSC without asking; `osc_layout`: a file of `layouts/`;
    `announce`: say on the network that we are here;
    `midi`: controllers to listen to, none means all; `leds`: controllers without a profile whose
    lights follow all the same; `clock`: the controller whose MIDI clock is the tempo; `link`: share
    the tempo by Ableton Link; `audio`: the sound input to follow, by name, none when empty;
    `share`: how other programs get the picture, words of `vj devices`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source: dict[str, object] = {"kind": "camera"}
    size: Size = (360, 640)
    output: Size = (360, 640)
    fps: Annotated[int, Field(ge=1, le=240)] = 30
    display: str = ""
    outputs: list[OutputSpec] = []
    fullscreen: bool = True
    flash_limit: Switch = True
    paintings: Annotated[float, Field(ge=0, le=240)] = 10
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    device: str = "auto"
    osc_port: Port = 7000
    feedback_port: Port = 7001
    feedback_to: list[Target] = []
    osc_layout: str = ""
    oscquery: bool = True
    announce: bool = True
    remote_port: Port = 8080
    midi: list[str] = []
    leds: list[str] = []
    clock: str = ""
    link: Switch = False
    audio: str = ""
    share: list[WayOut] = []
    hosts: list[str] = []
    knobs: dict[str, Knob] = {}

    @property
    def filmed(self) -> tuple[int, int]:
        """(height, width) of the source: as fine as the output, where that has the same shape.

        The network paints at `size`; effects may then bring back what the camera saw.
        """
        (height, width), (tall, wide) = self.size, self.output
        same = abs(width * tall - wide * height) <= 0.01 * wide * height
        return self.output if same and tall > height else self.size


@dataclass(frozen=True)
class Gig:
    """Folders and the files in them now; the program's own styles and cards are always there."""

    folder: Path
    rig: Rig

    @property
    def style_folders(self) -> tuple[Path, ...]:
        """Where style pictures lie; a later folder wins."""
        return tuple(dict.fromkeys((STARTER / "styles", self.folder / "styles")))

    @property
    def card_folders(self) -> tuple[Path, ...]:
        """Where model cards lie; a later folder wins."""
        return tuple(dict.fromkeys((STARTER / "checkpoints", self.folder / "checkpoints")))

    @property
    def effect_folders(self) -> tuple[Path, ...]:
        """Where effects lie; a later folder wins."""
        return (PROGRAM / "stage" / "effects", self.folder / "effects")

    @property
    def style_files(self) -> dict[str, Path]:
        """Style name -> picture file, sorted by name; the gig's own win over the program's."""
        return named(self.style_folders, PICTURES)

    @property
    def card_files(self) -> dict[str, Path]:
        """Card name -> YAML file, sorted by name."""
        return named(self.card_folders, (".yaml",))

    @property
    def effect_files(self) -> dict[str, Path]:
        """Effect name -> shader file, sorted by name; the gig's own win over the program's."""
        found = {
            effect_name(path): path
            for folder in self.effect_folders
            for path in named((folder,), EFFECTS).values()
        }
        return dict(sorted(found.items()))

    @property
    def layout_files(self) -> dict[str, Path]:
        """OSC layout name -> YAML file, sorted by name; the gig's own win over the program's."""
        folders = (PROGRAM / "desk" / "layouts", self.folder / "layouts")
        return named(folders, (".yaml",))

    @property
    def controller_files(self) -> dict[str, Path]:
        """MIDI controller profile -> YAML file, sorted by name; the gig's own win."""
        folders = (PROGRAM / "desk" / "controllers", self.folder / "controllers")
        return named(folders, (".yaml",))

    @property
    def scene_files(self) -> dict[str, Path]:
        """Scene name -> YAML file, sorted by name, which is the set list."""
        return named((self.folder / "scenes",), SCENES)

    def scene_file(self, name: str) -> Path:
        """Where a scene of this name is, or would be."""
        return self.scene_files.get(name, self.folder / "scenes" / f"{name}.yaml")

    @cached_property
    def table(self) -> Table:
        """All parameters of this gig, as they were when the gig was opened; it can learn more."""
        return build_table(self.style_files, self.effect_files.values())

    @property
    def choices(self) -> Choices:
        """The names a scene may use."""
        finders = self._finders()
        return Choices(
            models=frozenset(self.card_files).difference(finders),
            styles=frozenset(self.style_files),
            mattes=frozenset(_matte_words()).union(finders),
            profiles=tuple(self.controller_files.values()),
        )

    def scene(self, name: str) -> Scene:
        """Read one scene by name.

        Raises: UserError for an unknown name or anything wrong in the file.
        """
        if name not in self.scene_files:
            raise unknown("scene", name, self.scene_files, str(self.folder / "scenes"))
        return read_scene(self.scene_files[name], self.table, self.choices)

    def card(self, name: str) -> Card:
        """Read one model card by name.

        Raises: UserError for an unknown name or anything wrong in the file.
        """
        if name not in self.card_files:
            raise unknown("model", name, self.card_files, str(self.folder / "checkpoints"))
        return read_card(self.card_files[name])

    def check(self) -> list[Scene]:
        """Read every scene, and the card and the weights file of every model and matte they use.

        Raises: UserError for the first thing wrong, and when the gig has no scene at all.
        """
        if not self.scene_files:
            raise UserError(
                f"{self.folder / 'scenes'}: no scene (*.yaml) there; try: vj new my-gig"
            )
        scenes = [self.scene(name) for name in self.scene_files]
        for name in {scene.model for scene in scenes}:
            card = self.card(name)
            if card.weights:
                card.weights_bytes()
        for name in {scene.matte for scene in scenes}:
            self.check_matte(name)
        return scenes

    def check_matte(self, name: str) -> None:
        """Read the card and the weights of the network a scene finds people with, if it is one.

        Raises: UserError for anything wrong with them.
        """
        words, finders = _matte_words(), self._finders()
        # a word stands for the card of that name, otherwise for the first card of that word
        cards = [card for card, word in finders.items() if word == name]
        found = name if name in finders else next(iter(cards), None)
        if found and (name not in words or words[name]):
            self.card(found).weights_bytes()
        elif words.get(name):
            raise UserError(
                f"matte {name!r} has no weights here: vj models pull {name}, or bring a file in by "
                f"vj models import FILE --as {name} --name {name}"
            )

    def _finders(self) -> dict[str, str]:
        """Name every card that finds people, and its word; without reading the rest of it."""
        words = _matte_words()
        found = {}
        for name, path in self.card_files.items():
            try:
                text = read_bounded(path, MOST_BYTES).decode("utf-8", "replace")
            except UserError:
                continue  # it went away just now, or will be said when it is read
            word = re.search(r"^model:\s*([\w-]+)", text, re.MULTILINE)
            if word and word[1] in words:
                found[name] = word[1]
        return found


def _matte_words() -> dict[str, bool]:
    """Every matte's word, and whether it needs weights, as a file with `load` does."""
    files = (PROGRAM / "infer" / "mattes").glob("*.py")
    return {
        path.stem: "\ndef load(" in path.read_text("utf-8")
        for path in files
        if not path.stem.startswith("_")
    }


def open_gig(folder: Path) -> Gig:
    """Open a gig folder and its rig.yaml (all defaults when there is none).

    Raises: UserError when the folder is missing or the rig is wrong.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder")
    path = folder / "rig.yaml"
    if not path.is_file():
        return Gig(folder.resolve(), Rig())
    document = read_document(path)
    rig = validate(Rig, document)
    check_outputs(rig.outputs, document, folder)
    gig = Gig(folder.resolve(), rig)
    check_rig_knobs(gig, rig, document)
    return gig


def check_rig_knobs(gig: Gig, rig: Rig, document: Document) -> None:
    """See that what a rig's knobs move exists, and the controls they call by a name.

    Raises: UserError with file, line and the nearest right name.
    """
    for name, knob in rig.knobs.items():
        check_knob(name, knob, gig.table, document.where(("knobs", name)))
    check_controls(rig.knobs, gig.controller_files.values(), document)
