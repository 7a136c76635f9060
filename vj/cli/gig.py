"""`vj devices`, `vj new`: the gig folder and the machine, before a show.
Called by vj.cli; the other commands find their gig through `find_gig`.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
from pathlib import Path

from vj.core.errors import UserError, unknown
from vj.core.gig import SCENES, STARTER, Gig, open_gig
from vj.core.scene import Scene


def add_devices(devices: argparse.ArgumentParser) -> None:
    """Add the options of `vj devices`."""
    devices.add_argument("--json", action="store_true")
    devices.set_defaults(run=_devices)


def add_new(new: argparse.ArgumentParser) -> None:
    """Add the options of `vj new`."""
    new.add_argument("gig", type=Path)
    new.set_defaults(run=_new)


def find_gig(place: str) -> tuple[Gig, str]:
    """Find the gig and the scene name that a scene name, scene file or folder means.

    Raises: UserError when there is no such scene or folder.
    """
    path = Path(place or ".")
    if place and path.is_file() and path.suffix.lower() in SCENES:
        folder = path.resolve().parent
        return open_gig(folder.parent if folder.name == "scenes" else folder), path.stem
    if place and path.is_dir():
        return open_gig(path), ""
    here = Path(".")
    gig = open_gig(here if (here / "scenes").is_dir() else STARTER)
    if place and place not in gig.scene_files:
        if path.name != place or path.suffix.lower() in SCENES:
            raise UserError(f"{place}: no such scene file (.yaml) and no gig folder")
        raise unknown("scene", place, gig.scene_files, str(gig.folder / "scenes"))
    return gig, place


def check_gig(gig: Gig) -> list[Scene]:
    """Read every scene, card and source of a gig, and the OSC layout its rig names.

    Raises: UserError for the first thing wrong.
    """
    from vj.capture.mistakes import source_mistakes
    from vj.desk.osc_layout import open_layout

    scenes = gig.check()
    for mistake in source_mistakes(gig, scenes):
        raise mistake
    open_layout(gig)
    return scenes


def _devices(arguments: argparse.Namespace) -> int:
    from vj.devices import as_json, as_text, devices

    found = devices()
    print(as_json(found) if arguments.json else as_text(found))
    return 0


def _new(arguments: argparse.Namespace) -> int:
    target: Path = arguments.gig
    if target.exists():
        raise UserError(f"{target}: exists already; choose a new name")
    for name in ("scenes", "styles", "checkpoints"):
        (target / name).mkdir(parents=True)
    for path in sorted((STARTER / "scenes").glob("*.yaml")):
        shutil.copy(path, target / "scenes" / path.name)
    if (STARTER / "rig.yaml").is_file():
        shutil.copy(STARTER / "rig.yaml", target / "rig.yaml")
    named = shlex.quote(str(target))  # as a shell takes it: folders have spaces
    print(f"{target}: your gig. Put pictures into styles/, edit scenes/, then: vj show {named}")
    return 0
