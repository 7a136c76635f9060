"""`vj layout`: what to hold in the hand: a tablet's layout, and the map of keys and knobs.
Called by vj.cli; the layouts are made in vj.desk.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from vj.cli.gig import find_gig
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.scene import Scene


def add(layout: argparse.ArgumentParser) -> None:
    """Add the kinds of layouts."""
    kinds = layout.add_subparsers(required=True, metavar="KIND")
    touchosc = kinds.add_parser("touchosc", help="a TouchOSC layout of this gig for a tablet")
    touchosc.add_argument("out", type=Path, metavar="OUT.tosc")
    touchosc.add_argument("--gig", default="", help="gig folder (the one you are in)")
    touchosc.add_argument("--scene", default="", help="its knobs only; else they follow the scene")
    touchosc.add_argument("--size", default="1024x768", help="points, as the tablet is shaped")
    touchosc.set_defaults(run=_touchosc)
    keys = kinds.add_parser("keys", help="one page of keys, knobs, pads and addresses")
    keys.add_argument("out", type=Path, nargs="?", metavar="OUT.html", help="for paper (A4)")
    keys.add_argument("--gig", default="", help="gig folder (the one you are in)")
    keys.add_argument("--scene", default="", help="whose knobs; the first one's if not given")
    keys.set_defaults(run=_keys)


def _touchosc(arguments: argparse.Namespace) -> int:
    from vj.desk import tablet, tosc
    from vj.desk.style_colours import colours_of

    gig, scene = _gig_and_scene(arguments)
    size = re.fullmatch(r"(\d{3,4})x(\d{3,4})", arguments.size)
    if not size:
        raise UserError(f"--size {arguments.size}: it looks like 1024x768 (3 or 4 digits each)")
    out: Path = arguments.out
    if out.suffix != ".tosc" or not out.resolve().parent.is_dir():
        raise UserError(f"{out}: allowed: a name that ends in .tosc, in a folder that exists")
    root = tablet.build(gig, titles(gig), colours_of(gig), scene, (int(size[1]), int(size[2])))
    data = tosc.write(root)
    out.write_bytes(data)
    print(f"{out}: play, styles, edges, output, scenes; {len(data)} bytes")
    print(f"In TouchOSC: OSC, UDP, this machine's address, send {gig.rig.osc_port},", end=" ")
    print(f"receive {gig.rig.feedback_port}; and start the show with --lan")
    return 0


def _keys(arguments: argparse.Namespace) -> int:
    from vj.desk.key_map import as_html, as_text, build_map
    from vj.desk.midi_leds import read_controllers
    from vj.desk.style_colours import colours_of
    from vj.stage.keys import HELP

    gig, scene = _gig_and_scene(arguments)
    scene = scene or gig.scene(next(iter(gig.scene_files)))
    out: Path | None = arguments.out
    if out and (out.suffix not in (".html", ".htm") or not out.resolve().parent.is_dir()):
        raise UserError(f"{out}: allowed: a name that ends in .html, in a folder that exists")
    called = titles(gig)
    controllers, _ = read_controllers(gig)
    found = build_map(
        scene,
        called[scene.name],
        gig.table,
        {**gig.rig.knobs, **scene.knobs},
        controllers.values(),
        HELP,
        list(called.values()),
        colours_of(gig) if out else {},
    )
    if out is None:
        print(as_text(found))
    else:
        out.write_text(as_html(found), encoding="utf-8")
        print(f"{out}: print it from any browser")
    return 0


def _gig_and_scene(arguments: argparse.Namespace) -> tuple[Gig, Scene | None]:
    """Find the gig, and the scene asked for.

    Raises: UserError for an unknown folder or scene, and for anything wrong in the scene.
    """
    if arguments.gig:
        gig, _ = find_gig(arguments.gig)
        return gig, gig.scene(arguments.scene) if arguments.scene else None
    gig, scene = find_gig(arguments.scene)
    return gig, gig.scene(scene) if scene else None


def titles(gig: Gig) -> dict[str, str]:
    """Return what every scene is called, in the order of the set list."""
    from vj.desk.mirror import title_of

    return {name: gig.scene(name).title or title_of(name) for name in gig.scene_files}
