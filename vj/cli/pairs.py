"""`vj pairs`: folders of pictures and films into side-by-side pairs for pix2pix.
Called by vj.cli; the work is done in vj.studio.pairs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vj.cli.line import Line
from vj.core.errors import UserError

if TYPE_CHECKING:
    from vj.studio.pairs import Wanted

HELP = "make training pairs [picture | drawing] for vj train pix2pix"


def add(pairs: argparse.ArgumentParser) -> None:
    """Add the options."""
    add = pairs.add_argument
    add(
        "inputs",
        nargs="+",
        type=Path,
        metavar="IN",
        help="pictures, films, folders (with all below)",
    )
    add("out", type=Path, metavar="OUT", help="a folder")
    add("--size", type=int, default=256, help="pixels of each square half (default 256)")
    add("--crop", action="store_true", help="cut the middle square out; without it: stretch")
    add(
        "--every",
        type=int,
        default=25,
        metavar="N",
        help="of a film every N-th picture (default 25)",
    )
    hand = pairs.add_mutually_exclusive_group()
    hand.add_argument(
        "--canny",
        type=int,
        nargs=2,
        default=(100, 200),
        metavar=("LOW", "HIGH"),
        help="thresholds of the lines (default 100 200)",
    )
    hand.add_argument(
        "--pen",
        type=int,
        nargs=2,
        metavar=("BLOCK", "C"),
        help="a pen drawing by local threshold instead of lines, such as 6 4",
    )
    add("--soft", action="store_true", help="lines as bright as they are strong, like HED's")
    add(
        "--median",
        type=int,
        default=0,
        metavar="N",
        help="median of 2N+1 pixels before (default 0)",
    )
    add("--blur", type=int, default=0, metavar="N", help="blur of 2N+1 pixels before (default 0)")
    add("--invert", action="store_true", help="black on white")
    add("--force", action="store_true", help="make pairs anew that are there already")
    pairs.set_defaults(run=_pairs)


def _pairs(arguments: argparse.Namespace) -> int:
    from vj.studio.pairs import make_pairs

    wanted = _wanted(arguments)
    if arguments.out.exists() and not arguments.out.is_dir():
        raise UserError(f"{arguments.out}: a file; pairs need a folder")
    line = Line()
    try:
        tally = make_pairs(arguments.inputs, arguments.out, wanted, line.say, arguments.force)
    finally:
        line.end()
    for reason in tally.failures.values():
        print(f"vj: {reason}", file=sys.stderr)
    kept = f", {tally.kept} kept that were there" if tally.kept else ""
    print(f"{tally.made} pairs made{kept}: {arguments.out}")
    return 1 if tally.failures else 0


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from vj.infer.edges import Settings
    from vj.studio.drawings import Hand
    from vj.studio.pairs import Wanted

    low, high = arguments.canny
    block, c = arguments.pen or (1, 2)
    for option, value, least, most in (
        ("--size", arguments.size, 32, 2048),
        ("--every", arguments.every, 1, 1_000_000),
        ("--canny LOW", low, 0, 2000),
        ("--canny HIGH", high, 0, 2000),
        ("--pen BLOCK", block, 1, 100),
        ("--pen C", c, -20, 20),
        ("--median", arguments.median, 0, 50),
        ("--blur", arguments.blur, 0, 50),
    ):
        if not least <= value <= most:
            raise UserError(f"{option} {value}: allowed: {least} to {most}")
    if arguments.pen and arguments.soft:
        raise UserError("--soft is about lines: it does not go with --pen")
    settings = Settings(
        pre_blur=arguments.blur,
        pre_median=arguments.median,
        adaptive_thresh=arguments.pen is not None,
        adaptive_thresh_block=block,
        adaptive_thresh_c=c,
        canny=arguments.pen is None,
        canny_low=low,
        canny_high=high,
    )
    return Wanted(
        size=arguments.size,
        crop=arguments.crop,
        hand=Hand(settings, negative=arguments.invert),
        soft=arguments.soft,
        every=arguments.every,
    )
