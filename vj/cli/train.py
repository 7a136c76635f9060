"""`vj train`: training weights of one's own.
Called by vj.cli; the work is done in vj.studio.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from vj.cli import train_fast_style, train_matte, train_pix2pix, train_slim
from vj.core.errors import UserError
from vj.core.gig import open_gig


def add(train: argparse.ArgumentParser) -> None:
    """Add the models that can be trained."""
    actions = train.add_subparsers(required=True, metavar="MODEL")
    brush = actions.add_parser("brush", help="the any-picture style network")
    brush.add_argument("--photos", nargs="+", type=Path, default=[], metavar="DIR")
    brush.add_argument("--styles", nargs="+", type=Path, default=[], metavar="DIR")
    brush.add_argument(
        "--style",
        type=Path,
        metavar="PICTURE",
        help="only this one, by a copy of the shipped brush",
    )
    brush.add_argument("--perceptual", type=Path, required=True, metavar="FILE")
    brush.add_argument("--out", type=Path, required=True, metavar="DIR")
    brush.add_argument("--minutes", type=float, default=None, help="8 with --style")
    brush.add_argument("--steps", type=int, default=None)
    brush.add_argument("--seed", type=int, default=1)
    brush.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    brush.add_argument("--start", type=Path, default=None, metavar="FILE", help="first weights")
    brush.add_argument("--size", default="brush", help="brush (default), or brush-xl for 1080p")
    brush.add_argument("--device", default="auto", help="auto (default), cpu, cuda, mps")
    brush.add_argument("--workers", type=int, default=0, help="processes that cut pictures ahead")
    brush.add_argument("--batch", type=int, default=4, help="pictures a step (default 4)")
    brush.add_argument("--crops", type=int, nargs="+", metavar="PIXELS", help="160 192 224")
    brush.add_argument("--rate", type=float, help="learning rate (0.001; with --style 0.0003)")
    brush.add_argument("--style-weight", type=float, help="6; with --style or --adain-loss 10")
    brush.add_argument("--content-weight", type=float, help="1; with --adain-loss 3")
    brush.add_argument("--even-weight", type=float, default=0.0, help="0; 1e5 evens mixtures out")
    brush.add_argument(
        "--adain-loss",
        action="store_true",
        help="judge as AdaIN and vj bench quality do: shapes and style both gain, strokes lose",
    )
    brush.set_defaults(run=_train_brush)
    train_fast_style.add(actions.add_parser("fast-style", help=train_fast_style.HELP))
    train_pix2pix.add(actions.add_parser("pix2pix", help=train_pix2pix.HELP))
    train_slim.add(actions.add_parser("slim", help=train_slim.HELP))
    train_matte.add(actions.add_parser("matte", help=train_matte.HELP))


def _train_brush(arguments: argparse.Namespace) -> int:
    from vj.cli.line import Line
    from vj.cli.stop import GO_ON, Stop
    from vj.studio import one_style
    from vj.studio.brush_batches import Recipe
    from vj.studio.train_brush import Options as TrainingOptions
    from vj.studio.train_brush import train

    one = arguments.style is not None
    start, name = arguments.start, ""
    if not arguments.photos:
        raise UserError("--photos: give some dozen photos, or a film, of what the camera will see")
    if one == bool(arguments.styles):
        raise UserError("give --styles DIR for a brush for any picture, or --style PICTURE for one")
    if one:
        name = one_style.card_name(arguments.style)
        start = start or open_gig(Path()).card(arguments.size).weights_path()
    ours = one_style.RECIPE if one else Recipe()
    if arguments.adain_loss:
        ours = replace(ours, adain=True, style=10.0, content=3.0, coarse=0.0, flat=0.0)
    crops = tuple(arguments.crops or ours.sizes)
    line, stop = Line(), Stop()
    options = TrainingOptions(
        photos=tuple(arguments.photos),
        styles=(arguments.style,) if one else tuple(arguments.styles),
        perceptual=arguments.perceptual,
        out=arguments.out,
        minutes=one_style.MINUTES if one and no_end(arguments) else arguments.minutes,
        steps=arguments.steps,
        seed=arguments.seed,
        resume=arguments.resume,
        start=start,
        size=arguments.size,
        name=name,
        device=arguments.device,
        workers=arguments.workers,
        rate=arguments.rate or (one_style.RATE if one else 1e-3),
        warm_up=one_style.WARM_UP if start else 200,
        sheet_minutes=1.0 if one else 4.0,
        recipe=replace(
            ours,
            batch=arguments.batch,
            sizes=crops,
            plate=crops[len(crops) // 2] if arguments.crops or not one else ours.plate,
            style=arguments.style_weight or ours.style,
            content=arguments.content_weight or ours.content,
            even=arguments.even_weight,
            low_precision=True,
        ),
        stop=stop,
        progress=line.say,
    )
    train(options)
    line.end()
    if stop():
        print(GO_ON)
        return 0
    card = name or arguments.size
    if one:
        weights = (start, arguments.out / f"{card}.safetensors")
        before, after = (
            one_style.distance(path, arguments.perceptual, arguments.photos, arguments.style)
            for path in weights
        )
        print(f"distance to the style: {before:.3f} before, {after:.3f} now")
    print(f"copy {card}.yaml and {card}.safetensors of {arguments.out} to your checkpoints/")
    return 0


def no_end(arguments: argparse.Namespace) -> bool:
    """Whether neither minutes nor steps were given."""
    return arguments.minutes is None and arguments.steps is None
