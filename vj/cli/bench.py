"""`vj bench`: figures of this machine and of the networks on it.
Called by vj.cli; the measuring is done in vj.bench and vj.studio.
"""

from __future__ import annotations

import argparse
import json

from vj.cli import bench_carry, bench_cues, bench_matte, bench_models, bench_quality, bench_stage
from vj.cli.gig import find_gig

WHAT = {
    "show": "a whole show on the dancer: rates and delays",
    "hands": "from OSC, MIDI and the page to the picture, floods, losses and attacks",
    "mailbox": "pictures between two processes",
}


def add(bench: argparse.ArgumentParser) -> None:
    """Add what can be measured."""
    kinds = bench.add_subparsers(required=True, metavar="MEASURE")
    for what, text in WHAT.items():
        kind = kinds.add_parser(what, help=text)
        kind.add_argument("--seconds", type=float, default=20.0)
        kind.add_argument("--scene", default="")
        kind.add_argument("--json", action="store_true")
        kind.set_defaults(run=_bench, what=what)
    bench_models.add(kinds.add_parser("models", help=bench_models.HELP))
    bench_quality.add(kinds.add_parser("quality", help=bench_quality.HELP))
    bench_cues.add(kinds.add_parser("cues", help=bench_cues.HELP))
    bench_carry.add(kinds.add_parser("carry", help=bench_carry.HELP))
    bench_stage.add(kinds.add_parser("stage", help=bench_stage.HELP))
    bench_matte.add(kinds.add_parser("matte", help=bench_matte.HELP))


def _bench(arguments: argparse.Namespace) -> int:
    from vj.bench import bench

    gig, scene = find_gig(arguments.scene)
    figures = bench(arguments.what, gig, arguments.seconds, scene)
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for key, value in figures.items():
            print(f"{key:24} {value}")
    return 0
