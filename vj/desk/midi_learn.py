"""MIDI learn: name a parameter, move a control, and the scene's file has a new knob.

Fed by the MIDI hand; triggers of any hand arm it, its files are written off the driver's thread.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.rewrite import set_knob, write_text
from vj.core.table import TRIGGERS
from vj.core.types import Trigger
from vj.desk.midi_guess import guess
from vj.desk.midi_routes import FINE, Move
from vj.desk.mirror import Mirror

log = logging.getLogger(__name__)

_PATIENCE_S = 60.0
_LAST_S = 20.0  # what was learned stays said; a page that is opened later would take it for news
_MOST_MOVES = 256
_KEPT = ("osc", "range", "curve", "takeover", "steps", "led")
_MOST_UNDO = 32
_MOST_ASKED = 64
_MOST_WISHES = 64


@dataclass(frozen=True, slots=True)
class _Wish:
    """A parameter or trigger that waits for a control, and the file that shall know it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class _Undo:
    """A file as it was, and as we left it."""

    path: Path
    before: str
    after: str
    name: str


class Learner:
    """Wishes in the order they were asked for; each takes the next control that moves."""

    def __init__(self, gig: Gig, mirror: Mirror) -> None:
        self._gig, self._mirror = gig, mirror
        self._lock = threading.Lock()
        self._wishes: list[_Wish] = []
        self._asked: deque[Trigger] = deque(maxlen=_MOST_ASKED)
        self._found: list[tuple[_Wish, dict[str, object], str]] = []
        self._moves: dict[tuple[str, str, int], list[Move]] = {}
        self._done: set[tuple[str, str, int, int]] = set()
        self._undo: list[_Undo] = []
        self._since = self._said_at = 0.0
        self.last = ""

    def status(self) -> dict[str, object]:
        """What waits for a control, and what was learned, or went wrong, last."""
        with self._lock:
            return {"waiting": [wish.name for wish in self._wishes], "last": self.last}

    @property
    def armed(self) -> bool:
        """Whether the next control is learned instead of played."""
        return bool(self._wishes)

    def asks(self, trigger: Trigger) -> bool:
        """Take a trigger that is ours, from any thread; False for all others."""
        if trigger.action.partition(".")[0] != "learn":
            return False
        with self._lock:
            self._asked.append(trigger)
        return True

    def hear(self, device: str, move: Move) -> None:
        """Look at a move while a wish waits; the control that tells enough is taken."""
        with self._lock:
            number = move.number
            if not self._wishes or (device, move.kind, move.channel, number) in self._done:
                return
            moves = self._moves.setdefault((device, move.kind, move.channel), [])
            if len(moves) >= _MOST_MOVES:
                moves.clear()
            moves.append(move)
            wish = self._wishes[0]
            param = None if wish.name in TRIGGERS else self._gig.table.find(wish.name)
            fields = guess(param, moves, number)
            if fields is None:
                return
            self._since = time.monotonic()
            self._done |= {(device, move.kind, move.channel, n) for n in _numbers(fields, number)}
            self._wishes.pop(0)
            self._found.append((wish, fields, device))
            self._moves.clear()

    def tick(self, devices: Collection[str]) -> None:
        """Do what was asked and write what was found; called often, never in a driver's thread.

        `devices`: the controllers that are here; with more than one a knob names its own.
        """
        now = time.monotonic()
        with self._lock:
            asked = list(self._asked)
            self._asked.clear()
            found, self._found = self._found, []
            if self._wishes and now - self._since > _PATIENCE_S:
                self._wishes.clear()
                self.last, self._said_at = "nothing moved for a minute: learning has stopped", now
            elif now - self._said_at > _LAST_S:
                self.last = ""
        for trigger in asked:
            try:
                self._do(trigger)
            except UserError as error:
                self._say(str(error))
        for wish, fields, device in found:
            try:
                self._write(wish, fields, _word(device, devices))
            except UserError as error:
                self._say(str(error))

    def _do(self, trigger: Trigger) -> None:
        if trigger.action == "learn.undo":
            self._take_back()
            return
        with self._lock:
            self._moves.clear()
            if trigger.action == "learn.stop" or not self._wishes:
                self._done.clear()
            if trigger.action == "learn.stop":
                self._wishes.clear()
                return
        said = trigger.argument if isinstance(trigger.argument, str) else ""
        table = self._gig.table
        names = [
            name if name in TRIGGERS else table.find(name, "learn").name
            for name in re.findall(r"[^\s,]+", said)
        ]
        if not names:
            raise UserError("learn: which parameter? Say its name, for example style.strength")
        path = self._gig.folder / "rig.yaml"
        if trigger.action == "learn":
            scene = self._mirror.wanted.scene
            path = self._gig.scene_files.get(scene) or path
        with self._lock:
            if len(self._wishes) + len(names) > _MOST_WISHES:
                raise UserError(
                    f"learn: {len(self._wishes)} wait for a control already, and no more than "
                    f"{_MOST_WISHES} can; move some, or stop learning"
                )
            self._since = time.monotonic()
            self._wishes += [_Wish(name, path) for name in names]
        log.info("MIDI learn: move the control for %s", ", ".join(names))

    def _write(self, wish: _Wish, fields: dict[str, object], device: str) -> None:
        before = _read(wish.path)
        old = self._mirror.bound.knobs.get(wish.name)
        kept = old.model_dump(exclude_defaults=True) if old else {}
        kept = {key: _plain(value) for key, value in kept.items() if key in _KEPT}
        named = {"device": device} if device else {}
        after = set_knob(before, wish.name, {**fields, **named, **kept}, wish.path)
        write_text(wish.path, after)
        self._undo = [*self._undo, _Undo(wish.path, before, after, wish.name)][-_MOST_UNDO:]
        self._say(f"{wish.name} is {fields['midi']} in {wish.path.name}")

    def _take_back(self) -> None:
        if not self._undo:
            raise UserError("learn: there is nothing to take back")
        step = self._undo.pop()
        if _read(step.path) != step.after:
            raise UserError(f"{step.path}: was edited since, so {step.name} stays as it is")
        write_text(step.path, step.before)
        self._say(f"{step.name} is as it was in {step.path.name}")

    def _say(self, text: str) -> None:
        self.last, self._said_at = text, time.monotonic()
        log.info("MIDI learn: %s", text)


def _numbers(fields: dict[str, object], number: int) -> tuple[int, ...]:
    """All numbers a learned control sends on."""
    return (number, number + FINE, number - FINE) if "cc14" in str(fields["midi"]) else (number,)


def _word(device: str, devices: Collection[str]) -> str:
    """Name a device in a word that fits no other one that is here; "" when it is alone."""
    others = [name for name in devices if name != device]
    short = device.partition(":")[0]
    if not others:
        return ""
    return device if any(short.lower() in name.lower() for name in others) else short


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _read(path: Path) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from error
