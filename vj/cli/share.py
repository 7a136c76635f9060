"""`--share`: the part of the width that a network paints, as an option of benchmarks.
Used by vj.cli.bench_models and vj.cli.bench_quality.
"""

from __future__ import annotations

import argparse

from vj.core.errors import UserError


def add_share(bench: argparse.ArgumentParser) -> None:
    """Add the option."""
    text = "of the width that is painted and then enlarged, 0.5 to 1, as a slow machine does"
    bench.add_argument("--share", type=float, default=1.0, help=text)


def share_of(arguments: argparse.Namespace) -> float:
    """Return what was given. Raises: UserError when it is out of range."""
    share = float(arguments.share)
    if not 0.5 <= share <= 1:
        raise UserError(f"--share {share:g}: allowed: 0.5 to 1")
    return share
