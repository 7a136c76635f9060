"""`vj bench`: figures of this machine.
Called by vj.cli; the measuring is done in vj.bench.
"""

from __future__ import annotations

import argparse
import json

from vj.cli.gig import find_gig


def add(bench: argparse.ArgumentParser) -> None:
    """Add what can be measured."""
    bench.add_argument("what", choices=["show", "hands", "models", "mailbox"])
    bench.add_argument("--seconds", type=float, default=20.0)
    bench.add_argument("--scene", default="")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(run=_bench)


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
