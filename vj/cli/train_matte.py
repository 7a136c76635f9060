"""`vj train matte`: a person segmenter from pictures with masks.
Called by vj.cli.train; the work is done in vj.studio.train_matte.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "the network that tells people from what is behind them"


def add(matte: argparse.ArgumentParser) -> None:
    """Add the options of the training."""
    matte.add_argument(
        "--pictures",
        nargs="+",
        type=Path,
        required=True,
        metavar="DIR",
        help="pictures of people, beside each a PNG of the same name, white where people are; "
        "every DIR is drawn from equally often",
    )
    matte.add_argument("--backgrounds", nargs="+", type=Path, required=True, metavar="DIR")
    matte.add_argument("--out", type=Path, required=True, metavar="DIR")
    matte.add_argument("--check", type=Path, default=None, metavar="DIR", help="never trained on")
    matte.add_argument("--encoder", type=Path, default=None, metavar="FILE", help="to start from")
    text = "a trained matte's .safetensors to go on from"
    matte.add_argument("--start", type=Path, default=None, metavar="FILE", help=text)
    matte.add_argument("--minutes", type=float, default=None)
    matte.add_argument("--steps", type=int, default=None)
    matte.add_argument("--seed", type=int, default=1)
    matte.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    matte.add_argument("--device", default="auto", help="auto (default), cpu, cuda, mps")
    matte.add_argument("--batch", type=int, default=16, help="pictures a step (default 16)")
    matte.add_argument("--rate", type=float, default=1e-3, help="learning rate (default 0.001)")
    matte.add_argument("--notes", default="", help="whose pictures, for the card")
    matte.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    from vj.cli.stop import GO_ON, Stop
    from vj.studio.matte_batches import Recipe
    from vj.studio.train_matte import Options, train

    stop = Stop()
    options = Options(
        pictures=tuple(arguments.pictures),
        backgrounds=tuple(arguments.backgrounds),
        out=arguments.out,
        check=arguments.check,
        encoder=arguments.encoder,
        start=arguments.start,
        minutes=arguments.minutes,
        steps=arguments.steps,
        seed=arguments.seed,
        resume=arguments.resume,
        device=arguments.device,
        rate=arguments.rate,
        recipe=Recipe(batch=arguments.batch),
        notes=arguments.notes,
        stop=stop,
        progress=lambda line: print(line, flush=True),
    )
    train(options)
    if stop():
        print(GO_ON)
    else:
        files = f"matte.yaml, as NAME.yaml, and matte.safetensors of {arguments.out}"
        print(f"copy {files} to your checkpoints/; a scene uses it with  matte: NAME")
    return 0
