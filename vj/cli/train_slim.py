"""`vj train slim`: a narrower network that paints as a wider one does.
Called by vj.cli.train; the work is done in vj.studio.train_slim.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "a brush or edges network made quicker: a narrower one learns to paint the same"


def add(slim: argparse.ArgumentParser) -> None:
    """Add the options of the training."""
    slim.add_argument("card", type=Path, help="card file of the wider network")
    slim.add_argument("--photos", nargs="+", type=Path, required=True, metavar="DIR")
    text = "for a brush: pictures it paints in"
    slim.add_argument("--styles", nargs="+", type=Path, default=[], metavar="DIR", help=text)
    slim.add_argument("--perceptual", type=Path, required=True, metavar="FILE")
    slim.add_argument("--out", type=Path, required=True, metavar="DIR")
    text = "channels, from a brush's 1/4, 1/8, 1/2 and its blocks, or of edges' 1/4 to 1/32 and 1/2"
    slim.add_argument("--widths", nargs="+", type=int, default=[], metavar="N", help=text)
    slim.add_argument("--minutes", type=float, default=None)
    slim.add_argument("--steps", type=int, default=None)
    slim.add_argument("--seed", type=int, default=1)
    slim.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    slim.add_argument("--device", default="auto", help="auto (default), cpu, cuda, mps")
    slim.add_argument("--batch", type=int, default=4, help="pictures a step (default 4)")
    text = "128 160 192"
    slim.add_argument("--crops", type=int, nargs="+", metavar="PIXELS", help=text)
    slim.add_argument("--rate", type=float, default=1e-3, help="learning rate (default 0.001)")
    slim.add_argument("--notes", default="", help="whose pictures, for the card")
    slim.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    from vj.cli.line import Line
    from vj.cli.stop import GO_ON, Stop
    from vj.studio.train_slim import Options, train

    line, stop = Line(), Stop()
    options = Options(
        card=arguments.card,
        photos=tuple(arguments.photos),
        styles=tuple(arguments.styles),
        perceptual=arguments.perceptual,
        out=arguments.out,
        widths=tuple(arguments.widths),
        minutes=arguments.minutes,
        steps=arguments.steps,
        seed=arguments.seed,
        resume=arguments.resume,
        device=arguments.device,
        batch=arguments.batch,
        sizes=tuple(arguments.crops or Options.sizes),
        rate=arguments.rate,
        notes=arguments.notes,
        stop=stop,
        progress=line.say,
    )
    files = train(options)
    line.end()
    if stop():
        print(GO_ON)
    else:
        names = ", ".join(file.name for file in files)
        print(f"copy {names} of {arguments.out} to your checkpoints/, in place of the wider ones")
    return 0
