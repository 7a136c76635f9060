"""Follows a MIDI clock: 24 pulses a beat become a steady tempo, start the first of a bar.

Used by the MIDI hand for the device the rig names under `clock`.
"""

from __future__ import annotations

from collections import deque

from vj.core.types import Event, Set, Trigger

_PULSES = 24
_WINDOW = 2 * _PULSES
# Two rows of so many pulses, one after the other, both longer or both shorter: a new tempo.
_ROW = 6
_OTHER, _OTHER_S = 0.15, 0.04  # by this share, and s together: more than a wire delays
_GAP_S = 0.5
_SMOOTH = 0.3
_STEP = 0.05  # bpm; less than this is the noise of the wire
_PHASE = 16 * _PULSES  # rarer than a tap that counts: it moves the beat, not the tempo


class Clock:
    """The last pulses and the tempo they make."""

    def __init__(self) -> None:
        self._begin([])
        self._heard = self._count = 0
        self._starts = self._stands = self._goes_on = False
        self._bpm = self._told = 0.0

    def hear(self, kind: str, now: float, hand: str) -> list[Event]:
        """Return what "clock", "start", "continue" or "stop" at `now` seconds asks for.

        Start is the first beat of a bar, continue the place where the music was stopped. The tempo
        goes on after a stop, as the music's does; a pause begins a new count.
        """
        if kind == "start":
            self._count, self._starts = 0, True
        if kind != "clock":
            self._stands = kind == "stop"
            self._goes_on = kind == "continue"
            return []
        if self._pulses and now - self._pulses[-1] > _GAP_S:
            self._begin([])
            self._bpm = 0.0
        self._pulses.append(now)
        self._known.append(self._bpm)
        events = [] if self._stands else self._place(hand)
        jumped = self._jumped()
        if jumped:
            self._begin(list(self._pulses)[-_ROW - 1 :])
        due = self._heard % (_PULSES // 2) == 0 and (self._bpm or len(self._pulses) > _PULSES)
        if jumped or due:
            events += self._tempo(hand)
        self._heard += 1
        return events

    def _begin(self, pulses: list[float]) -> None:
        """Count anew, from these pulses on."""
        self._pulses = deque(pulses, _WINDOW + 1)
        self._known: deque[float] = deque(maxlen=_WINDOW + 1)  # the tempo when each of them came

    def _place(self, hand: str) -> list[Event]:
        """Say where in the music this pulse is, where that is not known already."""
        events: list[Event] = []
        if self._goes_on:
            events.append(Trigger("tempo.align", self._count / _PULSES, hand))
        elif self._count % _PHASE == 0:
            events.append(Trigger("tempo.resync" if self._starts else "tap", None, hand))
        self._starts = self._goes_on = False
        self._count += 1
        return events

    def _jumped(self) -> bool:
        """Whether the last half beat is of another tempo than the one that is known.

        Late pulses that come in a heap make up for it: then the whole window is as long as ever.
        """
        if not self._known[0] or len(self._pulses) <= 2 * _ROW:
            return False
        gap = 60.0 / self._known[0] / _PULSES  # before anything was late
        last, middle, first = (self._pulses[-1 - n * _ROW] for n in range(3))
        rows = (last - middle - _ROW * gap, middle - first - _ROW * gap)
        whole = last - self._pulses[0] - (len(self._pulses) - 1) * gap
        least = max(_OTHER * _ROW * gap, _OTHER_S / 2)
        way = 1.0 if whole > 0.0 else -1.0
        return min(way * row for row in rows) > least and way * whole > 2 * least

    def _tempo(self, hand: str) -> list[Event]:
        span = self._pulses[-1] - self._pulses[0]
        if span <= 0.0:
            return []
        bpm = 60.0 * (len(self._pulses) - 1) / _PULSES / span
        full = len(self._pulses) > _WINDOW  # until then every pulse counts anew
        self._bpm = self._bpm + _SMOOTH * (bpm - self._bpm) if self._bpm and full else bpm
        if abs(self._bpm - self._told) < _STEP:
            return []
        self._told = self._bpm
        return [Set("tempo.bpm", round(self._bpm, 2), hand)]
