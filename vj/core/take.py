"""A take: a performance kept on disk so that it can be rendered again, at any size.

The recorder writes one (`vj show --take DIR`), the studio reads it (`vj take DIR`). The folder has
`score.jsonl`, the source's films `source.mkv`, `source-2.mkv` ..., those of the second source,
`layer.mkv` ..., one each time another comes, and in `gig` what the gig had. All films have the
score's clock.
"""

from __future__ import annotations

import contextlib
import filecmp
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vj.core.document import read_document, validate
from vj.core.errors import UserError
from vj.core.folders import is_file
from vj.core.gig import STARTER, Gig, Rig
from vj.core.types import Event, Set

SCORE, SOURCE, LAYER, GIG = "score.jsonl", "source.mkv", "layer.mkv", "gig"
FORMAT = 1
# What of the stage's state document makes the picture; the rest is for hands and for restarts.
KEPT = (
    "values", "scene", "model", "matte", "source", "layer", "logo", "styles", "chain", "beat",
    "time", "faces",
)  # fmt: skip
_FOLDERS = ("scenes", "styles", "effects", "checkpoints")


@dataclass(frozen=True)
class Head:
    """The first line of a score: when it began (perf_counter_ns), the source's size and rate."""

    began: int
    size: tuple[int, int]
    fps: float


@dataclass(frozen=True)
class Line:
    """One line of a score, `at` seconds after its beginning: what changed, or what a hand did."""

    at: float
    change: Mapping[str, Any]
    event: Mapping[str, Any]


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `after` is new against `before`; values one by one, the rest whole."""
    found = {key: after[key] for key in KEPT if key in after and before.get(key) != after[key]}
    if "values" in found and "values" in before:
        known = before["values"]
        found["values"] = {n: v for n, v in found["values"].items() if known.get(n) != v}
    return found


def changed(before: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """Return `before` with a `change` made; the opposite of `change`."""
    after = {**before, **news}
    if "values" in news:
        after["values"] = {**before.get("values", {}), **news["values"]}
    return after


def event_words(event: Event) -> dict[str, Any]:
    """Write down what a hand did."""
    if isinstance(event, Set):
        return {"set": event.param, "value": event.value, "hand": event.hand}
    return {"trigger": event.action, "argument": event.argument, "hand": event.hand}


def empty_folder(folder: Path) -> Path:
    """Make the folder of a new take.

    Raises: UserError when something is in it already or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UserError(f"--take {folder}: is not empty; give each take a folder of its own")
    except OSError as error:
        raise UserError(f"--take {folder}: cannot be made ({error.strerror})") from error
    return folder


def keep_gig(gig: Gig, folder: Path, told: Callable[[str], None] = lambda name: None) -> None:
    """Copy what the gig brings along into a take, or what has come or changed since.

    The program's own styles and cards are always there and are not copied; the rig is that of the
    beginning. `told` hears what makes pictures and was another file before, as "styles/mine.jpg".
    Raises: OSError when something cannot be copied; the rest is.
    """
    target = folder / GIG
    target.mkdir(parents=True, exist_ok=True)
    if is_file(gig.folder / "rig.yaml") and not (target / "rig.yaml").exists():
        shutil.copy2(gig.folder / "rig.yaml", target / "rig.yaml")
    failed: OSError | None = None
    for name in _names(gig, target):
        try:
            if _copied(gig.folder / name, target / name) and not name.startswith("scenes/"):
                told(name)
        except FileNotFoundError:
            continue  # it went away just now
        except OSError as error:
            failed = error
    if failed:
        raise failed


def _names(gig: Gig, target: Path) -> Iterator[str]:
    """Every file to keep, as its path in the gig; nothing leads out of `target`."""
    for folder in _FOLDERS if gig.folder != STARTER else ("scenes",):
        paths = filter(is_file, sorted((gig.folder / folder).glob("*")))
        yield from (f"{folder}/{path.name}" for path in paths)
    for logo in filter(lambda name: is_file(gig.folder / name), _logos(gig)):
        path, copy = (gig.folder / logo).resolve(), (target / logo).resolve()
        if path.is_relative_to(gig.folder.resolve()) and copy.is_relative_to(target.resolve()):
            yield logo


def _copied(path: Path, copy: Path) -> bool:
    """Copy a file unless it is there as it is; say whether it was there as another."""
    there = copy.exists()
    if there and filecmp.cmp(path, copy):
        return False
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy)
    return there


def _logos(gig: Gig) -> set[str]:
    """The logos that scenes name; those of scenes that cannot be read never come."""
    found = set()
    for name in gig.scene_files:
        with contextlib.suppress(UserError):
            found.add(gig.scene(name).logo)
    return found - {""}


def kept_gig(folder: Path) -> Gig:
    """The gig kept in a take, as pictures need it: without its displays and its rig's knobs.

    Raises: UserError when it is missing or its rig is wrong.
    """
    place = folder / GIG
    if not place.is_dir():
        raise UserError(f"{place}: is missing; it has the scenes, styles and effects of the take")
    path = place / "rig.yaml"
    rig = validate(Rig, read_document(path)) if path.is_file() else Rig()
    return Gig(place.resolve(), rig.model_copy(update={"outputs": [], "knobs": {}}))


def read_head(folder: Path) -> Head:
    """Read how a take began.

    Raises: UserError when the folder holds no take, or one of another format.
    """
    path = folder / SCORE
    try:
        with path.open(encoding="utf-8") as file:
            words = json.loads(file.readline())
        if words.get("take") != FORMAT:
            raise UserError(f"{path}: a take of format {words.get('take')!r}; known: {FORMAT}")
        height, width = (int(side) for side in words["size"])
        return Head(int(words["began"]), (height, width), float(words["fps"]))
    except OSError as error:
        raise UserError(f"{folder}: holds no take; vj show --take DIR makes one") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}:1: is no beginning of a take ({error})") from error


def read_score(folder: Path) -> Iterator[Line]:
    """Read the lines of a score in order; a half-written line, from a power cut, is left out."""
    with (folder / SCORE).open(encoding="utf-8", errors="replace") as file:
        file.readline()
        for text in file:
            try:
                words = json.loads(text)
                yield Line(float(words["at"]), words.get("state", {}), words.get("event", {}))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue


def source_films(folder: Path) -> list[Path]:
    """The source's films in the order they were written."""
    return films_of(folder, SOURCE)


def films_of(folder: Path, name: str) -> list[Path]:
    """The films called `name`, and with a number added, in the order they were written."""
    stem, _, ending = name.partition(".")
    found = {1: folder / name}
    for path in folder.glob(f"{stem}-*.{ending}"):
        number = path.stem.removeprefix(f"{stem}-")
        if number.isdigit():
            found[int(number)] = path
    return [found[number] for number in sorted(found) if found[number].is_file()]
