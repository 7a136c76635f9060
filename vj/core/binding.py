"""What a scene says about hands: MIDI and OSC addresses of knobs.

Parsed while a scene loads; the desk listens by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

_MIDI = re.compile(
    r"(?P<kind>cc14|cc|note|bend|program)/(?P<channel>\d+|any)"
    r"(/(?P<first>\d+)(?P<range>\.\.(?P<last>\d+)?)?)?$"
)

_NAME = re.compile(r"[a-z][a-z-]*\d*")
_NUMBERED = ("cc", "cc14", "note")


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Pair = Annotated[tuple[float, float], BeforeValidator(_as_tuple)]


@dataclass(frozen=True, slots=True)
class MidiAddress:
    """A control on a controller: kind, channel 1..16 (0 = any), first and last number 0..127.

    "cc14" is a pair of controllers: `first` 0..31 sends the coarse part, `first` + 32 the fine one.
    """

    kind: Literal["cc", "cc14", "note", "bend", "program"]
    channel: int
    first: int
    last: int


def parse_midi(text: str) -> MidiAddress:
    """Parse `cc/1/21`, `cc14/1/7`, `note/10/36`, `note/10/36..43`, `bend/1`, `program/any`.

    Raises: ValueError with the allowed forms.
    """
    match = _MIDI.match(text)
    if not match or (match["kind"] in _NUMBERED) != (match["first"] is not None):
        raise ValueError(
            f"{text!r} is no MIDI address; allowed: cc/1/21, cc14/1/7, note/10/36, note/10/36.., "
            "note/any/36..43, bend/1, program/1"
        )
    channel = 0 if match["channel"] == "any" else int(match["channel"])
    first = int(match["first"] or 0)
    last = int(match["last"]) if match["last"] else (127 if match["range"] else first)
    if channel > 16 or first > 127 or last > 127 or (match["channel"] == "0") or last < first:
        raise ValueError(f"{text!r}: channels are 1..16 or any, numbers 0..127")
    if match["kind"] == "cc14" and (last > 31 or last > first):
        raise ValueError(f"{text!r}: the coarse half of a pair is one number 0..31")
    return MidiAddress(match["kind"], channel, first, last)  # type: ignore[arg-type]


class Knob(BaseModel):
    """How a hand reaches one parameter or trigger; `range` in natural units narrows the travel.

    `midi`: an address, or what the controller's profile calls the control (`fader1`);
    `takeover`: what a fader does that does not stand where the value is; `encoder`: how an endless
    knob writes its turns, `steps` of which lead from end to end (0 = what suits the parameter);
    `press`: what a button does to a value ("" = what suits the parameter); `led`: show the value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    midi: str = ""
    osc: str = ""
    range: Pair | None = None
    curve: Literal["linear", "exp"] | None = None
    takeover: Literal["pickup", "scale", "jump"] = "pickup"
    encoder: Literal["", "twos", "offset", "sign"] = ""
    steps: Annotated[int, Field(ge=0, le=10_000)] = 0
    press: Literal["", "toggle", "momentary", "set", "velocity"] = ""
    led: bool = True
    device: str = ""

    @field_validator("midi")
    @classmethod
    def _midi_is_an_address(cls, text: str) -> str:
        if text and not _NAME.fullmatch(text):
            parse_midi(text)
        return text

    @field_validator("osc")
    @classmethod
    def _osc_is_an_address(cls, text: str) -> str:
        if text and not re.fullmatch(r"(/[\w.\-:+]+)+", text, re.ASCII):
            raise ValueError(f"{text!r} is no OSC address; it looks like /1/fader1, all in ASCII")
        return text
