"""Downloaded public checkpoints in a folder, brought into a gig without a network.
Called by `vj bench models --weights`."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path

from vj.core.card import read_card
from vj.core.catalogue import Entry, Part, read_catalogue
from vj.core.errors import UserError
from vj.infer.download import sha256_of
from vj.infer.import_weights import import_weights
from vj.infer.load import words
from vj.infer.pull import ASIDE, pull

log = logging.getLogger(__name__)

LOOSE = (".npz", ".pth", ".pt", ".model", ".safetensors")


def bring(folder: Path, checkpoints: Path) -> list[str]:
    """Import all networks that paint whose files lie in `folder` or below; returns card names.

    First come the catalogue's entries, known by their files' sha256, then single files that some
    model recognises, under their own name. What nobody recognises is left out.
    Raises: UserError when there is no such folder.
    """
    if not folder.is_dir():
        raise UserError(f"--weights {folder}: no such folder")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    known = {sha256_of(path): path for path in files}
    entries = read_catalogue()
    made, used = [], set()
    for name, entry in entries.items():
        found = _found(entry, known)
        if not found:
            continue
        for part, path in found.items():
            target = checkpoints / ASIDE / name / part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        pull(name, entry, checkpoints, name, False, lambda file, sofar: None)
        made.append(name)
        used |= set(found.values())
    for path in files:
        name = path.name.partition(".")[0]
        if path in used or path.suffix not in LOOSE or (checkpoints / f"{name}.yaml").exists():
            continue
        try:
            card = read_card(import_weights([path], name, None, checkpoints))
        except UserError as error:
            log.debug("%s", error)
            continue
        made += [name] if card.model in words("models") else []
    return made


def _found(entry: Entry, known: Mapping[str, Path]) -> dict[str, Path]:
    """Find all files of an entry by their sha256: name -> path; nothing when one is missing."""
    if entry.kind != "model" or not entry.files:
        return {}
    out = {}
    for part in entry.parts:
        path = _one(part, known)
        if path is None:
            return {}
        out[part.file] = path
    return out


def _one(part: Part, known: Mapping[str, Path]) -> Path | None:
    if not part.sha256:
        return None
    return next((path for sha256, path in known.items() if sha256.startswith(part.sha256)), None)
