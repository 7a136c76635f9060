"""`vj monitor`: what arrives by OSC and MIDI, and which parameter it moves.
Called by vj.cli; the listening is done in vj.desk.
"""

from __future__ import annotations

import argparse
import json
import logging
import threading
import time
from dataclasses import replace

from vj.cli.gig import find_gig
from vj.core.errors import UserError

HELP = "print what arrives by OSC and MIDI, and what it moves"


def add(monitor: argparse.ArgumentParser) -> None:
    """Add the options of `vj monitor`."""
    monitor.add_argument("scene", nargs="?", default="", help="whose knobs; a scene or gig folder")
    monitor.add_argument("--osc-port", type=int, default=-1, help="instead of the rig's")
    monitor.add_argument("--midi", default="", metavar="NAME", help="this controller only")
    monitor.add_argument("--lan", action="store_true", help="hear the network too")
    monitor.add_argument("--seconds", type=float, default=0.0, help="end by itself")
    monitor.add_argument("--json", action="store_true", help="one JSON object a line")
    monitor.set_defaults(run=_monitor)


def _monitor(arguments: argparse.Namespace) -> int:
    from vj.desk.monitor import lines, watch

    logging.basicConfig(level=logging.ERROR, format="%(levelname)s vj: %(message)s")
    gig, scene = find_gig(arguments.scene)
    if not -1 <= arguments.osc_port <= 65535:
        raise UserError("--osc-port: allowed: 0 (any free one) to 65535")
    changes: dict[str, object] = {}
    if arguments.osc_port >= 0:
        changes["osc_port"] = arguments.osc_port
    if arguments.midi:
        changes["midi"] = [arguments.midi]
    gig = replace(gig, rig=gig.rig.model_copy(update=changes))
    stop, end = threading.Event(), time.monotonic() + (arguments.seconds or float("inf"))

    def say(text: str) -> None:
        if not arguments.json:
            print(text, flush=True)

    for entries in watch(gig, scene, arguments.lan, say, stop):
        for line in map(json.dumps, entries) if arguments.json else lines(entries):
            print(line, flush=True)
        if time.monotonic() > end:
            break
    stop.set()
    return 0
