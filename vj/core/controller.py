"""A controller profile: what the controls of one device are called and how its lights are lit.

A file `controllers/<name>.yaml` of the gig or the program; the MIDI hand plays and shines by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from vj.core.binding import Knob, parse_midi
from vj.core.document import Document, read_document, validate
from vj.core.errors import UserError, unknown

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
Byte = Annotated[int, Field(ge=0, le=127)]
Channel = Annotated[int, Field(ge=0, le=16)]


class Zone(BaseModel):
    """Lights that are driven alike: a range of notes or controllers.

    `on`, `off`: what is sent to a light without colours; `colours`: numbers of the palette are sent
    instead; `rest`, `chosen`: the channel for a light that can be chosen and for the one that is, 0
    for the control's own; `value`: the value is sent back, for rings and motors.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: str
    on: Byte = 127
    off: Byte = 0
    colours: bool = False
    rest: Channel = 0
    chosen: Channel = 0
    value: bool = False

    @field_validator("at")
    @classmethod
    def _at_is_an_address(cls, text: str) -> str:
        if parse_midi(text).kind not in ("note", "cc"):
            raise ValueError(f"{text!r}: only notes and controllers have lights")
        return text


class Controller(BaseModel):
    """One kind of controller: `match` are parts of its port's name, any of them will do.

    `hello`, `goodbye`: system exclusive messages in hex, sent when it comes and when we go;
    `palette`: the colour of each number it understands; `controls`: name -> MIDI address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str = ""
    match: list[str] = []
    hello: list[str] = []
    goodbye: list[str] = []
    palette: list[str] = []
    lights: list[Zone] = []
    controls: dict[str, str] = {}

    @field_validator("hello", "goodbye")
    @classmethod
    def _sysex(cls, messages: list[str]) -> list[str]:
        for text in messages:
            if not re.fullmatch(r"F0( [0-7][0-9A-Fa-f])+ F7", text):
                raise ValueError(f"{text!r} is no such message; it looks like F0 00 20 29 F7")
        return messages

    @field_validator("palette")
    @classmethod
    def _colours(cls, colours: list[str]) -> list[str]:
        for text in colours:
            if not _COLOUR.fullmatch(text):
                raise ValueError(f"{text!r} is no colour; it looks like #ff8800")
        return colours

    @field_validator("controls")
    @classmethod
    def _addresses(cls, controls: dict[str, str]) -> dict[str, str]:
        for text in controls.values():
            parse_midi(text)
        return controls


def read_controller(path: Path) -> Controller:
    """Read one profile.

    Raises: UserError with file, line, key, the value and what is allowed.
    """
    return validate(Controller, read_document(path))


def check_controls(knobs: Mapping[str, Knob], profiles: Iterable[Path], document: Document) -> None:
    """See that some profile has each control that the `knobs:` of a document call by a name.

    A profile that cannot be read may have any; who reads it for its controller says what is wrong.
    Raises: UserError with the nearest right name.
    """
    named = {name: knob.midi for name, knob in knobs.items() if knob.midi and "/" not in knob.midi}
    if not named:
        return
    try:
        controls = {control for path in profiles for control in read_controller(path).controls}
    except UserError:
        return
    for name, control in named.items():
        if control not in controls:
            where = document.where(("knobs", name, "midi"))
            raise unknown("control", control, controls, where)
