"""A public checkpoint fetched, checked and imported: ends with a card that is ready.
Called by `vj models pull`."""

from __future__ import annotations

import fnmatch
import gzip
import json
import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from vj.core.catalogue import Entry, Part
from vj.core.errors import Unwritable, UserError
from vj.infer.download import Sofar, Wanted, download, sha256_of
from vj.infer.import_weights import import_weights

ASIDE = ".pull"  # folder within checkpoints/ for what is not whole yet
DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
)
MOST_ANSWER = 1 << 16  # bytes of an answer that only says where the file is

Say = Callable[[str, Sofar], None]  # a file's name, and how far it is


def pull(name: str, entry: Entry, folder: Path, card: str, trust: bool, say: Say) -> Path:
    """Fetch an entry's files and import them as `<folder>/<card>.yaml`; return that path.

    trust: take files whose sha256 nobody has written down; what they had is in the card then.
    Raises: UserError when a file cannot be had, is another one, or does not fit the network. What
    is whole by then is kept, and the same call goes on.
    """
    unproven = [part.file for part in entry.parts if not part.sha256]
    if unproven and not trust:
        raise UserError(
            f"{name}: nobody has written down the sha256 of {_listed(unproven)}; --trust takes "
            "what the server sends and writes its sha256 into the card"
        )
    if (folder / f"{card}.yaml").exists():
        raise UserError(f"{folder / card}.yaml: is there already; --name brings it under another")
    aside = folder / ASIDE / name
    files: list[Path] = []
    hashes: dict[str, str] = {}
    for part in entry.parts:
        path = aside / part.file
        hashes[part.file] = fetch(part, path, partial(say, part.file))
        files += unpack(path, part.member, aside) if part.member else [path]
    facts: Mapping[str, object] = {
        "title": entry.title,
        "licence": entry.licence,
        "url": entry.page,
        "training": {"imported_from": hashes},
    }
    try:
        made = import_weights(_leading(files), card, entry.word, folder, facts)
    except Unwritable:
        raise
    except UserError:  # what nobody vouched for may be anything, and would stay for ever
        for name in unproven:
            (aside / name).unlink(missing_ok=True)
        raise
    shutil.rmtree(aside)
    if not any((folder / ASIDE).iterdir()):
        (folder / ASIDE).rmdir()
    return made


def fetch(part: Part, path: Path, say: Callable[[Sofar], None]) -> str:
    """Have one file at a path, from an earlier try or fetched now; returns its sha256.

    Raises: UserError with the reason when it cannot be had.
    """
    if path.is_file():
        found = sha256_of(path)
        if found.startswith(part.sha256):
            return found
    wanted = Wanted(part.urls, part.size, part.sha256)
    if part.asks:
        answer = path.with_name(f"{path.name}.answer")
        download(Wanted(wanted.urls), answer, lambda sofar: None)
        wanted = Wanted([_address(answer)], wanted.size, wanted.sha256)
        answer.unlink()
    return download(wanted, path, say)


def _address(answer: Path) -> str:
    """Read the address out of an answer like Yandex Disk's: {"href": "https://..."}."""
    try:
        with answer.open("rb") as file:
            href = json.loads(file.read(MOST_ANSWER))["href"]
    except (ValueError, KeyError, TypeError) as error:
        answer.unlink()
        raise UserError("the server does not say where the file is; see its page") from error
    return str(href)


def unpack(archive: Path, member: str, folder: Path) -> list[Path]:
    """Take the files that fit a pattern out of a .zip or .tar archive; their folders are dropped.

    Raises: UserError when it is no archive or has none; Unwritable when the disk refuses them.
    """
    out = []
    try:
        for name, file in _members(archive, member):
            with file:
                out.append(_written(file, folder / Path(name).name))
    except DAMAGED as error:
        archive.unlink()
        reason = str(error).partition("\n")[0].rstrip(":") or type(error).__name__
        raise UserError(f"{archive.name}: no archive, or a damaged one ({reason})") from error
    if not out:
        raise UserError(f"{archive.name}: holds no {member}")
    return out


def _members(archive: Path, member: str) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as whole:
            for name in fnmatch.filter(whole.namelist(), member):
                yield name, whole.open(name)
        return
    with tarfile.open(archive) as tape:
        for info in tape:
            file = tape.extractfile(info) if info.isfile() else None
            if file and fnmatch.fnmatch(info.name, member):
                yield info.name, file


def _written(file: IO[bytes], path: Path) -> Path:
    """Write it whole or not at all. Raises: Unwritable when the folder or the disk refuses."""
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
    except DAMAGED:
        path.unlink(missing_ok=True)
        raise
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unwritable(f"{path}: cannot be written ({error.strerror})") from error
    return path


def _leading(files: list[Path]) -> list[Path]:
    """Leave out the files that a manifest beside them leads to."""
    folders = {path.parent for path in files if path.suffix == ".json"}
    return [path for path in files if path.suffix == ".json" or path.parent not in folders]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
