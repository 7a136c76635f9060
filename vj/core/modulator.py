"""What moves a parameter without a hand: a wave, steps, an envelope, the sound or the dancer.

Parsed while a scene loads; the stage's motions play by it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic import model_validator as whole

from vj.core.binding import Pair
from vj.core.duration import SCHEMA, Seconds
from vj.core.duration import seconds as spoken
from vj.core.errors import unknown
from vj.core.gauges import FOLLOWED

_TIMED = ("beats", "seconds", "phase")
_ENVELOPE = ("decay", "sustain", "hold", "gate")
_FOLLOWING = ("depth", "polarity", "follow", "range", "attack", "release")


def _gauge(value: object) -> object:
    if value not in FOLLOWED:
        raise ValueError(str(unknown("follow", str(value), FOLLOWED)))
    return value


Step = Annotated[float, Field(ge=0, le=1)]


class Modulator(BaseModel):
    """Moves a parameter by `depth`, a part of its range, from where its knob stands.

    A turn takes so many `beats` or `seconds` and starts at `phase` 0..1 of it. "bipolar" swings
    around the knob, "unipolar" goes one way; waves do the first, everything else the second.
    `steps` are the values of one turn, 0..1, `glide` is the part of a step that leads to the next.
    An envelope begins with each turn or, with `gate: audio.onset`, when the sound strikes.
    `follow` is measured instead: `range` of it is laid onto 0..1, `attack` and `release` are the
    times it takes to follow up and down.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    shape: Literal["sine", "triangle", "saw", "square", "random", "steps", "envelope"] = "sine"
    beats: Annotated[float, Field(gt=0, le=4096)] | None = None
    seconds: Annotated[float, BeforeValidator(spoken), Field(gt=0, le=36000), SCHEMA] | None = None
    depth: Annotated[float, Field(ge=-1, le=1)] = 0.2
    phase: Annotated[float, Field(ge=0, le=1)] = 0.0
    polarity: Literal["", "bipolar", "unipolar"] = ""
    steps: Annotated[list[Step], Field(min_length=1, max_length=64)] | None = None
    glide: Annotated[float, Field(ge=0, le=1)] = 0.0
    attack: Seconds | None = None
    decay: Seconds = 0.2
    sustain: Annotated[float, Field(ge=0, le=1)] = 0.0
    hold: Seconds = 0.0
    release: Seconds | None = None
    gate: Literal["", "audio.onset"] = ""
    follow: Annotated[str, BeforeValidator(_gauge)] = ""
    range: Pair = (0.0, 1.0)

    @whole(mode="before")
    @classmethod
    def _steps_are_a_shape(cls, data: object) -> object:
        if isinstance(data, dict) and "steps" in data and "shape" not in data:
            return {**data, "shape": "steps"}
        return data

    @whole(mode="after")
    def _goes_together(self) -> Modulator:
        given = self.model_fields_set - {"shape"} | ({"shape"} if self.shape != "sine" else set())
        if self.follow:
            for word in sorted(self.model_fields_set.difference(_FOLLOWING)):
                raise ValueError(f"{word} does not go with follow; {', '.join(_FOLLOWING)} do")
        elif "range" in given:
            raise ValueError("range goes with follow only; depth says how far it goes")
        if self.range[0] == self.range[1]:
            raise ValueError("range: the two ends are the same")
        if self.beats is not None and self.seconds is not None:
            raise ValueError("beats or seconds, not both")
        if (self.shape == "steps") != (self.steps is not None):
            raise ValueError("steps need a list of values 0..1, as in steps: [0, 1, 0.5]")
        if self.shape != "envelope" and not self.follow:
            for word in sorted(given.intersection((*_ENVELOPE, "attack", "release"))):
                raise ValueError(f"{word} goes with shape: envelope")
        if self.gate and given.intersection(_TIMED):
            raise ValueError("gate or a length of the turn, not both")
        return self

    @property
    def swings(self) -> bool:
        """Whether it goes to both sides of the knob."""
        waves = ("sine", "triangle", "saw", "square", "random")
        return self.polarity == "bipolar" or (
            not self.polarity and not self.follow and self.shape in waves
        )


def _count(value: object) -> str:
    return "many" if isinstance(value, list) else "one"


Modulators = Annotated[
    Annotated[Modulator, Tag("one")]
    | Annotated[list[Modulator], Tag("many"), Field(min_length=1, max_length=8)],
    Discriminator(_count),
]
"""One modulator, or several whose movements add up."""
