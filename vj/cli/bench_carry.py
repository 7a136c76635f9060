"""`vj bench carry`: carried paintings against the true ones.
Called by vj.cli.bench; the measuring is done in vj.bench.carry.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "how near paintings that are carried along with the camera come to the true ones"


def add(carry: argparse.ArgumentParser) -> None:
    """Add the options."""
    carry.add_argument("films", nargs="*", type=Path, help="beside the built-in dancer")
    carry.add_argument("--pictures", type=int, default=60, help="of each clip")
    carry.add_argument("--model", default="brush")
    carry.add_argument("--style", default="ink-wash")
    carry.add_argument("--json", action="store_true")
    carry.set_defaults(run=_carry)


def _carry(arguments: argparse.Namespace) -> int:
    from vj.bench.carry import bench_carry
    from vj.cli.gig import find_gig

    gig, _ = find_gig("")
    figures = bench_carry(
        gig, arguments.films, arguments.pictures, arguments.model, arguments.style
    )
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return 0
    print(f"{'clip':24} {'painted':8} {'held':>7} {'carried':>8} {'ratio':>6} {'outlines':>9}")
    for clip, rates in figures["clips"].items():
        for rate, found in rates.items():
            print(
                f"{clip:24} {rate:8} {found['held']:7.2f} {found['carried']:8.2f} "
                f"{found['ratio']:6.2f} {found['ratio_of_outlines']:9.2f}"
            )
    mean = figures["mean"]
    print(f"{'mean':33} {'':15} {mean['ratio']:6.2f} {mean['ratio_of_outlines']:9.2f}")
    return 0
