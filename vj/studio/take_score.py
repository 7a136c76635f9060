"""What a take's stage wanted at any moment: its states in order, numbers in between interpolated.

Used by the rendering of takes; time only goes forward.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vj.core.errors import UserError
from vj.core.table import Table
from vj.core.take import SCORE, changed, read_score


class TakeScore:
    """The states of a take; `at` moves on to a moment and tells what was wanted then."""

    def __init__(self, folder: Path, table: Table) -> None:
        """Open a score.

        Raises: UserError when the stage never came to a picture in it.
        """
        self._table = table
        self._states = _states(folder)
        first = next(self._states, None)
        if first is None:
            raise UserError(f"{folder / SCORE}: the show was not on long enough to keep anything")
        self._here = self._next = first
        self._panics = 0
        self._told = 0

    def at(self, seconds: float) -> dict[str, Any]:
        """The stage's state document `seconds` after the take began."""
        while self._next[0] <= seconds:
            self._here = self._next
            found = next(self._states, None)
            if found is None:
                return dict(self._here[1])
            self._next = found
        here, after = self._here, self._next
        span = after[0] - here[0]
        share = min(max((seconds - here[0]) / span, 0.0), 1.0) if span > 0 else 0.0
        values = self._between(here[1].get("values", {}), after[1].get("values", {}), share)
        beat = _mix(float(here[1].get("beat", 0.0)), float(after[1].get("beat", 0.0)), share)
        return {**here[1], "values": values, "beat": beat}

    def panicked(self) -> bool:
        """Whether somebody asked for a fresh start since the last call."""
        told, self._told = self._told, int(self._here[1]["panics"])
        return told != self._told

    def _between(
        self, here: Mapping[str, float], after: Mapping[str, float], share: float
    ) -> dict[str, float]:
        values = {param.name: param.default for param in self._table} | dict(here)
        for name, value in after.items():
            param = self._table.params.get(name)
            if param and param.kind == "float" and values[name] != value:
                values[name] = _mix(values[name], value, share)
        return values


def length(folder: Path) -> tuple[float, float]:
    """When the first and the last state of a take were, in seconds since it began."""
    moments = [line.at for line in read_score(folder) if line.change]
    return (moments[0], moments[-1]) if moments else (0.0, 0.0)


def _mix(here: float, after: float, share: float) -> float:
    return here + (after - here) * share


def _states(folder: Path) -> Iterator[tuple[float, Mapping[str, Any]]]:
    state: Mapping[str, Any] = {"panics": 0}
    for line in read_score(folder):
        if line.event.get("trigger") == "panic":
            state = {**state, "panics": int(state["panics"]) + 1}
        if line.change:
            state = changed(state, line.change)
            yield line.at, state
