"""`vj train`: training weights of one's own.
Called by vj.cli; the work is done in vj.studio.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add(train: argparse.ArgumentParser) -> None:
    """Add the models that can be trained."""
    actions = train.add_subparsers(required=True, metavar="MODEL")
    brush = actions.add_parser("brush", help="the any-picture style network")
    brush.add_argument("--photos", nargs="+", type=Path, required=True, metavar="DIR")
    brush.add_argument("--styles", nargs="+", type=Path, required=True, metavar="DIR")
    brush.add_argument("--perceptual", type=Path, required=True, metavar="FILE")
    brush.add_argument("--out", type=Path, required=True, metavar="DIR")
    brush.add_argument("--minutes", type=float, default=None)
    brush.add_argument("--steps", type=int, default=None)
    brush.add_argument("--seed", type=int, default=1)
    brush.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    brush.set_defaults(run=_train_brush)


def _train_brush(arguments: argparse.Namespace) -> int:
    from vj.studio.train_brush import Options as TrainingOptions
    from vj.studio.train_brush import train

    options = TrainingOptions(
        photos=tuple(arguments.photos),
        styles=tuple(arguments.styles),
        perceptual=arguments.perceptual,
        out=arguments.out,
        minutes=arguments.minutes,
        steps=arguments.steps,
        seed=arguments.seed,
        resume=arguments.resume,
        progress=lambda line: print(f"\r{line}", end="", flush=True),
    )
    train(options)
    print()
    return 0
