"""Which control was it, and of what kind? A guess from the messages it sent while being learned.

Pure; used by MIDI learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vj.core.params import Param
from vj.desk.midi_routes import FINE, Move

_ENOUGH = 4
_ENOUGH_ENDLESS = 8
_SLOW = 8  # what a tick of an endless knob counts at most while it is turned gently
_WHEEL = 0.1


def guess(param: Param | None, moves: Sequence[Move], number: int) -> dict[str, object] | None:
    """Return the knob's fields for the control `number`, or None while too little was heard.

    `moves`: everything of the same device, kind and channel; `param`: what is to be moved, None
    for a trigger. A key is taken at once, a controller when its messages tell what it is.
    """
    mine = [move for move in moves if move.number == number]
    first = mine[0]
    place = f"{first.kind}/{first.channel}/{number}"
    if first.kind == "note":
        return {"midi": _keys(param, place, number)} if first.pressed else None
    if first.kind == "program":
        return {"midi": f"program/{first.channel}"}
    if first.kind == "bend":
        positions = [move.position for move in mine]
        far = len(mine) >= _ENOUGH and max(positions) - min(positions) >= _WHEEL
        return {"midi": f"bend/{first.channel}"} if far else None
    if param is None or param.kind == "switch":
        return {"midi": place} if mine[-1].pressed else None
    if len(mine) < _ENOUGH:
        return None
    coarse = _pair(moves, number)
    if coarse is not None:
        return {"midi": f"cc14/{first.channel}/{coarse}"}
    raws = [round(move.position * 127) for move in mine]
    if set(raws) <= {0, 127} and len(set(raws)) == 2:
        return {"midi": place, "press": "momentary"}
    if _repeats(raws):
        kind = _endless(raws)
        if kind:
            return {"midi": place, "encoder": kind} if len(raws) >= _ENOUGH_ENDLESS else None
    return {"midi": place}


def _keys(param: Param | None, place: str, number: int) -> str:
    """A list of styles takes as many pads from here on as it is long."""
    count = len(param.choices) if param and param.kind == "choice" else 1
    last = min(number + max(count, 1) - 1, 127)
    return f"{place}..{last}" if last > number else place


def _pair(moves: Sequence[Move], number: int) -> int | None:
    """Return the coarse half when this controller and another one move together as a pair."""
    for coarse in (number, number - FINE):
        if 0 <= coarse < FINE:
            numbers = [move.number for move in moves]
            if min(numbers.count(coarse), numbers.count(coarse + FINE)) >= _ENOUGH - 1:
                return coarse
    return None


def _repeats(raws: Sequence[int]) -> bool:
    """A knob turned in ticks says the same twice, or jumps to and fro; a fader does neither."""
    return any(one == other or abs(one - other) > 2 * _SLOW for one, other in pairwise(raws))


def _endless(raws: Sequence[int]) -> str:
    """Say how an endless knob writes its turns, "" when it is none; both ways tell most."""
    right = any(1 <= raw <= _SLOW for raw in raws)
    left = any(raw >= 128 - _SLOW for raw in raws)
    above = any(64 < raw <= 64 + _SLOW for raw in raws)
    below = any(64 - _SLOW <= raw < 64 for raw in raws)
    known = all(
        1 <= raw <= _SLOW or raw >= 128 - _SLOW or (raw != 64 and abs(raw - 64) <= _SLOW)
        for raw in raws
    )
    if not known or (left and (above or below)):
        return ""
    if right and above:
        return "" if below else "sign"
    if above or below:
        return "" if right else "offset"
    return "twos"
