"""The soundcheck's findings: what is wrong, how bad it is, and what it means for the evening.

Filled by the other soundcheck files; shown by `vj check` and on the page for the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["broken", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in one sentence that begins with file and line where there are some.

    "broken": a scene or the machine cannot play as written; "warning": it plays, but look at it.
    """

    level: Level
    text: str


@dataclass
class Line:
    """One scene of the set list, as written and as it went.

    `painted`, `drawn`: pictures a second by network and stage, None when it was not played;
    `share`: of the width that is painted; `picture`: (h, w, 4) RGBA.
    """

    number: int
    name: str
    title: str = ""
    model: str = ""
    styles: str = ""
    knobs: list[tuple[str, str]] = field(default_factory=list)
    painted: float | None = None
    share: float = 1.0
    drawn: float | None = None
    ready_s: float = 0.0
    flashes: bool = False
    broken: bool = False
    picture: NDArray[np.uint8] | None = None


@dataclass
class Soundcheck:
    """Everything that was found; `machine`: kind -> what is there, in words."""

    gig: str
    lines: list[Line] = field(default_factory=list)
    machine: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    device: str = ""

    @property
    def playable(self) -> bool:
        """Whether nothing is broken; warnings do not stop a show."""
        return not any(found.level == "broken" for found in self.findings)

    def said(self, level: Level) -> list[str]:
        """The sentences of one level, each once, in order."""
        return list(dict.fromkeys(found.text for found in self.findings if found.level == level))

    def document(self) -> dict[str, object]:
        """All of it as plain JSON, without the pictures."""
        return {
            "gig": self.gig,
            "playable": self.playable,
            "broken": self.said("broken"),
            "warnings": self.said("warning"),
            "machine": self.machine,
            "device": self.device,
            **self.counts,
            "set_list": [
                {
                    "number": line.number,
                    "scene": line.name,
                    "title": line.title,
                    "model": line.model,
                    "styles": line.styles,
                    "knobs": dict(line.knobs),
                    "painted_per_s": line.painted,
                    "painted_at": line.share,
                    "drawn_per_s": line.drawn,
                    "ready_s": line.ready_s,
                    "flashes": line.flashes,
                    "broken": line.broken,
                }
                for line in self.lines
            ],
        }


def broken(text: object) -> Finding:
    """Something that cannot play as written."""
    return Finding("broken", " ".join(str(text).split()))


def warning(text: object) -> Finding:
    """Something that plays, but not as one may expect."""
    return Finding("warning", " ".join(str(text).split()))
