"""Numbers with a unit as people write them: 4 s, 500 ms, 2 min, 120 bpm.

Used by the models of scenes and modulators, and for the parameters of a scene.
"""

from __future__ import annotations

import contextlib
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

_SECONDS = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>ms|s|min)?$")
_NUMBER = re.compile(r"(?P<number>[-+]?\d+(\.\d+)?)\s*(?P<unit>\S+)$")
_SCALE = {"ms": 0.001, "s": 1.0, "min": 60.0, None: 1.0}


def seconds(value: object) -> float:
    """Turn `4`, `"4 s"`, `"500 ms"` or `"2 min"` into seconds.

    Raises: ValueError with the allowed forms.
    """
    match = _SECONDS.match(str(value).strip()) if isinstance(value, (int, float, str)) else None
    if isinstance(value, bool) or not match:
        raise ValueError(f"{value!r} is no duration; allowed: 4 s, 500 ms, 2 min")
    return float(match["number"]) * _SCALE[match["unit"]]


def measured(text: str, unit: str) -> float | None:
    """Turn `"120 bpm"` into 120 where the unit is `bpm`, as `seconds` does where it is `s`.

    None when the text is no number with this unit.
    """
    if unit == "s":
        with contextlib.suppress(ValueError):
            return seconds(text)
    match = _NUMBER.match(text)
    return float(match["number"]) if match and unit and match["unit"] == unit else None


SCHEMA = WithJsonSchema({"type": ["number", "string"], "examples": ["4 s", "500 ms", "2 min"]})
"""What an editor may let through where a duration stands."""

Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=3600), SCHEMA]
