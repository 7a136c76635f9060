"""`vj train`: training weights of one's own.
Called by vj.cli; the work is done in vj.studio.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vj.cli import train_fast_style, train_matte, train_pix2pix


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
    brush.add_argument("--start", type=Path, default=None, metavar="FILE", help="first weights")
    brush.add_argument("--size", default="brush", help="brush (default), or brush-xl for 1080p")
    brush.add_argument("--device", default="auto", help="auto (default), cpu, cuda, mps")
    brush.add_argument("--workers", type=int, default=0, help="processes that cut pictures ahead")
    brush.add_argument("--batch", type=int, default=4, help="pictures a step (default 4)")
    brush.add_argument("--crops", type=int, nargs="+", default=[160, 192, 224], metavar="PIXELS")
    brush.add_argument("--rate", type=float, default=1e-3, help="learning rate (default 0.001)")
    brush.add_argument("--style-weight", type=float, default=6.0, help="default 6")
    brush.set_defaults(run=_train_brush)
    train_fast_style.add(actions.add_parser("fast-style", help=train_fast_style.HELP))
    train_pix2pix.add(actions.add_parser("pix2pix", help=train_pix2pix.HELP))
    train_matte.add(actions.add_parser("matte", help=train_matte.HELP))


def _train_brush(arguments: argparse.Namespace) -> int:
    from vj.studio.brush_batches import Recipe
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
        start=arguments.start,
        size=arguments.size,
        device=arguments.device,
        workers=arguments.workers,
        rate=arguments.rate,
        recipe=Recipe(
            batch=arguments.batch,
            sizes=tuple(arguments.crops),
            plate=arguments.crops[len(arguments.crops) // 2],
            style=arguments.style_weight,
            low_precision=True,
        ),
        progress=lambda line: print(f"\r{line}", end="", flush=True),
    )
    train(options)
    print()
    return 0
