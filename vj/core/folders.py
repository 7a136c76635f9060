"""Which files of a folder count: regular ones with the right ending, none that a system left there.

Used by the gig for scenes, styles, cards and effects, and by whoever lists pictures.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from vj.core.errors import UserError

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".jp2")
"""How pictures end, in small letters: the still ones that OpenCV reads everywhere."""
RECORDINGS = (".mp4", ".mkv")
"""How films end that a show records: the kinds of file that stay whole when it is cut off."""


def seen(folder: Path) -> list[Path]:
    """Everything in a folder that a person put there, by name; empty where it cannot be read.

    Names that begin with a dot (`._photo.jpg` of macOS, `.#scene.yaml` of editors) are left out.
    """
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def listed(folder: Path, endings: Sequence[str]) -> list[Path]:
    """The regular files of a folder that end in one of `endings` (small letters), by name."""
    return [path for path in seen(folder) if path.suffix.lower() in endings and is_file(path)]


def named(folders: Iterable[Path], endings: Sequence[str]) -> dict[str, Path]:
    """Name without ending -> file, sorted by name: a later folder wins, in one the first file."""
    found: dict[str, Path] = {}
    for folder in folders:
        found |= {path.stem: path for path in reversed(listed(folder, endings))}
    return dict(sorted(found.items()))


def is_file(path: Path) -> bool:
    """Whether it is a regular file, also behind a link; False where that cannot be told."""
    with contextlib.suppress(OSError):
        return path.is_file()
    return False


def check_writable(folder: Path) -> None:
    """See before any work that results can be written into a folder, there already or to be made.

    Raises: UserError when they cannot, as on a disk that is read-only.
    """
    whole = folder.resolve()
    there = next(path for path in (whole, *whole.parents) if os.access(path, os.F_OK))
    if not os.access(there, os.W_OK):
        raise UserError(f"{there}: nothing may be written into this folder")


def make_folder(path: Path) -> None:
    """Make a folder to write results into, with those above it; one that is there is fine.

    Raises: UserError when that cannot be done, a file has its name, or nothing may be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UserError(f"{path}: a file; a folder is needed to write into") from error
    except OSError as error:
        raise UserError(f"{path}: this folder cannot be made ({error.strerror})") from error
    check_writable(path)
