"""`vj train fast-style`: a network for one style picture, options named as in style.py.
Called by vj.cli.train; the work is done in vj.studio.train_fast_style.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vj.core.errors import UserError

HELP = "the fastest kind of network, for one style picture"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add = parser.add_argument
    add("--style", type=Path, required=True, metavar="PICTURE")
    add("--train-path", nargs="+", type=Path, required=True, metavar="DIR", help="photos, any size")
    add(
        "--checkpoint-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="for card, weights, state and samples; the checkpoints/ of a gig is fine: a running "
        "show plays each save",
    )
    add(
        "--vgg-path",
        type=Path,
        required=True,
        metavar="FILE",
        help="the network that judges: wct_se_16x_e4.pth, vgg_normalised.pth or a torchvision VGG",
    )
    add("--name", default="", help="of the card (the style's file name)")
    add("--epochs", type=float, default=None, help="how often to see every photo (default 2)")
    add("--minutes", type=float, default=None, help="of training, instead of or besides epochs")
    add("--steps", type=int, default=None, help="instead of epochs")
    add("--batch-size", type=int, default=4, help="photos a step (default 4)")
    add("--content-weight", type=float, default=7.5, help="default 7.5")
    add("--style-weight", type=float, default=100.0, help="default 100")
    add("--tv-weight", type=float, default=200.0, help="calm areas (default 200)")
    add("--learning-rate", type=float, default=1e-3, help="default 0.001")
    add(
        "--width",
        type=int,
        default=32,
        help="channels at full size: 32 (default) as everybody's, 16 or 8 for a CPU on stage",
    )
    add("--crop-size", type=int, default=256, metavar="PIXELS", help="of the photos (default 256)")
    add(
        "--style-size",
        type=int,
        default=384,
        metavar="PIXELS",
        help="shorter side of the style picture: the scale of its strokes (default 384)",
    )
    add("--checkpoint-iterations", type=int, default=500, help="steps between saves (default 500)")
    add("--test", nargs="+", type=Path, default=[], metavar="PICTURE", help="for the samples")
    add("--test-dir", type=Path, default=None, metavar="DIR", help="where the samples go")
    add("--resume", action="store_true", help="go on where the last run stopped")
    add("--device", default="auto", help="auto (default), cpu, cuda, mps")
    add("--workers", type=int, default=0, help="processes that read photos ahead (default 0)")
    add("--seed", type=int, default=1)
    add("--notes", default="", help="a line for the card: whose picture, which licence")
    parser.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    from vj.cli.line import Line
    from vj.cli.stop import GO_ON, Stop
    from vj.studio.fast_style_losses import Weights
    from vj.studio.train_fast_style import Options, train

    for option in ("batch_size", "width", "crop_size", "style_size", "checkpoint_iterations"):
        if getattr(arguments, option) < 1:
            raise UserError(f"--{option.replace('_', '-')}: allowed: 1 or more")
    endless = arguments.minutes is None and arguments.steps is None
    line, stop = Line(), Stop()
    card = train(
        Options(
            style=arguments.style,
            photos=tuple(arguments.train_path),
            eyes=arguments.vgg_path,
            out=arguments.checkpoint_dir,
            name=arguments.name,
            test=tuple(arguments.test),
            samples=arguments.test_dir,
            minutes=arguments.minutes,
            steps=arguments.steps,
            epochs=2.0 if arguments.epochs is None and endless else arguments.epochs,
            resume=arguments.resume,
            weights=Weights(arguments.content_weight, arguments.style_weight, arguments.tv_weight),
            width=arguments.width,
            rate=arguments.learning_rate,
            batch=arguments.batch_size,
            crop=arguments.crop_size,
            style_size=arguments.style_size,
            save_steps=arguments.checkpoint_iterations,
            seed=arguments.seed,
            device=arguments.device,
            workers=arguments.workers,
            notes=arguments.notes,
            stop=stop,
            progress=line.say,
        )
    )
    line.end()
    if stop():
        print(GO_ON)
    print(f"{card}: ready; a scene of its gig uses it with  model: {card.stem}")
    return 0
