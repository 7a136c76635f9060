"""`vj show`: opens the gig, checks what was asked for and hands over to the show's guard.
Called by vj.cli; every mistake is found before anything opens.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from vj.cli.gig import check_gig, find_gig
from vj.core.errors import UserError, unknown
from vj.core.folders import PICTURES, RECORDINGS
from vj.core.gig import PROGRAM, Gig
from vj.core.house import Options, build_house
from vj.core.take import empty_folder


def add(show: argparse.ArgumentParser) -> None:
    """Add the options of `vj show`."""
    show.add_argument("scene", nargs="?", default="", help="scene name, scene file or gig folder")
    show.add_argument("--source", default="", help="camera, dancer, testcard, a file or an address")
    show.add_argument("--display", default="", help="display by name, see vj devices")
    show.add_argument("--headless", action="store_true", help="no window")
    show.add_argument("--seconds", type=float, default=0.0, help="end by itself")
    show.add_argument("--record", default="", metavar="FILE.mp4")
    show.add_argument("--take", default="", metavar="DIR", help="keep the performance for vj take")
    show.add_argument("--report", default="", metavar="FILE.json")
    show.add_argument("--lan", action="store_true", help="let tablets on this network in")
    show.add_argument("--tls", action="store_true", help="encrypt the remote, for phone cameras")
    show.set_defaults(run=_show)


def source_spec(text: str) -> dict[str, object]:
    """Turn `--source` into a source spec: a word, `camera:NAME`, an address or a path.

    Raises: UserError when it is neither a known word nor an existing file or folder.
    """
    if not text:
        return {}
    words = {path.stem for path in (PROGRAM / "capture" / "sources").glob("*.py")} - {"__init__"}
    word, _, rest = text.partition(":")
    if "://" in text:
        return {"kind": "stream", "url": text}
    if text in words:
        return {"kind": text}
    if word == "camera" and rest:
        return {"kind": "camera", "device": int(rest) if rest.isdigit() else rest}
    path = Path(text).resolve()
    if path.is_dir():
        return {"kind": "folder", "path": str(path)}
    ending = path.suffix.lower()
    if ending in PICTURES and ending != ".gif" and path.is_file():  # those may be short films
        return {"kind": "image", "path": str(path)}
    if path.is_file():
        return {"kind": "video", "path": str(path)}
    raise unknown("source (no such file either)", text, words, "--source")


def _show(arguments: argparse.Namespace) -> int:
    from vj.guard import guard

    logging.basicConfig(level=logging.INFO, format="%(levelname)s vj: %(message)s")
    gig, scene = find_gig(arguments.scene)
    check_gig(gig)
    if arguments.record and Path(arguments.record).suffix.lower() not in RECORDINGS:
        allowed = ", ".join(RECORDINGS)
        raise UserError(f"--record {arguments.record}: no film; allowed endings: {allowed}")
    for label, name in (("--record", arguments.record), ("--report", arguments.report)):
        if name and not Path(name).resolve().parent.is_dir():
            raise UserError(f"{label} {name}: its folder does not exist")
    if arguments.seconds < 0:
        raise UserError("--seconds: allowed: 0 (until closed) or more")
    if arguments.tls and importlib.util.find_spec("cryptography") is None:
        raise UserError("--tls needs a package that is not installed: pip install cryptography")
    _check_display(arguments.display)
    options = Options(
        scene=scene,
        source=_checked_source(arguments.source, gig),
        display=arguments.display,
        headless=arguments.headless,
        seconds=arguments.seconds,
        record=arguments.record and str(Path(arguments.record).resolve()),
        take=arguments.take and str(empty_folder(Path(arguments.take).resolve())),
        report=arguments.report and str(Path(arguments.report).resolve()),
        lan=arguments.lan,
        tls=arguments.tls,
    )
    return guard(build_house(gig, options))


def _checked_source(text: str, gig: Gig) -> Mapping[str, object]:
    from vj.capture.spec import check

    spec = source_spec(text)
    if spec:
        check(spec, gig.folder)
    if "device" in spec and sys.platform.startswith("linux"):
        from vj.capture.sources.camera import cameras

        if not cameras():  # with some there, `check` has looked for this one
            raise unknown("camera", str(spec["device"]), (), "--source")
    return spec


def _check_display(name: str) -> None:
    """Ask another process, so that the show itself never holds a window system.

    Raises: UserError when no display, or more than one, has this in its name.
    """
    if not name:
        return
    ask = "import json, vj.devices as d; print(json.dumps(d.display_names()))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    names = json.loads(done.stdout) if done.returncode == 0 else []
    parts = [known for known in names if name.lower() in known.lower()]
    if len(parts) != 1 and name not in names:
        raise unknown("display", name, names, "--display")
