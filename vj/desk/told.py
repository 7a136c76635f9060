"""What OSC only tells and nobody sets: where the beat is, and what the dancer does.

Used by the address book, by what is shown, and by OSCQuery's description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BEAT = "/tempo/beat"

TOLD: Mapping[str, str] = {
    BEAT: "which beat of the bar it is, from 1",
    "/body/area": "how much of the picture is the dancer, 0..1 of the calibrated range",
    "/body/x": "where the dancer is, from left to right",
    "/body/y": "where the dancer is, from top to bottom",
    "/body/spread": "how far the dancer reaches out",
    "/body/motion": "how much the dancer moves",
    "/body/background": "how much moves around the dancer",
}
"""Address -> what it tells."""


def told(document: Mapping[str, Any]) -> dict[str, float | int]:
    """Return what the addresses show by a state document of the stage."""
    found: dict[str, float | int] = {}
    if "bar" in document:
        found[BEAT] = int(float(document["bar"])) + 1
    values = document.get("body", {}).get("values", {})
    for name, value in values.items():
        if f"/body/{name}" in TOLD:
            found[f"/body/{name}"] = float(value)
    return found
