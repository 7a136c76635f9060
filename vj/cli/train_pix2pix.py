"""`vj train pix2pix`: drawings to paintings, from pairs, from paintings, or from photos and plates.
Called by vj.cli.train; the work is done in vj.studio.train_pix2pix.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vj.core.errors import UserError
from vj.core.gig import open_gig

if TYPE_CHECKING:
    from vj.studio.pix2pix_material import Wanted

HELP = "drawings become paintings: your own pairs, paintings, or photos in a style"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add = parser.add_argument
    add("--pairs", type=Path, metavar="DIR", help="side-by-side pictures as `vj pairs` writes them")
    add("--direction", choices=("AtoB", "BtoA"), default="BtoA", help="BtoA: left is the painting")
    add(
        "--paintings",
        action="append",
        default=[],
        metavar="[LOOK=]DIR",
        help="pictures wanted as they are; drawings of them are made on the fly",
    )
    add(
        "--look",
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="photos repainted by the brush in the palette of these plates; may be repeated; "
        "the names oil, neon and ink also choose strokes of that kind",
    )
    add("--photos", nargs="+", type=Path, default=[], metavar="DIR", help="photos for --look")
    add("--brush", type=Path, metavar="CARD", help="who repaints (the brush that ships)")
    add("--perceptual", type=Path, required=True, metavar="FILE", help="wct_se_16x_e4.pth")
    add("--sheet", type=Path, default=None, metavar="DIR", help="pictures for the sample sheets")
    add("--out", type=Path, required=True, metavar="DIR")
    add("--name", default="edges", help="of the weights and cards (default edges)")
    add("--minutes", type=float, default=None, help="by the clock, all sittings together")
    add("--steps", type=int, default=None)
    add("--sitting", type=float, default=None, metavar="MINUTES", help="stop earlier, to --resume")
    add("--resume", action="store_true", help="go on where the last run stopped")
    add("--device", default="auto", help="auto (default), cpu, cuda, mps")
    add("--workers", type=int, default=0, help="processes that draw ahead (default 0)")
    add("--batch", type=int, default=4, help="pictures a step (default 4)")
    add(
        "--crops", type=int, nargs="+", default=[128, 160], metavar="PIXELS", help="multiples of 32"
    )
    add("--rate", type=float, default=5e-4, help="learning rate (default 0.0005)")
    add("--seed", type=int, default=1)
    add("--notes", default="", help="a line for the card: whose pictures, which licence")
    parser.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    from vj.cli.stop import GO_ON, Stop
    from vj.studio.sketchbook import Recipe
    from vj.studio.train_pix2pix import Options, train

    stop = Stop()
    options = Options(
        looks=_looks(arguments),
        photos=tuple(arguments.photos),
        brush=arguments.brush or open_gig(Path()).card_files["brush"],
        perceptual=arguments.perceptual,
        sheet=arguments.sheet,
        out=arguments.out,
        name=arguments.name,
        minutes=arguments.minutes,
        steps=arguments.steps,
        sitting=arguments.sitting,
        resume=arguments.resume,
        device=arguments.device,
        workers=arguments.workers,
        recipe=Recipe(batch=arguments.batch, sizes=tuple(arguments.crops), seed=arguments.seed),
        rate=arguments.rate,
        notes=arguments.notes,
        stop=stop,
        progress=lambda line: print(line, flush=True),
    )
    train(options)
    if stop():
        print(GO_ON)
    return 0


def _looks(arguments: argparse.Namespace) -> tuple[Wanted, ...]:
    from vj.studio.pix2pix_material import Wanted

    plates = dict(_named(text, "--look", None) for text in arguments.look)
    paintings = dict(_named(text, "--paintings", "own") for text in arguments.paintings)
    looks = [
        Wanted(name, plates=plates.get(name), paintings=paintings.get(name))
        for name in dict.fromkeys([*plates, *paintings])
    ]
    if arguments.pairs is not None:
        looks.append(Wanted("pairs", pairs=arguments.pairs, direction=arguments.direction))
    return tuple(looks)


def _named(text: str, option: str, otherwise: str | None) -> tuple[str, Path]:
    name, equals, folder = text.rpartition("=")
    if not equals and otherwise is not None:
        return otherwise, Path(text)
    if not name.isidentifier() or not folder:
        raise UserError(f"{option} {text}: wanted NAME=DIR, the name of letters and digits")
    return name, Path(folder)
