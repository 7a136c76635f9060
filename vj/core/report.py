"""What a show measured, as one JSON document, from the processes' own status documents.

The show feeds it while running and writes it at the end (`--report FILE.json`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SUMS = ("late_frames", "black_frames", "frames_shown", "styled_shown")
_FIRSTS = ("started_at", "first_frame_at", "first_styled_at")
_RATES = ("stage_fps", "styled_fps", "latency_ms", "knob_to_screen_ms")


@dataclass
class Report:
    """Collects figures over every life of the stage; counts add up, the longest life gives rates.

    `frozen_ms_max` includes the gap between the last picture of one life and the first of the next.
    `firsts`: when the first life of all began and showed its first pictures (perf_counter_ns); a
    show that comes back is told by the one before.
    """

    lives: list[dict[str, Any]] = field(default_factory=list)
    firsts: dict[str, int] = field(default_factory=dict)

    def stage_said(self, document: Mapping[str, Any]) -> None:
        """Take in the stage's newest status document (a new `started_at` is a new life)."""
        if not document.get("frames_shown"):
            return
        if self.lives and self.lives[-1].get("started_at") == document.get("started_at"):
            self.lives[-1] = dict(document)
        else:
            self.lives.append(dict(document))
        if self.firsts.get("started_at", document.get("started_at")) == document.get("started_at"):
            self.firsts = {name: int(document.get(name, 0) or 0) for name in _FIRSTS}

    def _frozen_ms(self) -> float:
        longest = max((float(life.get("frozen_ms_max", 0.0)) for life in self.lives), default=0.0)
        for before, after in zip(self.lives, self.lives[1:], strict=False):
            gap = (after.get("first_frame_at", 0) - before.get("last_frame_at", 0)) / 1e6
            longest = max(longest, gap)
        return round(longest, 1)

    def write(
        self,
        restarts: Mapping[str, int],
        status: Mapping[str, Mapping[str, Any]],
        started_at: int,
    ) -> dict[str, Any]:
        """Return the report; `started_at` is perf_counter_ns of the program's start."""
        longest = max(self.lives, key=lambda life: int(life["frames_shown"]), default={})
        report: dict[str, Any] = {name: longest.get(name, 0.0) for name in _RATES}
        report |= {name: sum(int(life.get(name, 0)) for life in self.lives) for name in _SUMS}
        report["frozen_ms_max"] = self._frozen_ms()
        report["rungs"] = _added([life.get("rungs", {}) for life in self.lives])
        report["restarts"] = dict(restarts)
        report["source"] = status.get("capture", {}).get("source", "")
        report["model"] = status.get("infer", {}).get("model", "")
        report["device"] = status.get("infer", {}).get("device", "")
        report["painted_at"] = status.get("infer", {}).get("share", 1.0)
        report["infer_ms"] = status.get("infer", {}).get("ms", {})
        report["size"] = longest.get("size", [])
        report["gl"] = longest.get("gl", "")
        for key, name in (("first_frame_at", "first_dry_s"), ("first_styled_at", "first_styled_s")):
            at = self.firsts.get(key, 0)
            report[name] = round((at - started_at) / 1e9, 2) if at else None
        return report


def _added(counts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for count in counts for name in count)
    return {name: round(sum(count.get(name, 0.0) for count in counts), 1) for name in names}
