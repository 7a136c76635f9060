"""Strict reading of a scene's `source:` mapping: allowed keys, types, ranges, and where files lie.

Used by every file in `sources/` and, before the show, by whoever checks a gig. Imports no cv2.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from vj.core import words as spoken
from vj.core.errors import UserError, unknown

Spec = Mapping[str, object]
SOURCES = Path(__file__).parent / "sources"
RIG = "rig"
"""Under this key the capture process adds `folder`, `size` (height, width), `fps` of the rig, and
`phone`, the letterbox that a phone's pictures lie in."""

_TURNS = (0, 90, 180, 270)
_NEAR = 20  # degrees; somebody who is further from a turn does not mean it
_NO_RIG: Spec = {"folder": ".", "size": (360, 640), "fps": 30.0}


@dataclass(frozen=True)
class Key:
    """One allowed key: `kind` is text, number, whole, switch, size, device, path, turn or word.

    A turn is 0, 90, 180 or 270 degrees; a word is one of `words`.
    """

    kind: str
    default: object = None
    low: float = 0.0
    high: float = 1e9
    words: tuple[str, ...] = ()


class SpecError(UserError):
    """Everything that is wrong with the keys of one source, each a sentence of its own."""

    def __init__(self, *each: str) -> None:
        super().__init__(*each)
        self.each = each

    def __str__(self) -> str:
        return "; ".join(self.each)


@dataclass(frozen=True)
class Values:
    """The checked values of a spec, each under its key, with defaults filled in."""

    values: Mapping[str, object]

    def given(self, name: str) -> object:
        """The value as it is, None when neither scene nor defaults say anything."""
        return self.values[name]

    def number(self, name: str) -> float:
        """A number."""
        value = self.values[name]
        assert isinstance(value, (int, float))
        return float(value)

    def whole(self, name: str) -> int:
        """A whole number."""
        return int(self.number(name))

    def size(self, name: str) -> tuple[int, int]:
        """(height, width) in pixels."""
        value = self.values[name]
        assert isinstance(value, tuple)
        return int(value[0]), int(value[1])

    def path(self, name: str) -> Path:
        """A path that existed when the spec was checked."""
        return Path(str(self.values[name]))


def words() -> list[str]:
    """The source words that exist: the names of the files in `sources/`."""
    return sorted(path.stem for path in SOURCES.glob("*.py") if path.stem != "__init__")


def module(spec: Spec) -> ModuleType:
    """Import the file that plays this spec.

    Raises: UserError when `kind` is missing or no such file exists.
    """
    word = spec.get("kind")
    if not isinstance(word, str):
        raise UserError(f"source: a kind is needed; allowed: {', '.join(words())}")
    if word not in words():
        raise unknown("source", word, words(), "source: kind")
    return importlib.import_module(f"vj.capture.sources.{word}")


def check(spec: Spec, folder: Path) -> None:
    """Check a `source:` mapping without opening anything; `folder` is the gig's.

    Raises: UserError for an unknown word or key, a wrong value or a file that is not there.
    """
    module(spec).read({**spec, RIG: {**_NO_RIG, "folder": str(folder)}})


def frame_size(spec: Spec) -> tuple[int, int]:
    """(height, width) of the frame that the source's pictures come into."""
    rig = spec.get(RIG, _NO_RIG)
    size = rig.get("size", _NO_RIG["size"]) if isinstance(rig, Mapping) else _NO_RIG["size"]
    assert isinstance(size, tuple)
    return int(size[0]), int(size[1])


def read_keys(spec: Spec, keys: Mapping[str, Key]) -> Values:
    """Check a spec against its keys; what it leaves out comes from the rig or the key's default.

    Raises: SpecError naming every key that is wrong and what is allowed.
    """
    where = f"source {spec.get('kind')}"
    rig = spec.get(RIG, _NO_RIG)
    assert isinstance(rig, Mapping)
    wrong = [
        str(unknown("key", name, keys, where))
        for name in spec
        if name not in keys and name not in (RIG, "kind")
    ]
    found: dict[str, object] = {}
    for name, key in keys.items():
        if name in spec:
            try:
                found[name] = _READERS[key.kind](f"{where}: {name}", spec[name], key, rig)
            except UserError as error:
                wrong.append(str(error))
        elif key.default is None and name in rig:
            found[name] = rig[name]
        else:
            found[name] = key.default
        if key.kind == "path" and found.get(name, wrong) is None and not wrong:
            wrong.append(f"{where}: {name} is needed")
    if wrong:
        raise SpecError(*wrong)
    return Values(found)


def _text(where: str, value: object, key: Key, rig: Spec) -> str:
    if not isinstance(value, str) or not value:
        raise UserError(f"{where}: {value!r} is not a text")
    return value


def _device(where: str, value: object, key: Key, rig: Spec) -> str | int:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise UserError(f"{where}: {value!r} is neither a camera's name nor its number")
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _number(where: str, value: object, key: Key, rig: Spec) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UserError(f"{where}: {value!r} is not a number")
    if not key.low <= value <= key.high:
        raise UserError(f"{where}: {value!r} is out of range; allowed: {key.low:g} to {key.high:g}")
    return float(value)


def _whole(where: str, value: object, key: Key, rig: Spec) -> int:
    number = _number(where, value, key, rig)
    if number != int(number):
        raise UserError(f"{where}: {value!r} is not a whole number")
    return int(number)


def _switch(where: str, value: object, key: Key, rig: Spec) -> bool:
    try:
        return bool(spoken.switch(value))
    except ValueError as error:
        raise UserError(f"{where}: {error}") from None


def _turn(where: str, value: object, key: Key, rig: Spec) -> int:
    if value in _TURNS and not isinstance(value, bool):
        return _TURNS[_TURNS.index(value)]
    try:
        asked = float(str(value))
        away = {turn: abs((turn - asked + 180.0) % 360.0 - 180.0) for turn in _TURNS}
        near = min(away, key=away.__getitem__)
        hint = f". Did you mean {near}?" if away[near] <= _NEAR else ""
    except ValueError:
        hint = ""
    allowed = ", ".join(str(turn) for turn in _TURNS)
    raise UserError(f"{where}: {value!r} is no turn; allowed: {allowed} (clockwise){hint}")


def _word(where: str, value: object, key: Key, rig: Spec) -> str:
    if not isinstance(value, str) or value not in key.words:
        raise unknown("word", str(value), key.words, where)
    return value


def _size(where: str, value: object, key: Key, rig: Spec) -> tuple[int, int]:
    parts = value.lower().split("x") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or len(parts) != 2:
        raise UserError(f"{where}: {value!r} is no size; it looks like 1280x720 or [1280, 720]")
    try:
        width, height = (int(part) for part in parts)
    except (TypeError, ValueError):
        raise UserError(
            f"{where}: {value!r} is no size; it looks like 1280x720 or [1280, 720]"
        ) from None
    if not (16 <= width <= 8192 and 16 <= height <= 8192):
        raise UserError(f"{where}: {width}x{height} is out of range; allowed: 16 to 8192 each")
    return height, width


def _path(where: str, value: object, key: Key, rig: Spec) -> str:
    path = Path(str(rig.get("folder", "."))) / _text(where, value, key, rig)
    try:
        there = path.exists()
    except OSError as error:  # a name of 300 letters, a folder that may not be entered
        raise UserError(f"{where}: {path} cannot be read ({error.strerror})") from error
    if not there:
        raise UserError(f"{where}: {path} does not exist")
    return str(path)


_READERS: Mapping[str, Callable[[str, object, Key, Spec], object]] = {
    "text": _text,
    "device": _device,
    "number": _number,
    "whole": _whole,
    "switch": _switch,
    "size": _size,
    "path": _path,
    "turn": _turn,
    "word": _word,
}
