"""`vj bench stage`: what effects and a mapping cost against a plain copy, and whether it grows.
Called by vj.cli.bench; the measuring is done in vj.stage.stage_bench.
"""

from __future__ import annotations

import argparse
import json

HELP = "effects and mapping against a plain copy, Python's time, growth over scene changes"


def add(stage: argparse.ArgumentParser) -> None:
    """Add the options."""
    stage.add_argument("--scene", default="", help="of which gig; a scene name or a folder")
    stage.add_argument("--rounds", type=int, default=40, help="frames of each kind")
    stage.add_argument("--changes", type=int, default=10_000, help="from scene to scene")
    stage.add_argument("--json", action="store_true")
    stage.set_defaults(run=_stage)


def _stage(arguments: argparse.Namespace) -> int:
    from vj.cli.gig import find_gig
    from vj.stage.stage_bench import bench_stage

    gig, _ = find_gig(arguments.scene)
    figures = bench_stage(gig, max(arguments.rounds, 1), max(arguments.changes, 1))
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return 0
    for name, value in figures.items():
        print(f"{name:32} {value}")
    return 0
