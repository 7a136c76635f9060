"""`vj bench cues`: a show walks through its set list; how smooth is every change?
Called by vj.cli.bench; the show is vj.rehearsal's.
"""

from __future__ import annotations

import argparse
import json

HELP = "every change of the set list: the stage's worst frame, how soon the network paints"


def add(cues: argparse.ArgumentParser) -> None:
    """Add the options."""
    cues.add_argument("gig", nargs="?", default="", help="gig folder")
    cues.add_argument("--seconds", type=float, default=2.0, help="of each scene, after its fade")
    cues.add_argument("--rounds", type=int, default=1, help="how often through the set list")
    cues.add_argument("--json", action="store_true")
    cues.set_defaults(run=_cues)


def _cues(arguments: argparse.Namespace) -> int:
    from vj.cli.gig import check_gig, find_gig
    from vj.core.errors import UserError
    from vj.rehearsal import rehearse

    gig, _ = find_gig(arguments.gig)
    check_gig(gig)
    scenes = list(gig.scene_files) * max(arguments.rounds, 1)
    played = rehearse(gig, scenes, arguments.seconds, {"kind": "dancer"})
    if not played:
        raise UserError("bench cues: the stage showed nothing; try: vj show --headless")
    changes = [
        {
            "scene": one.scene,
            "worst_ms": one.worst_ms,
            "periods": round(one.worst_ms / one.period_ms, 2) if one.period_ms else 0.0,
            "ready_s": one.ready_s,
            "painted": one.painted,
            "drawn": one.drawn,
            "problems": one.problems,
        }
        for one in played
    ]
    if arguments.json:
        print(json.dumps({"changes": changes}, indent=2))
        return 0
    print(f"{'scene':24} {'worst ms':>9} {'periods':>8} {'ready s':>8} {'painted/s':>10} drawn/s")
    for one in changes:
        row = [one[key] for key in ("scene", "worst_ms", "periods", "ready_s", "painted", "drawn")]
        print("{:24} {:9} {:8} {:8} {:10} {}".format(*row))
    return 0
